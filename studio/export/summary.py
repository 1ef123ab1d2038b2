"""Which rows the summary of a network has: one per layer, and what a block holds once."""

from collections.abc import Iterator
from dataclasses import dataclass

from studio.analysis.as_json import nodes
from studio.analysis.report import NodeFacts, Report
from studio.catalogue.inputs import Input, Output
from studio.graph.block import Block
from studio.wording import _, byte_size, full, marked

HEAD = (
    marked("Layer"),
    marked("Type"),
    marked("Settings"),
    marked("Output"),
    marked("Parameters"),
    marked("Trainable"),
    marked("Multiply-adds"),
    marked("Depth"),
)
"""The columns, untranslated."""
NUMBERS = frozenset({4, 5, 6, 7})
"""Which of the columns hold numbers."""


@dataclass(frozen=True)
class Row:
    """One node; a block counts all its copies, what is inside it counts for one copy."""

    path: str
    """Block names and the node's own, such as "block_1/conv2d_2"."""
    title: str
    """The type of the layer, translated."""
    repeat: int
    """How many copies a block has; 1 for a layer."""
    settings: str
    shape: str
    """The shapes of all outputs, or "" while they are not known."""
    parameters: int
    trainable: int
    multiply_adds: int
    depth: int

    @property
    def name(self) -> str:
        """The name of the node on its page."""
        return self.path.rpartition("/")[2]

    @property
    def level(self) -> int:
        """How many blocks lie around it."""
        return self.path.count("/")

    @property
    def kind(self) -> str:
        """The type, with the number of copies of a block."""
        return f"{self.title} × {self.repeat}" if self.repeat > 1 else self.title

    def numbers(self) -> tuple[int, int, int, int]:
        """Return parameters, trainable ones, multiply-adds and depth."""
        return self.parameters, self.trainable, self.multiply_adds, self.depth

    def cells(self) -> tuple[str, ...]:
        """Return the texts of the columns of `HEAD`, for people."""
        words = (self.name, self.kind, self.settings, self.shape or "–")
        return (*words, *(full(number) for number in self.numbers()))


@dataclass(frozen=True)
class Summary:
    """A network as a table; totals are pairs of what is counted and its number in words."""

    name: str
    rows: tuple[Row, ...]
    total: Row
    totals: tuple[tuple[str, str], ...]


def summary(name: str, report: Report) -> Summary:
    """Return the table of a network called `name`."""
    total = Row(
        path="",
        title=_("Total"),
        repeat=1,
        settings="",
        shape="",
        parameters=int(report.parameters),
        trainable=int(report.trainable),
        multiply_adds=int(report.multiply_adds),
        depth=report.depth,
    )
    return Summary(name, tuple(_rows(report)), total, tuple(_totals(report)))


def _rows(report: Report) -> Iterator[Row]:
    for node in nodes(report):
        page, facts = _found(report, node["path"])
        layer = page.graph[node["path"].rpartition("/")[2]].layer
        if isinstance(layer, Input | Output) and "/" in node["path"]:
            continue  # the port of a block, which is no layer of its own
        repeat = layer.repeat if isinstance(layer, Block) else 1
        yield Row(
            path=node["path"],
            title=_(layer.title) or node["type"],
            repeat=repeat,
            settings="" if isinstance(layer, Block) else layer.caption(),
            shape=", ".join(str(shape) for shape in facts.outputs),
            parameters=node["parameters"],
            trainable=node["trainable"],
            multiply_adds=node["multiply_adds"],
            depth=node["depth"],
        )


def _found(report: Report, path: str) -> tuple[Report, NodeFacts]:
    """Return the report of the page on which a node lies, and the facts of the node."""
    *blocks, name = path.split("/")
    for block in blocks:
        report = report.nodes[block].copies[0]
    return report, report.nodes[name]


def _totals(report: Report) -> Iterator[tuple[str, str]]:
    yield _("Parameters"), full(report.parameters)
    yield _("Trainable"), full(report.trainable)
    yield _("Frozen"), full(report.frozen)
    yield _("Buffers"), full(report.buffers)
    yield _("Depth"), str(report.depth)
    yield _("Multiply-adds"), _("{number} per sample").format(number=full(report.multiply_adds))
    yield (
        _("Activations"),
        _("{size} per sample").format(size=byte_size(report.activation_bytes)),
    )
