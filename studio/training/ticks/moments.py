"""When a tick comes: at a step, an epoch, a share of the run, or once the metrics say so."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

from studio.families import Family
from studio.fields import Declared, choice, integer, number, text
from studio.wording import _, marked

_SMALLER = frozenset({"loss", "mae", "mse", "rmse", "perplexity"})
"""Metrics that are better when they are smaller."""


class Timetable(Protocol):
    """Which step is made when."""

    def when(self, epochs: float) -> int:
        """Return the step nearest to the moment at which so many epochs are done."""

    def when_share(self, share: float) -> int:
        """Return the step nearest to the moment at which this share of all epochs is done."""


class Moment(Declared):
    """A point of training time; steps are counted as those already made."""

    def step(self, table: Timetable) -> int | None:
        """Return the step before which it comes; None where that depends on what is measured."""
        raise NotImplementedError

    def words(self) -> str:
        """Say it in a few words, in the language in use."""
        raise NotImplementedError


MOMENTS: Family[Moment] = Family("moment")


@MOMENTS.file("step")
class AtStep(Moment):
    """When this many steps are done; 0 is the start of the run."""

    title: ClassVar[str] = marked("A step")

    at: int = integer(
        default=0, low=0, high=2**52, label="Steps done", hint="How many steps are done by then."
    )

    def step(self, table: Timetable) -> int:
        del table
        return self.at

    def words(self) -> str:
        return _("step {step:,}").format(step=self.at)


@MOMENTS.file("epoch")
class AtEpoch(Moment):
    """When this many epochs are done; 2.5 is the middle of the third."""

    title: ClassVar[str] = marked("An epoch")

    at: float = number(
        default=1.0, low=0, high=1e6, label="Epochs done", hint="How many epochs are done by then."
    )

    def step(self, table: Timetable) -> int:
        return table.when(self.at)

    def words(self) -> str:
        return _("epoch {epoch:g}").format(epoch=self.at)


@MOMENTS.file("fraction")
class AtFraction(Moment):
    """When this share of the run is done, however long it is."""

    title: ClassVar[str] = marked("A share of the run")

    at: float = number(
        default=0.5,
        low=0,
        high=1,
        label="Share done",
        hint="The share of all epochs: 0.3 is 30 %.",
    )

    def step(self, table: Timetable) -> int:
        return table.when_share(self.at)

    def words(self) -> str:
        return _("{share:.4g} % of the run").format(share=100 * self.at)


@dataclass(frozen=True)
class Memory:
    """What a condition remembers from one epoch to the next."""

    best: float | None = None
    waited: int = 0
    """Epochs since the best."""
    fired: int = 0
    """How often it came already."""

    @classmethod
    def read(cls, values: Mapping[str, float | None]) -> "Memory":
        """Return the memory that `written` spelled."""
        best = values.get("best")
        return cls(
            None if best is None else float(best),
            int(values.get("waited") or 0),
            int(values.get("fired") or 0),
        )

    def written(self) -> dict[str, float | None]:
        """Return the JSON form."""
        return {"best": self.best, "waited": self.waited, "fired": self.fired}


class Condition(Moment):
    """A moment that nobody knows before: it comes at the end of an epoch, once metrics say so."""

    metric: str = text(default="loss", hint="Which metric is watched, such as loss or accuracy.")
    part: str = choice(
        default="validation",
        options=("validation", "train"),
        label="Measured on",
        hint="The samples on which it is measured.",
    )

    def step(self, table: Timetable) -> None:
        del table

    def followed(self, memory: Memory, value: float) -> tuple[Memory, bool]:
        """Return what is remembered after an epoch with this value, and whether the tick comes."""
        raise NotImplementedError


@MOMENTS.file("plateau")
class Plateau(Condition):
    """When a metric has not become better for some epochs."""

    title: ClassVar[str] = marked("A plateau of a metric")

    patience: int = integer(
        default=3,
        low=1,
        high=1_000_000,
        label="Patience in epochs",
        hint="How many epochs without a better value it takes.",
    )
    min_delta: float = number(
        default=0.0,
        low=0,
        high=1e9,
        label="Least gain",
        hint="How much better a value must be to count as better.",
    )
    times: int = integer(
        default=1,
        low=1,
        high=1_000,
        label="How often",
        hint="How often it may come; waiting starts anew each time.",
    )

    def followed(self, memory: Memory, value: float) -> tuple[Memory, bool]:
        if self._better(value, memory.best):
            return Memory(value, 0, memory.fired), False
        waited = memory.waited + 1
        comes = waited >= self.patience and memory.fired < self.times
        return Memory(memory.best, 0 if comes else waited, memory.fired + comes), comes

    def words(self) -> str:
        return _("no better {metric} for {epochs} epochs").format(
            metric=self.metric, epochs=self.patience
        )

    def _better(self, value: float, best: float | None) -> bool:
        if not math.isfinite(value) or best is None:
            return math.isfinite(value)
        gain = best - value if self.metric in _SMALLER else value - best
        return gain > self.min_delta


@MOMENTS.file("reached")
class Reached(Condition):
    """When a metric is above or below a value."""

    title: ClassVar[str] = marked("A value of a metric")

    side: str = choice(
        default="above", options=("above", "below"), hint="On which side of the value it must be."
    )
    value: float = number(default=0.9, low=-1e12, high=1e12, hint="The value to be reached.")

    def followed(self, memory: Memory, value: float) -> tuple[Memory, bool]:
        there = value > self.value if self.side == "above" else value < self.value
        comes = there and not memory.fired
        return Memory(None, 0, memory.fired + comes), comes

    def words(self) -> str:
        if self.side == "above":
            return _("{metric} above {value:g}").format(metric=self.metric, value=self.value)
        return _("{metric} below {value:g}").format(metric=self.metric, value=self.value)
