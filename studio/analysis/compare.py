"""How networks differ: their totals, their types of layers, and which layers match which."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from studio.analysis.aligning import aligned
from studio.analysis.report import Report
from studio.analysis.shares import Row, by_type
from studio.catalogue.layer import Layer
from studio.graph.block import Block
from studio.graph.fingerprint import Print, fingerprint
from studio.graph.model import Graph, Node
from studio.wording import marked

Kind = Literal["same", "changed", "left", "right"]

TOTALS: Mapping[str, str] = {
    "parameters": marked("Parameters"),
    "trainable": marked("Trainable"),
    "buffers": marked("Buffers"),
    "modules": marked("Layers with weights"),
    "depth": marked("Depth"),
    "multiply_adds": marked("Multiply-adds"),
    "activation_bytes": marked("Activations"),
}
"""The attributes of a report that are compared, with their untranslated names."""


@dataclass(frozen=True)
class Total:
    """One number of every network."""

    key: str
    values: tuple[int, ...]

    @property
    def differs(self) -> bool:
        """Whether not all networks have the same."""
        return len(set(self.values)) > 1


@dataclass(frozen=True)
class TypeRow:
    """What every network has of one type of layers; None where it has none."""

    name: str
    """The untranslated title of the type."""
    group: str
    rows: tuple[Row | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the networks do not all have as many of it with as many parameters."""
        return len({row and (row.copies, row.parameters) for row in self.rows}) > 1


@dataclass(frozen=True)
class Match:
    """A layer of the left network beside the one that takes its place in the right network."""

    kind: Kind
    level: int
    """How many blocks are around it."""
    left: str = ""
    """Its path, or "" where there is no counterpart."""
    right: str = ""
    changes: tuple[tuple[str, object, object], ...] = ()
    """Settings that differ: (name, left value, right value)."""
    types: tuple[str, str] = ("", "")
    """The keys of both layers."""
    parameters: tuple[int, int] = (0, 0)


def totals(reports: Sequence[Report]) -> tuple[Total, ...]:
    """Return each total with its value in every network."""
    return tuple(
        Total(key, tuple(int(getattr(report, key)) for report in reports)) for key in TOTALS
    )


def types(reports: Sequence[Report]) -> tuple[TypeRow, ...]:
    """Return every type of layers in any of the networks, the most parameters first."""
    tables = [{row.name: row for row in by_type(report)} for report in reports]
    names = {name: row.group for table in tables for name, row in table.items()}
    found = [
        TypeRow(name, group, tuple(table.get(name) for table in tables))
        for name, group in names.items()
    ]
    return tuple(sorted(found, key=_weight, reverse=True))


def _weight(row: TypeRow) -> tuple[int, int]:
    known = [one for one in row.rows if one is not None]
    return max(one.parameters for one in known), max(one.copies for one in known)


def diagram(left: Report, right: Report) -> tuple[Match, ...]:
    """Return the layers of both networks in order, those that correspond beside each other.

    Layers correspond by type, settings and order (a longest common subsequence), not by name.
    Blocks that correspond but differ inside are followed by what is inside them.
    """
    return tuple(_pages(left, right, "", "", 0))


def settings_that_differ(left: Node, right: Node) -> tuple[tuple[str, object, object], ...]:
    """Return (name, left value, right value) of the settings, and of whether they are frozen."""
    one, other = _settings(left.layer), _settings(right.layer)
    names = dict.fromkeys((*one, *other))
    pairs = ((name, one.get(name), other.get(name)) for name in names)
    found = [pair for pair in pairs if pair[1] != pair[2]]
    if left.frozen != right.frozen:
        found.append(("frozen", left.frozen, right.frozen))
    return tuple(found)


def _settings(layer: Layer) -> Mapping[str, object]:
    """Return what a layer is set to; of a block also in what its copies differ."""
    values = {one.key: layer.get(name) for name, one in layer.offered().items()}
    if isinstance(layer, Block):
        values |= {"overrides": layer.overrides, "ramps": layer.ramps}
    return values


def _pages(left: Report, right: Report, one: str, other: str, level: int) -> Iterator[Match]:
    ours, theirs = _prints(left), _prints(right)
    for i, j in aligned([p for _name, p in ours], [p for _name, p in theirs]):
        if i is None and j is not None:
            yield _alone("right", right, theirs[j][0], other, level)
        elif j is None and i is not None:
            yield _alone("left", left, ours[i][0], one, level)
        elif i is not None and j is not None:
            names = ours[i][0], theirs[j][0]
            same = ours[i][1] == theirs[j][1]
            yield _pair(left, right, names, (one + names[0], other + names[1]), level, same=same)
            if not same:
                yield from _inside(left, right, names, (one, other), level)


def _inside(
    left: Report, right: Report, names: tuple[str, str], around: tuple[str, str], level: int
) -> Iterator[Match]:
    """Yield what is inside two blocks, if that differs."""
    layers = left.graph[names[0]].layer, right.graph[names[1]].layer
    if not (isinstance(layers[0], Block) and isinstance(layers[1], Block)):
        return
    copies = left.nodes[names[0]].copies, right.nodes[names[1]].copies
    if copies[0] and copies[1] and _inner(layers[0].graph) != _inner(layers[1].graph):
        one, other = (f"{path}{name}/" for path, name in zip(around, names, strict=True))
        yield from _pages(copies[0][0], copies[1][0], one, other, level + 1)


def _prints(report: Report) -> list[tuple[str, Print]]:
    found = fingerprint(report.graph, report.order)
    return [(name, found[name]) for name in report.order]


def _inner(graph: Graph) -> tuple[Print, ...]:
    return tuple(fingerprint(graph, tuple(graph)).values())


def _pair(
    left: Report,
    right: Report,
    names: tuple[str, str],
    paths: tuple[str, str],
    level: int,
    *,
    same: bool,
) -> Match:
    nodes = left.graph[names[0]], right.graph[names[1]]
    return Match(
        kind="same" if same else "changed",
        level=level,
        left=paths[0],
        right=paths[1],
        changes=() if same else settings_that_differ(*nodes),
        types=(nodes[0].layer.key, nodes[1].layer.key),
        parameters=(
            int(left.nodes[names[0]].parameters),
            int(right.nodes[names[1]].parameters),
        ),
    )


def _alone(kind: Kind, report: Report, name: str, around: str, level: int) -> Match:
    path, key = around + name, report.graph[name].layer.key
    count = int(report.nodes[name].parameters)
    if kind == "left":
        return Match(kind, level, left=path, types=(key, ""), parameters=(count, 0))
    return Match(kind, level, right=path, types=("", key), parameters=(0, count))
