"""How a learning rate is led over time by ticks: values, ramps and what multiplies them."""

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Ramp:
    """A number that runs from one value to another over some steps, and then stays."""

    end: float
    begin: float = 0.0
    first: int = 0
    steps: int = 0
    shape: str = "linear"

    def at(self, step: int) -> float:
        """Return the number at `step`; the first one lies a little beyond `begin` already."""
        done = (step - self.first + 1) / (self.steps + 1)
        if done >= 1:
            return self.end
        if self.shape == "cosine":
            done = (1 - math.cos(math.pi * done)) / 2
        return self.begin + (self.end - self.begin) * done


@dataclass(frozen=True)
class Curve:
    """What ticks make of a rate: a share of the rate it follows, or a rate of its own."""

    base: Ramp = Ramp(1.0)
    times: tuple[Ramp, ...] = ()
    fixed: bool = False
    """Whether it is a rate of its own, whatever it would follow."""

    def value(self, step: int) -> float:
        """Return the share, or the rate of its own."""
        found = self.base.at(step)
        for ramp in self.times:
            found *= ramp.at(step)
        return found

    def rate(self, step: int, followed: float) -> float:
        """Return the rate where the one it follows is `followed`."""
        return self.value(step) if self.fixed else self.value(step) * followed

    def multiplied(self, ramp: Ramp) -> "Curve":
        """Return the curve with all of it multiplied from a step on."""
        return replace(self, times=(*self.times, ramp))


UNTOUCHED = Curve()
"""Follows exactly."""
