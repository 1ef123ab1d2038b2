"""How a network grows when one of its whole numbers does: its cost against its depth."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import gcd

from studio.analysis.analyze import analyze
from studio.analysis.memory import Terms, training_memory
from studio.analysis.report import Report
from studio.catalogue.layer import Layer
from studio.errors import StudioError
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph
from studio.graph.walk import walk
from studio.setting import Setting

Variant = Callable[[Graph, int], Graph]
"""Returns the network with a number in place of the present one; may raise StudioError."""

_NO_AMOUNT = {"dim", "start_dim", "end_dim", "index", "axes", "token", "start", "seed"}
"""Settings that say which or where, not how much."""


@dataclass(frozen=True)
class Knob:
    """A whole-number setting of a layer or block, anywhere in the network."""

    path: str
    """The node it belongs to ("stage_2/conv2d_1")."""
    setting: Setting
    value: int

    @property
    def low(self) -> int:
        """The smallest value it takes."""
        return int(self.setting.low) if self.setting.low is not None else 1

    @property
    def high(self) -> int:
        """The largest value it takes."""
        return int(self.setting.high) if self.setting.high is not None else 2**31

    def turned(self, graph: Graph, value: int) -> Graph:
        """Return the network with `value` instead; raises StudioError if it cannot be."""
        *blocks, name = self.path.split("/")
        setting = {self.setting.name: value}
        return edits.at_location(graph, blocks, lambda page: edits.configure(page, name, **setting))


@dataclass(frozen=True)
class Point:
    """What the network is with one value of the setting; counts are for one sample."""

    value: int
    depth: int
    parameters: int
    multiply_adds: int
    activation_bytes: int
    training_bytes: int
    """Memory of a training step under the terms that were asked about."""


@dataclass(frozen=True)
class Skipped:
    """A value with which the network does not run, and why."""

    value: int
    reason: str


@dataclass(frozen=True)
class Curve:
    """What became of the network for each value, in the order asked."""

    points: tuple[Point, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    def at(self, value: int) -> Point | None:
        """Return the point of a value, if the network runs with it."""
        return next((point for point in self.points if point.value == value), None)


def knobs(graph: Graph) -> tuple[Knob, ...]:
    """Return every whole-number setting that can be turned, repeat counts of blocks first."""
    found = [knob for path, node in walk(graph) for knob in _knobs_of(path, node.layer)]
    return tuple(sorted(found, key=lambda knob: knob.setting.name != "repeat"))


def curve(
    report: Report, variant: Variant, values: Iterable[int], terms: Terms | None = None
) -> Curve:
    """Return what becomes of the network of `report` for each of the values.

    Each network is analyzed as an edit of the one before, so that only what differs costs time.
    Values with which it does not run are skipped, with the first reason.
    """
    points: list[Point] = []
    skipped: list[Skipped] = []
    previous = report
    for value in values:
        try:
            found = analyze(variant(report.graph, value), previous=previous)
        except StudioError as refusal:
            skipped.append(Skipped(value, str(refusal)))
            continue
        previous = found
        if found.errors:
            skipped.append(Skipped(value, found.errors[0].problem))
        else:
            points.append(_point(value, found, terms or Terms()))
    return Curve(tuple(points), tuple(skipped))


def values_between(
    low: int, high: int, most: int, always: int | None = None, unit: int = 1
) -> tuple[int, ...]:
    """Return at most `most` multiples of `unit` from `low` to `high`, evenly spread, with `always`.

    Without a multiple in between, the ends are taken.
    """
    first, last = -(-low // unit), high // unit
    span = last - first
    if span < 1:
        ends = {low, high}
        return tuple(sorted(ends | {always} if always and low < always < high else ends))
    count = max(2, min(most, span + 1))
    found = {(first + span * index // (count - 1)) * unit for index in range(count)}
    if always is not None and low <= always <= high and always not in found:
        inner = sorted(found - {min(found), max(found)}, key=lambda value: abs(value - always))
        found -= {inner[0]} if inner and len(found) >= most else set()
        found.add(always)
    return tuple(sorted(found))


def unit_of(value: int) -> int:
    """Return the step in which a size like `value` is usually chosen: 64 for 768, 1 for 12."""
    return gcd(value, 64) if value >= 64 else 1


def _knobs_of(path: str, layer: Layer) -> Iterator[Knob]:
    for name, setting in layer.offered().items():
        value = layer.get(name)
        plain = isinstance(value, int) and not isinstance(value, bool)
        if setting.kind in {"integer", "sides"} and plain and _turns(layer, name):
            yield Knob(path, setting, value)


def _turns(layer: Layer, name: str) -> bool:
    """Whether the number says how much there is of something; exposed settings always do."""
    return isinstance(layer, Block) or name not in _NO_AMOUNT


def _point(value: int, report: Report, terms: Terms) -> Point:
    return Point(
        value=value,
        depth=report.depth,
        parameters=int(report.parameters),
        multiply_adds=int(report.multiply_adds),
        activation_bytes=report.activation_bytes,
        training_bytes=training_memory(report, terms).total,
    )
