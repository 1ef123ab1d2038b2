"""Which places of one axis of the input each place along an axis further on can see."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Self

_LONGEST = 4096
"""Places after which a pattern that does not repeat is followed by its largest window only."""


@dataclass(frozen=True)
class Course:
    """Place i sees the input from `low` to `high`, both included; padding counts as input.

    The pattern repeats: the place len(low) further on sees what i sees, moved by `advance`.
    Method: Araujo, Norris, Sim, "Computing receptive fields of convolutional neural networks"
    (distill.pub 2019), with exact windows where units stop lining up behind up-sampling.
    """

    low: tuple[int, ...] = (0,)
    high: tuple[int, ...] = (0,)
    advance: int = 1

    @property
    def size(self) -> int:
        """The largest number of neighboring input places that one place sees."""
        return max(high - low for low, high in zip(self.low, self.high, strict=True)) + 1

    @property
    def stride(self) -> Fraction:
        """How far the window moves in the input from one place to the next, on average."""
        return Fraction(self.advance, len(self.low))

    def through(
        self, first: Callable[[int], int], last: Callable[[int], int], step: int, every: int = 1
    ) -> Self:
        """Return what places behind a window see: place o looks at those from first(o) to last(o).

        The window repeats: it moves by `step` for each `every` places behind it.
        """
        period = len(self.low)
        if period == every == 1:  # nearly all windows: what holds for one place holds for all
            low = self.low[0] + first(0) * self.advance
            high = self.high[0] + max(first(0), last(0)) * self.advance
            return type(self)((low,), (high,), self.advance * step)
        laps = period // gcd(period, step)
        if every * laps > _LONGEST:
            return type(self)((0,), (self.size - 1,), max(1, round(self.stride * step / every)))
        places = range(every * laps)
        return type(self)(
            tuple(self._at(self.low, first(place)) for place in places),
            tuple(self._at(self.high, max(first(place), last(place))) for place in places),
            self.advance * (step * laps // period),
        ).reduced()

    def joined(self, other: Self) -> Self:
        """Return what places see that look at the same places of two courses.

        Courses that do not move alike have no common pattern: the larger windows count then.
        """
        if self == other:
            return self
        period = lcm(len(self.low), len(other.low))
        if period == 1 and self.advance == other.advance:
            low = min(self.low[0], other.low[0])
            return type(self)((low,), (max(self.high[0], other.high[0]),), self.advance)
        if self.stride != other.stride or period > _LONGEST:
            return max(self, other, key=lambda course: course.size)
        places = range(period)
        return type(self)(
            tuple(min(self._at(self.low, i), other._at(other.low, i)) for i in places),
            tuple(max(self._at(self.high, i), other._at(other.high, i)) for i in places),
            self.advance * (period // len(self.low)),
        ).reduced()

    def reduced(self) -> Self:
        """Return the same course with its shortest pattern."""
        period = len(self.low)
        for shorter in range(1, period // 2 + 1):
            if period % shorter or self.advance * shorter % period:
                continue
            step = self.advance * shorter // period
            if _repeats(self.low, shorter, step) and _repeats(self.high, shorter, step):
                return type(self)(self.low[:shorter], self.high[:shorter], step)
        return self

    def moved(self, other: Self) -> "Growth | None":
        """Return how this course grew out of `other`, if both have one pattern."""
        if len(self.low) != len(other.low) or self.advance != other.advance:
            return None
        return (
            tuple(now - then for now, then in zip(self.low, other.low, strict=True)),
            tuple(now - then for now, then in zip(self.high, other.high, strict=True)),
        )

    def grown(self, growth: "Growth", times: int) -> Self:
        """Return this course after `times` more steps of the same growth."""
        return type(self)(
            tuple(at + by * times for at, by in zip(self.low, growth[0], strict=True)),
            tuple(at + by * times for at, by in zip(self.high, growth[1], strict=True)),
            self.advance,
        )

    def _at(self, ends: tuple[int, ...], place: int) -> int:
        lap, rest = divmod(place, len(ends))
        return ends[rest] + lap * self.advance


Growth = tuple[tuple[int, ...], tuple[int, ...]]
"""How far each end of a pattern moves from one copy of a block to the next."""


def _repeats(ends: tuple[int, ...], period: int, step: int) -> bool:
    return all(ends[i] - ends[i - period] == step for i in range(period, len(ends)))
