"""Functions of single values that make a network more than one large linear layer.

torch's `inplace` is left out: it would overwrite what other wires still read.
"""

from studio.catalogue.axis import place
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.fields import choice, integer, number


class Activation(Layer):
    """What functions that keep the shape have in common: the settings are the constructor's."""

    def shape(self, x: Shape) -> Shape:
        return x.floats()

    def recipe(self, x: Shape) -> Call:
        return Call.to(f"nn.{type(self).__name__}", **self.values())


@layer("relu", group="Activation", title="ReLU")
class ReLU(Activation):
    """Keeps what is positive and turns the rest to zero: the usual first choice."""


@layer("leaky_relu", group="Activation", title="Leaky ReLU", aliases=("lrelu",))
class LeakyReLU(Activation):
    """Like ReLU, but lets a little of the negative through, so that no unit falls silent."""

    negative_slope: float = number(
        default=0.01, low=0.0, high=10.0, hint="Share of a negative value that is kept."
    )

    def caption(self) -> str:
        return f"{self.negative_slope:g}"


@layer("relu6", group="Activation", title="ReLU6")
class ReLU6(Activation):
    """Like ReLU, but nothing grows beyond 6: for networks that run with few digits."""


@layer("elu", group="Activation", title="ELU")
class ELU(Activation):
    """Like ReLU, but bends softly towards a negative floor, which centers the values."""

    alpha: float = number(default=1.0, low=0.0, high=100.0, hint="How far below zero the floor is.")


@layer("selu", group="Activation", title="SELU")
class SELU(Activation):
    """A scaled ELU that keeps mean and spread of its inputs without any normalization layer."""


@layer("gelu", group="Activation", title="GELU")
class GELU(Activation):
    """A smooth ReLU that weighs each value by how likely it is: usual in transformers."""

    approximate: str = choice(
        default="none",
        options=("none", "tanh"),
        hint="none is exact (BERT, ViT); tanh is the formula GPT-2 was trained with.",
    )


@layer("silu", group="Activation", title="SiLU", aliases=("swish",))
class SiLU(Activation):
    """Multiplies each value by its own sigmoid: a smooth ReLU, also called swish."""


@layer("mish", group="Activation", title="Mish")
class Mish(Activation):
    """A smooth ReLU that dips a little below zero before it rises."""


@layer("hardswish", group="Activation", title="Hard Swish")
class Hardswish(Activation):
    """SiLU made of straight lines: cheap on phones."""


@layer("hardsigmoid", group="Activation", title="Hard Sigmoid")
class Hardsigmoid(Activation):
    """Sigmoid made of straight lines: cheap on phones."""


@layer("softplus", group="Activation", title="Softplus")
class Softplus(Activation):
    """A smooth ReLU that is always positive: for scales and rates."""

    beta: float = number(
        default=1.0, low=0.01, high=100.0, hint="How sharp the bend at zero is; more is sharper."
    )
    threshold: float = number(
        default=20.0, low=0.0, high=1000.0, hint="Where it goes over into a straight line."
    )


@layer("sigmoid", group="Activation", title="Sigmoid")
class Sigmoid(Activation):
    """Squeezes each value between 0 and 1: a probability, or a gate."""


@layer("tanh", group="Activation", title="Tanh")
class Tanh(Activation):
    """Squeezes each value between −1 and 1."""


class AlongAxis(Activation):
    """What functions that weigh the values of one axis against each other have in common."""

    dim: int = integer(
        default=-1,
        low=-16,
        high=16,
        hint="The axis whose values add up to 1; 1 is the first after the batch, -1 the last.",
    )

    def shape(self, x: Shape) -> Shape:
        place(self.dim, x.floats())
        return x


@layer("softmax", group="Activation", title="Softmax")
class Softmax(AlongAxis):
    """Turns scores into probabilities that add up to 1; cross-entropy already does this itself."""


@layer("log_softmax", group="Activation", title="Log Softmax")
class LogSoftmax(AlongAxis):
    """The logarithm of Softmax, computed without losing digits."""
