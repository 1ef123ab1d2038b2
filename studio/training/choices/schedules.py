"""How the learning rate moves over a run: pure functions of the step, for run and preview alike."""

import math

from studio.families import Family
from studio.fields import Declared, integer, number


class Schedule(Declared):
    """How the learning rate moves over the run."""

    def rate(self, step: float, total: int, steps_per_epoch: int) -> float:
        """Return the factor on the learning rate for `step` (0 is the first of `total`).

        Steps of other batch sizes lie between those of the first one.
        """
        raise NotImplementedError


SCHEDULES: Family[Schedule] = Family("schedule")


@SCHEDULES.file("constant")
class Constant(Schedule):
    """Keeps the learning rate as it is."""

    def rate(self, step: float, total: int, steps_per_epoch: int) -> float:
        del step, total, steps_per_epoch
        return 1.0


@SCHEDULES.file("step")
class Step(Schedule):
    """Multiplies the learning rate by a factor every few epochs."""

    step_epochs: int = integer(default=5, low=1, hint="After how many epochs the rate drops.")
    gamma: float = number(
        default=0.3, low=0, high=10, hint="What the rate is multiplied by at each drop."
    )

    def rate(self, step: float, total: int, steps_per_epoch: int) -> float:
        del total
        drops = int(step // (max(1, steps_per_epoch) * self.step_epochs))
        return float(self.gamma**drops)


@SCHEDULES.file("cosine")
class Cosine(Schedule):
    """Warms up in a straight line, then falls along half a cosine."""

    warmup: float = number(
        default=0.05, low=0, high=0.9, hint="Fraction of the run in which the rate rises from zero."
    )
    final: float = number(
        default=0.0, low=0, high=1, hint="What is left of the rate at the end, as a fraction."
    )

    def rate(self, step: float, total: int, steps_per_epoch: int) -> float:
        del steps_per_epoch
        warm = round(self.warmup * total)
        if step < warm:
            return (step + 1) / (warm + 1)
        done = min(1.0, (step - warm) / max(1, total - 1 - warm))
        return self.final + (1 - self.final) * (1 + math.cos(math.pi * done)) / 2


@SCHEDULES.file("one_cycle")
class OneCycle(Schedule):
    """Climbs to the full rate and comes down to almost nothing: fast and well generalizing.

    After L. Smith, “A disciplined approach to neural network hyper-parameters” (arXiv 1803.09820),
    with both slopes along half a cosine.
    """

    peak: float = number(
        default=0.3, low=0, high=1, hint="Fraction of the run at which the rate is highest."
    )
    start_divisor: float = number(
        default=25.0,
        low=1,
        high=1e6,
        hint="How many times smaller the first rate is than the peak.",
    )
    final_divisor: float = number(
        default=1e4, low=1, high=1e9, hint="How many times smaller the last rate is than the first."
    )

    def rate(self, step: float, total: int, steps_per_epoch: int) -> float:
        del steps_per_epoch
        start = 1 / self.start_divisor
        top = self.peak * total - 1
        if step <= top:
            return _slope(start, 1.0, step / top if top > 0 else 1.0)
        fall = (step - max(top, 0)) / max(1.0, total - 1 - max(top, 0))
        return _slope(1.0, start / self.final_divisor, min(1.0, fall))


def _slope(begin: float, end: float, done: float) -> float:
    return end + (begin - end) * (1 + math.cos(math.pi * done)) / 2
