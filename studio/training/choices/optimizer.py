"""What an optimizer of a plan is: a rate, perhaps a decay, and the constructor it spells.

`weight_decay` (L2) acts on the weights of layers that multiply (linear, convolution, recurrent,
attention, embedding); biases and the scales of normalization layers are never decayed.
"""

from typing import Any

from studio.catalogue.layer import Call
from studio.families import Family
from studio.fields import Declared, number


def rate(default: float) -> Any:
    """Declare the learning rate."""
    return number(
        default=default,
        low=0,
        high=1000,
        hint="How far one step goes. Too high diverges, too low crawls; try factors of 3.",
    )


class Optimizer(Declared):
    """A rule that turns gradients into updates."""

    learning_rate: float = rate(0.001)

    def recipe(self) -> Call:
        """Spell torch's optimizer or one of `training/updates`.

        `lr` and `weight_decay` are set group by group.
        """
        raise NotImplementedError

    @property
    def decay(self) -> float:
        """The weight decay (L2), whichever optimizer it is."""
        return float(self.values().get("weight_decay", 0.0))


OPTIMIZERS: Family[Optimizer] = Family("optimizer")


def decay(default: float = 0.0) -> Any:
    """Declare the weight decay."""
    return number(
        default=default,
        low=0,
        high=10,
        hint="Pulls weights towards zero (L2), which keeps the network simple. Biases are spared.",
    )


def epsilon(default: float = 1e-8) -> Any:
    """Declare what keeps a division from blowing up."""
    return number(
        default=default,
        low=0,
        high=1,
        hint="A small number that keeps the division from blowing up.",
        label="Epsilon",
    )


class Betas(Optimizer):
    """An optimizer that remembers the mean of the gradients and their size."""

    beta1: float = number(
        label="Beta 1",
        default=0.9,
        low=0,
        high=0.999999,
        hint="How long the mean of the gradients remembers.",
    )
    beta2: float = number(
        label="Beta 2",
        default=0.999,
        low=0,
        high=0.999999,
        hint="How long the gradients' size is remembered.",
    )
