"""What a run will do at each of its steps, drawn before it starts: rates and what trains.

Conditions are not foreseen; they are told beside the stretches.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from studio.analysis.analyze import analyze
from studio.analysis.report import Report
from studio.graph.block import Block
from studio.graph.model import Graph, Node
from studio.training.course.checking import require_batches, require_sense
from studio.training.course.course import Course
from studio.training.course.fired import Fired, Record
from studio.training.course.folding import Stretch
from studio.training.course.length import Samples
from studio.training.course.marks import covers, resolved
from studio.training.plan import Plan
from studio.training.ticks.moments import Condition
from studio.training.ticks.tick import Tick


@dataclass(frozen=True)
class Span:
    """Steps in which the same layers train."""

    first: int
    """The first step of it, counted from 0."""
    until: int
    """The step after its last."""
    ticks: tuple[Fired, ...]
    """What it begins with; nothing at the start of the run."""
    frozen: frozenset[str]
    """Layers that are wholly frozen."""
    trained: frozenset[str]
    """Layers with parameters that learn."""
    bypassed: frozenset[str]
    """Layers that are left out."""
    trainable: int
    """How many numbers learn."""
    stretch: Stretch


@dataclass(frozen=True, eq=False)
class Preview:
    """A run before it is made."""

    course: Course
    layers: tuple[str, ...]
    """Layers with parameters, in the order of the network."""
    spans: tuple[Span, ...]

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self.course.total

    @cached_property
    def conditions(self) -> tuple[Tick, ...]:
        """Ticks whose moment nobody knows before."""
        return tuple(t for t in self.course.plan.ticks if isinstance(t.at, Condition))

    def span(self, step: int) -> Span:
        """Return the span that `step` lies in (0 is the first step)."""
        return next(span for span in reversed(self.spans) if span.first <= step)

    def rate(self, step: int) -> float:
        """Return the learning rate of `step`, exactly as it will be recorded."""
        return self.course.at(step).rate

    def batch(self, step: int) -> int:
        """Return the batch size by which the samples of `step` are cut."""
        return self.course.calendar.batch(step)

    def layer_rates(self, step: int) -> Mapping[str, float]:
        """Return the learning rate of each layer with parameters at `step`."""
        rates = self.course.at(step).rates
        return {path: rates[self.course.sections[path]] for path in self.layers}


def preview(
    plan: Plan, report: Report, samples: int | Samples, record: Record | None = None
) -> Preview:
    """Return what a run with this plan will do; `record` are the ticks that came already.

    A plain number of `samples` are the steps of an epoch, if all are full. Raises TrainingError for
    ticks that this network or these data cannot follow.
    """
    require_sense(plan.ticks, report.graph)
    course = Course(plan, report.graph, samples, record)
    require_batches(course)
    layers = tuple(path for path in course.layers if has_parameters(report, path))
    spans: list[Span] = []
    drawn = frozenset(p for p in course.layers if resolved(p, course.stretch(-1).marks) is True)
    known: dict[tuple[object, ...], int] = {(drawn, frozenset()): report.trainable}
    for first, until, stretch in course.spans():
        frozen = frozenset(p for p in course.layers if resolved(p, stretch.marks) is True)
        out = frozenset(p for p in course.layers if _is_out(p, stretch))
        if (frozen, out) not in known:
            known[frozen, out] = _trainable(report, frozen | out)
        trained = frozenset(layers) - frozen - out
        count = known[frozen, out]
        spans.append(Span(first, until, stretch.ticks, frozen, trained, out, count, stretch))
    return Preview(course, layers, tuple(spans))


def _is_out(path: str, stretch: Stretch) -> bool:
    return any(covers(left_out, path) for left_out in stretch.bypassed)


def _trainable(report: Report, still: frozenset[str]) -> int:
    """Return how many numbers learn while these layers do not."""
    return analyze(_held(report.graph, still)).trainable


def _held(graph: Graph, still: frozenset[str], around: str = "") -> Graph:
    """Return the graph with exactly these layers frozen."""
    return Graph(
        {name: _held_node(node, around + name, still) for name, node in graph.nodes.items()}
    )


def _held_node(node: Node, path: str, still: frozenset[str]) -> Node:
    if isinstance(node.layer, Block):
        inner = _held(node.layer.graph, still, path + "/")
        return node.changed(layer=node.layer.changed(graph=inner), frozen=False)
    return node.changed(frozen=path in still)


def has_parameters(report: Report, path: str) -> bool:
    """Whether there is anything to learn at a path."""
    name, _slash, inner = path.partition("/")
    facts = report.nodes.get(name)
    if facts is None:
        return False
    if not inner:
        return bool(facts.weights)
    return any(has_parameters(copy, inner) for copy in facts.copies)
