"""What holds at each step of a run that follows a plan: a pure function of the step.

Ticks whose moment is known lie at their step; conditions and changes by hand count once they came,
as recorded. At one step, ticks of the plan count in its order, then those by hand. Where the batch
size changes, schedules go by the epochs done (see `calendar`).
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from studio.datasets.source import Source
from studio.graph.block import Block
from studio.graph.model import Graph
from studio.graph.walk import frozen_paths, walk
from studio.training.course.calendar import Anchor, Calendar
from studio.training.course.curves import UNTOUCHED
from studio.training.course.fired import HAND, Fired, Record
from studio.training.course.folding import Folding, Stretch
from studio.training.course.laying import laid
from studio.training.course.length import Samples
from studio.training.course.marks import covers
from studio.training.plan import Plan
from studio.training.ticks.actions import Rate

Section = int
"""A group of layers whose rates ticks lead together; 0 are those that follow the run's own rate."""


@dataclass(frozen=True)
class State:
    """What holds while one step is made."""

    rate: float
    """The learning rate of all layers without one of their own."""
    rates: tuple[float, ...]
    """The learning rate of each section, that of the first being `rate`."""
    stretch: Stretch
    """What is frozen, bypassed, compared and changed: the same until the next tick."""


class Course:
    """A plan spread over the steps of a run, with what has come so far."""

    def __init__(
        self,
        plan: Plan,
        graph: Graph,
        samples: int | Samples,
        record: Record | None = None,
        anchor: Anchor | None = None,
    ) -> None:
        """Spread `plan`; a plain number of `samples` are the steps of an epoch, if all are full.

        `anchor` is a place that the run came to under another plan.
        """
        self.plan = plan
        if isinstance(samples, int):
            samples = Samples.of(samples * plan.batch_size, graph)
        self.samples, self.anchor = samples, anchor
        self.record = (record or Record()).suited(plan.ticks)
        even = Calendar.even(samples.count, plan.batch_size, plan.epochs, pairs=samples.pairs)
        self.calendar, self.placed = laid(
            *(even, plan.ticks, self.record.fired, anchor, samples.later)
        )
        """`placed` are all ticks with a known step, in the order in which they count."""
        self._even, self._even_total = self.calendar.legs[0].length, self.calendar.even_total
        self._even_until = 2**62 if self.calendar.is_even else self.calendar.legs[1].step
        self.moments = {fired.number: step for step, _order, fired in self.placed}
        """By the number of a tick in the plan: the step before which it comes, where known."""
        self.graph = graph
        self.layers = tuple(path for path, node in walk(graph) if not isinstance(node.layer, Block))
        self.sections = _sections(self._rules(), self.layers)
        self._section_count = 1 + max(self.sections.values(), default=0)
        self._stretches = self._folded()
        self._starts = [stretch.first for stretch in self._stretches]

    def recorded(self, record: Record) -> "Course":
        """Return the same course with another record of what came."""
        return Course(self.plan, self.graph, self.samples, record, self.anchor)

    @property
    def total(self) -> int:
        """Steps of the whole run."""
        return self.calendar.total

    @property
    def per_epoch(self) -> int:
        """Steps of the first epoch."""
        return self.calendar.length(0)

    def stretch(self, step: int) -> Stretch:
        """Return the stretch that `step` lies in; -1 is what the network itself says."""
        return self._stretches[bisect_right(self._starts, step) - 1]

    def spans(self) -> Iterator[tuple[int, int, Stretch]]:
        """Yield the stretches that steps of the run lie in: first step, step after the last."""
        ends = [*self._starts[1:], self.total]
        for stretch, end in zip(self._stretches, ends, strict=True):
            first, until = max(0, stretch.first), min(end, self.total)
            if first < until:
                yield first, until, stretch

    def data(self, epoch: int) -> Source | None:
        """Return the data that an epoch is made of, where ticks switched to other ones."""
        return self.stretch(self.calendar.start(epoch)).data

    def next_change(self, step: int) -> int:
        """Return the first step after `step` before which a tick comes, or one never reached."""
        index = bisect_right(self._starts, step)
        return self._starts[index] if index < len(self._starts) else 2**62

    def at(self, step: int) -> State:
        """Return all that holds while `step` is made (0 is the first)."""
        stretch = self.stretch(step)
        rates = self.rates(stretch, step)
        return State(rates[0], rates, stretch)

    def rates(self, stretch: Stretch, step: int) -> tuple[float, ...]:
        """Return the learning rate at a step of this stretch, then those of the sections."""
        rate = stretch.overall.rate(step, self._planned(step))
        if not stretch.own and not stretch.lasting:
            return (rate,) * self._section_count
        own = (stretch.own.get(section, UNTOUCHED) for section in range(1, self._section_count))
        rates = (rate, *(curve.rate(step, rate) for curve in own))
        return _lasting(stretch, step, rates) if stretch.lasting else rates

    def layer_rates(self, step: int) -> dict[str, float]:
        """Return the rates of the layers that ticks give one of their own."""
        rates = self.at(step).rates
        return {path: rates[section] for path, section in self.sections.items() if section}

    def due(self, step: int, met: Sequence[Fired] = ()) -> tuple[Fired, ...]:
        """Return the ticks that come before `step` and have not come yet, in their order.

        `met` are those among them whose condition has just come true. All may change when others
        come.
        """
        came = self.record.fired
        course = self.recorded(Record((*came, *met), self.record.memories)) if met else self
        placed = (fired for at, _order, fired in course.placed if at == step)
        return tuple(fired for fired in placed if fired.number != HAND and fired not in came)

    @property
    def scale(self) -> float:
        """What hand has made of the rate of the plan by now."""
        found = 1.0
        for fired in self.record.fired:
            if fired.number == HAND:
                for action in fired.tick.actions:
                    found *= action.value if isinstance(action, Rate) else 1.0
        return found

    def _planned(self, step: int) -> float:
        even = step if step < self._even_until else self.calendar.evened(step)
        return self.plan.learning_rate(even, self._even_total, self._even)

    def _rules(self) -> Iterator[Rate]:
        for tick in (*self.plan.ticks, *(fired.tick for fired in self.record.fired)):
            yield from (a for a in tick.actions if isinstance(a, Rate) and a.paths)

    def _folded(self) -> list[Stretch]:
        marks = frozen_paths(self.graph)
        folding = Folding(marks, self.sections, self._planned, self.calendar.whole)
        for step, _order, fired in self.placed:
            folding.take(step, fired)
        return folding.stretches()


def _lasting(stretch: Stretch, step: int, rates: Sequence[float]) -> tuple[float, ...]:
    """Return the rates of all sections with what multiplies them for good."""
    factors = [stretch.lasting.get(section, UNTOUCHED).value(step) for section in range(len(rates))]
    every = factors[0]
    own = (rate * factor * every for rate, factor in zip(rates[1:], factors[1:], strict=True))
    return (rates[0] * every, *own)


def _sections(rules: Iterator[Rate], layers: Sequence[str]) -> Mapping[str, Section]:
    """Return the section of each layer: those that the same actions name go together."""
    every = list(rules)
    numbers: dict[tuple[int, ...], int] = {(): 0}
    found: dict[str, Section] = {}
    for layer in layers:
        named = tuple(
            index
            for index, rule in enumerate(every)
            if any(covers(path, layer) for path in rule.paths)
        )
        found[layer] = numbers.setdefault(named, len(numbers))
    return found
