"""Where the parameters, the work and the memory of a network are: by layer, by block, by type."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from studio.analysis.report import NodeFacts, Report
from studio.catalogue.inputs import Input, Output
from studio.catalogue.layer import Layer
from studio.catalogue.unknown import Unknown
from studio.graph.block import Block

Measure = Literal["parameters", "trainable", "multiply_adds", "activation_bytes"]
Order = Literal["largest", "network", "name"]


@dataclass(frozen=True)
class Row:
    """One layer, block or type of layers with all its copies; counts are for one sample."""

    name: str
    """A path ("block_1/conv2d_2") or the untranslated title of a type."""
    group: str = ""
    """The family of layers it belongs to."""
    key: str = ""
    """The key of its type."""
    title: str = ""
    """The untranslated title of its type."""
    path: str = ""
    """The node to show for it; "" for a type, and for what is in no block."""
    copies: int = 1
    """How many layers it stands for."""
    level: int = 0
    """For a block: how many blocks are around it."""
    parameters: int = 0
    trainable: int = 0
    multiply_adds: int = 0
    activation_bytes: int = 0

    def value(self, measure: Measure) -> int:
        """Return one of the counts."""
        number: int = getattr(self, measure)
        return number

    @property
    def frozen(self) -> int:
        """Parameters that training leaves alone."""
        return self.parameters - self.trainable


@dataclass(frozen=True)
class _Part:
    """A node at work: how many copies of it there are, and how many of them own weights."""

    path: str
    layer: Layer
    facts: NodeFacts
    copies: int
    owners: int
    level: int

    def row(self) -> Row:
        facts = self.facts
        return Row(
            name=self.path,
            group=self.layer.group,
            key=self.layer.key,
            title=_type(self.layer),
            path=self.path,
            copies=self.copies,
            level=self.level,
            parameters=int(facts.parameters) * self.owners,
            trainable=int(facts.trainable) * self.owners,
            multiply_adds=int(facts.multiply_adds) * self.copies,
            activation_bytes=facts.activation_bytes * self.copies,
        )


def _name(row: Row) -> str:
    return row.name


def by_layer(report: Report) -> tuple[Row, ...]:
    """Return a row for each layer that costs anything, inside blocks too, in network order."""
    parts = (part for part in _parts(report) if not isinstance(part.layer, Block))
    return tuple(row for row in _merged(part.row() for part in parts) if _counts(row))


def by_type(report: Report) -> tuple[Row, ...]:
    """Return a row for each type of layer that costs anything."""
    parts = (part for part in _parts(report) if not isinstance(part.layer, Block))
    rows = _merged((part.row() for part in parts), lambda row: row.title)
    named = (replace(row, name=row.title, path="", level=0) for row in rows)
    return tuple(row for row in named if _counts(row))


def by_block(report: Report) -> tuple[Row, ...]:
    """Return a row for each block, those inside others too, and one for what is in no block.

    Rows of level 0 add up to the whole; the row for what is in no block has no name.
    """
    blocks: list[Row] = []
    rest: list[Row] = []
    for part in _parts(report):
        if isinstance(part.layer, Block):
            blocks.append(replace(part.row(), copies=part.copies * part.layer.repeat))
        elif not part.level:
            rest.append(replace(part.row(), name="", group="", key="", path=""))
    rows = (*_merged(blocks), *_merged(rest))
    return tuple(row for row in rows if _counts(row))


def arranged(rows: Iterable[Row], measure: Measure, order: Order = "largest") -> tuple[Row, ...]:
    """Return the rows that have any of `measure`: largest first, by name, or as they came."""
    found = [row for row in rows if row.value(measure)]
    if order == "largest":
        found.sort(key=lambda row: -row.value(measure))
    elif order == "name":
        found.sort(key=lambda row: row.name.lower())
    return tuple(found)


def _parts(
    report: Report, prefix: str = "", copies: int = 1, owners: int = 1, level: int = 0
) -> Iterator[_Part]:
    for name in report.order:
        facts, layer = report.nodes[name], report.graph[name].layer
        if level and isinstance(layer, Input | Output):
            continue  # a port of a block only hands on what is counted outside
        yield _Part(prefix + name, layer, facts, copies, owners, level)
        if not isinstance(layer, Block):
            continue
        for index, (inside, count) in enumerate(facts.rows):
            own = count
            if layer.shared:  # the first copy owns the weights that all use
                own = 1 if index == 0 else 0
            yield from _parts(inside, f"{prefix}{name}/", copies * count, owners * own, level + 1)


def _merged(rows: Iterable[Row], key: Callable[[Row], str] = _name) -> Iterable[Row]:
    """Add up rows of one name: a layer whose copies differ, layers of one type."""
    alike: dict[str, list[Row]] = {}
    for row in rows:
        alike.setdefault(key(row), []).append(row)
    return (one[0] if len(one) == 1 else _sum(one) for one in alike.values())


def _sum(rows: Sequence[Row]) -> Row:
    return replace(
        rows[0],
        copies=sum(row.copies for row in rows),
        parameters=sum(row.parameters for row in rows),
        trainable=sum(row.trainable for row in rows),
        multiply_adds=sum(row.multiply_adds for row in rows),
        activation_bytes=sum(row.activation_bytes for row in rows),
    )


def _counts(row: Row) -> bool:
    return bool(row.parameters or row.multiply_adds or row.activation_bytes)


def _type(layer: Layer) -> str:
    return layer.type if isinstance(layer, Unknown) else layer.title or layer.key
