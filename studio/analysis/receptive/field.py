"""The receptive field of every node of a network, inside blocks too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from studio.analysis.receptive.course import Course, Growth
from studio.analysis.receptive.looks import looks
from studio.analysis.receptive.sight import Dimension, Seen, Sight
from studio.analysis.report import NodeFacts, Report
from studio.catalogue.inputs import Input, Output
from studio.catalogue.shape import Shape
from studio.graph.block import Block
from studio.graph.model import Node, Wire

Sights = tuple[Sight | None, ...]
"""What each output of a node sees; None where that is not known."""

_PLACES = {3: (1, 2), 4: (1, 2, 3)}
"""Which axes of an input are places, by how many axes there are: channels come first."""

_FEW_COPIES = 3
"""How many copies show that each further one adds the same."""

_MOST_WALKS = 30_000


@dataclass(frozen=True)
class Field:
    """What one value of a node sees of the input, along each axis of places."""

    size: tuple[int | None, ...]
    """Number of neighboring places, padding counted; None means the whole axis."""
    stride: tuple[Fraction | None, ...]
    """How far the window moves from one value to the next; None where it does not move."""
    sides: tuple[int, ...] = field(default=(), compare=False)
    """How many places each of these axes of the input has."""

    @property
    def is_global(self) -> bool:
        """Whether all of the input is seen."""
        return all(side is None for side in self.size)


def receptive_fields(report: Report) -> Mapping[str, Field]:
    """Return the receptive field of each node by its path, where it has one.

    In a repeated block, nodes have that of the first copy, the block that of its last. Networks
    whose inputs have no axis of places (rows of features) have none, nor do those whose repeated
    blocks lie in each other so deep that the ways through them cannot be walked.
    """
    found: dict[str, Sight] = {}
    if _walks(report, {}) > _MOST_WALKS:
        return {}
    _Page(report, "", found).seen({})
    sides = dict(_sides(report))
    # layers that only hand on what they see share one sight
    alike = {id(sight): sight for sight in found.values()}
    fields = {key: _field(sight, sides) for key, sight in alike.items()}
    return {path: fields[id(sight)] for path, sight in found.items()}


def _sides(report: Report) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield how many places the inputs have, by how many axes of places there are."""
    for name, node in report.graph.nodes.items():
        shape = report.nodes[name].output
        if isinstance(node.layer, Input) and shape is not None:
            sides = tuple(shape[axis] for axis in _places(report, shape))
            yield len(sides), sides


def _walks(report: Report, known: dict[int, int]) -> int:
    """Return how many pages there are to walk, when a few of many copies that are alike suffice."""
    if id(report) not in known:
        rows = (row for facts in report.nodes.values() for row in facts.rows)
        inner = sum(min(count, _FEW_COPIES) * _walks(page, known) for page, count in rows)
        known[id(report)] = 1 + inner
    return known[id(report)]


class _Page:
    """One way through the page of a report; fields are noted for copies that are shown."""

    def __init__(self, report: Report, prefix: str, found: dict[str, Sight] | None) -> None:
        self._report = report
        self._prefix = prefix
        self._found = found
        self._sights: dict[str, Sights] = {}

    def seen(self, arriving: Mapping[str, Sight | None]) -> Sights:
        """Return what the outputs of the page see, given what its inputs see, by their names."""
        for name in self._report.order:
            node, facts = self._report.graph[name], self._report.nodes[name]
            self._sights[name] = self._of(name, node, facts, arriving)
            self._note(name)
        graph = self._report.graph
        return tuple(
            sight
            for name in graph
            if isinstance(graph[name].layer, Output)
            for sight in self._sights[name]
        )

    def _of(
        self, name: str, node: Node, facts: NodeFacts, arriving: Mapping[str, Sight | None]
    ) -> Sights:
        if isinstance(node.layer, Input):
            return (arriving[name] if name in arriving else _beginning(self._report, facts),)
        if not facts.outputs:
            return (None,)
        given = tuple(self._sight(wire) for wire in node.sources)
        if isinstance(node.layer, Block):
            return _through(facts, given, f"{self._prefix}{name}/", self._found)
        inputs = tuple(shape for shape in facts.inputs if shape is not None)
        known = tuple(sight for sight in given if sight is not None)
        if len(known) < len(given) or len(inputs) < len(given):
            return (None,) * len(facts.outputs)
        return tuple(looks(node.layer, known, inputs, output) for output in facts.outputs)

    def _sight(self, wire: Wire | None) -> Sight | None:
        sights = self._sights.get(wire.node, ()) if wire is not None else ()
        return sights[wire.output] if wire is not None and wire.output < len(sights) else None

    def _note(self, name: str) -> None:
        if self._found is None:
            return
        sights = self._sights[name]
        sight = sights[0] if sights else None
        if sight:
            self._found[self._prefix + name] = sight


def _through(
    facts: NodeFacts, given: Sights, prefix: str, found: dict[str, Sight] | None
) -> Sights:
    """Return what the outputs of a block see; copies that only add up are not walked one by one."""
    sights = given
    for index, (report, count) in enumerate(facts.rows):
        left, growth = count, None
        while left:
            before, shown = sights, found if index == 0 and left == count else None
            sights = _copy(report, sights, prefix, shown)
            left -= 1
            growth, former = _growth(sights, before), growth
            if growth is not None and growth == former:
                sights, left = _grown(sights, growth, left), 0
    return sights[: len(facts.outputs)]


def _copy(report: Report, sights: Sights, prefix: str, found: dict[str, Sight] | None) -> Sights:
    graph = report.graph
    ports = (name for name in graph if isinstance(graph[name].layer, Input))
    results = _Page(report, prefix, found).seen(dict(zip(ports, sights, strict=False)))
    return (*results, *sights[len(results) :])


_Growths = tuple[Mapping[Dimension, Growth | None], ...]


def _growth(now: Sights, before: Sights) -> _Growths | None:
    """Return how much one copy added to each window, if nothing else changed."""
    found = []
    for sight, former in zip(now, before, strict=False):
        if sight is None or former is None or sight.keys() != former.keys():
            return None
        moved: dict[Dimension, Growth | None] = {}
        for dimension, seen in sight.items():
            other = former[dimension]
            if (seen.axes, seen.folded) != (other.axes, other.folded):
                return None
            if seen.course is None or other.course is None:
                if seen.course is not other.course:
                    return None
                moved[dimension] = None
                continue
            growth = seen.course.moved(other.course)
            if growth is None:
                return None
            moved[dimension] = growth
        found.append(moved)
    return tuple(found)


def _grown(sights: Sights, growths: _Growths, times: int) -> Sights:
    found: list[Sight | None] = list(sights)
    for index, (sight, growth) in enumerate(zip(sights, growths, strict=False)):
        if sight is not None:
            found[index] = {
                dimension: _later(seen, growth[dimension], times)
                for dimension, seen in sight.items()
            }
    return tuple(found)


def _later(seen: Seen, growth: Growth | None, times: int) -> Seen:
    if seen.course is None or growth is None:
        return seen
    return Seen(seen.course.grown(growth, times), seen.axes, seen.folded)


def _beginning(report: Report, facts: NodeFacts) -> Sight | None:
    """Return what an input sees: each place itself."""
    if facts.output is None:
        return None
    axes = tuple(_places(report, facts.output))
    return {
        (len(axes), index): Seen(Course(), frozenset({axis})) for index, axis in enumerate(axes)
    }


def _places(report: Report, shape: Shape) -> Iterator[int]:
    if len(shape) in _PLACES:
        yield from _PLACES[len(shape)]
    elif len(shape) == 1 and shape.dtype == "int64":
        yield 0  # a text
    elif len(shape) == 2:  # a signal has its channels first, a sequence its features last
        yield 1 if _slides(report) else 0


def _slides(report: Report) -> bool:
    """Whether a window slides along the last axis before anything else mixes values."""
    graph = report.graph
    for name in report.order:
        group = graph[name].layer.group
        if group in {"Linear", "Recurrent", "Attention", "Shape"}:
            return False
        if group in {"Convolution", "Pooling"}:
            return True
        if isinstance(graph[name].layer, Block) and report.nodes[name].rows:
            return _slides(report.nodes[name].rows[0][0])
    return False


def _field(sight: Sight, inputs: Mapping[int, tuple[int, ...]]) -> Field:
    kind = max(count for count, _index in sight)
    sides = [sight[key] for key in sorted(sight) if key[0] == kind]
    return Field(
        tuple(None if side.course is None else side.course.size for side in sides),
        tuple(_stride(side) for side in sides),
        inputs.get(kind, ()),
    )


def _stride(seen: Seen) -> Fraction | None:
    moves = seen.course is not None and seen.axes and not seen.folded
    return seen.course.stride if moves and seen.course is not None else None
