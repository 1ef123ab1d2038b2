"""Which optimizers there are: their settings, and the torch constructor each one spells.

`weight_decay` (L2) acts on the weights of layers that multiply (linear, convolution, recurrent,
attention, embedding); biases and the scales of normalization layers are never decayed.
"""

from typing import Any

from studio.catalogue.layer import Call
from studio.families import Family
from studio.fields import Declared, flag, number


class Optimizer(Declared):
    """A rule that turns gradients into updates."""

    learning_rate: float = number(
        default=0.001,
        low=0,
        high=1000,
        hint="How far one step goes. Too high diverges, too low crawls; try factors of 3.",
    )

    def recipe(self) -> Call:
        """Spell the torch optimizer; `lr` and `weight_decay` are set group by group."""
        raise NotImplementedError

    @property
    def decay(self) -> float:
        """The weight decay (L2), whichever optimizer it is."""
        return float(self.values().get("weight_decay", 0.0))


OPTIMIZERS: Family[Optimizer] = Family("optimizer")


def _decay(default: float = 0.0) -> Any:
    return number(
        default=default,
        low=0,
        high=10,
        hint="Pulls weights towards zero (L2), which keeps the network simple. Biases are spared.",
    )


def _eps() -> Any:
    return number(
        default=1e-8,
        low=0,
        high=1,
        hint="A small number that keeps the division from blowing up.",
        label="Epsilon",
    )


@OPTIMIZERS.file("sgd")
class Sgd(Optimizer):
    """Plain gradient descent, with momentum if wanted."""

    learning_rate: float = number(
        default=0.05,
        low=0,
        high=1000,
        hint="How far one step goes. Too high diverges, too low crawls; try factors of 3.",
    )
    momentum: float = number(
        default=0.9, low=0, high=1, hint="How much of the last step is kept, like a rolling ball."
    )
    nesterov: bool = flag(
        default=False, hint="Look ahead along the momentum before taking the gradient."
    )
    weight_decay: float = _decay()
    dampening: float = number(
        default=0.0, low=0, high=1, hint="How much less a new gradient counts in the momentum."
    )

    def recipe(self) -> Call:
        look_ahead = self.nesterov and self.momentum > 0 and self.dampening == 0  # as torch demands
        return Call.to(
            "optim.SGD",
            momentum=self.momentum,
            nesterov=look_ahead,
            dampening=self.dampening,
        )


class _Moments(Optimizer):
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
    eps: float = _eps()
    amsgrad: bool = flag(
        label="AMSGrad",
        default=False,
        hint="Never let the remembered size shrink; steadier, a little more memory.",
    )

    def _moments(self, target: str) -> Call:
        betas = (self.beta1, self.beta2)
        return Call.to(target, betas=betas, eps=self.eps, amsgrad=self.amsgrad)


@OPTIMIZERS.file("adam")
class Adam(_Moments):
    """Adapts the step of every weight to its own gradients; a good first choice."""

    weight_decay: float = _decay()

    def recipe(self) -> Call:
        return self._moments("optim.Adam")


@OPTIMIZERS.file("adamw")
class AdamW(_Moments):
    """Adam with weight decay applied to the weights directly; the usual choice for transformers."""

    weight_decay: float = _decay(0.01)

    def recipe(self) -> Call:
        return self._moments("optim.AdamW")


@OPTIMIZERS.file("rmsprop")
class RmsProp(Optimizer):
    """Divides each gradient by its recent size; an old friend of recurrent networks."""

    alpha: float = number(
        default=0.99, low=0, high=0.999999, hint="How long the gradients' size is remembered."
    )
    eps: float = _eps()
    momentum: float = number(default=0.0, low=0, high=1, hint="How much of the last step is kept.")
    centered: bool = flag(
        default=False, hint="Divide by the spread of the gradients instead of their size."
    )
    weight_decay: float = _decay()

    def recipe(self) -> Call:
        return Call.to(
            "optim.RMSprop",
            alpha=self.alpha,
            eps=self.eps,
            momentum=self.momentum,
            centered=self.centered,
        )
