"""Functions of single values that make a network more than one large linear layer.

torch's `inplace` is left out: it would overwrite what other wires still read.
"""

from collections.abc import Mapping

from studio.catalogue.keeping import Work
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import choice, integer, number
from studio.wording import _


class Activation(Layer):
    """What functions that keep the shape have in common: the settings are the constructor's."""

    def shape(self, x: Shape) -> Shape:
        return x.floats()

    def recipe(self, x: Shape) -> Call:
        return Call.to(f"nn.{type(self).__name__}", **self.values())


@layer("relu", group="Activation", title="ReLU")
class ReLU(Activation):
    """Keeps what is positive and turns the rest to zero: the usual first choice."""

    keeps = "output"


@layer("leaky_relu", group="Activation", title="Leaky ReLU", aliases=("lrelu",))
class LeakyReLU(Activation):
    """Like ReLU, but lets a little of the negative through, so that no unit falls silent."""

    negative_slope: float = number(
        default=0.01, low=0.0, high=10.0, hint="Share of a negative value that is kept."
    )

    def caption(self) -> str:
        return f"{self.negative_slope:g}"


@layer("prelu", group="Activation", title="PReLU")
class PReLU(Activation):
    """A leaky ReLU that learns by itself how much of the negative to let through."""

    num_parameters: int | None = integer(
        default=1,
        high=1_000_000,
        optional=True,
        label="Slopes",
        hint="How many slopes are learned: 1 for all channels together. Empty: one for each.",
    )
    init: float = number(
        default=0.25, low=-10.0, high=10.0, label="Initial value", hint="What they start at."
    )

    def shape(self, x: Shape) -> Shape:
        slopes, channels = self._slopes(x), x[0] if x.floats() else 1
        if slopes not in {1, channels}:
            raise ShapeError(
                _("{slopes} slopes do not fit {channels} channels.").format(
                    slopes=slopes, channels=channels
                ),
                _("Choose 1 for all channels, or leave it empty for one each."),
            )
        return x

    def _slopes(self, x: Shape) -> int:
        channels = x[0] if x else 1
        return channels if self.num_parameters is None else self.num_parameters

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        return {"weight": Shape(self._slopes(x))}

    def work(self, x: Shape) -> Work:
        return Work(backward=x.size)

    def recipe(self, x: Shape) -> Call:
        return Call.to("nn.PReLU", num_parameters=self._slopes(x), init=self.init)


@layer("relu6", group="Activation", title="ReLU6")
class ReLU6(Activation):
    """Like ReLU, but nothing grows beyond 6: for networks that run with few digits."""


@layer("elu", group="Activation", title="ELU")
class ELU(Activation):
    """Like ReLU, but bends softly towards a negative floor, which centers the values."""

    alpha: float = number(default=1.0, low=0.0, high=100.0, hint="How far below zero the floor is.")


@layer("celu", group="Activation", title="CELU")
class CELU(Activation):
    """An ELU without a kink at zero, however far down its floor lies."""

    alpha: float = number(
        default=1.0, low=0.01, high=100.0, hint="How far below zero the floor is."
    )


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


@layer("quick_gelu", group="Activation", title="Quick GELU")
class QuickGELU(Activation):
    """GELU by a short formula, x · sigmoid(1.702 x): the one CLIP was trained with."""

    def work(self, x: Shape) -> Work:
        return Work(kept=x.size, backward=2 * x.size)

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.QuickGELU")


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

    autocast = "full on GPUs"
    beta: float = number(
        default=1.0, low=0.01, high=100.0, hint="How sharp the bend at zero is; more is sharper."
    )
    threshold: float = number(
        default=20.0, low=0.0, high=1000.0, hint="Where it goes over into a straight line."
    )


@layer("sigmoid", group="Activation", title="Sigmoid")
class Sigmoid(Activation):
    """Squeezes each value between 0 and 1: a probability, or a gate."""

    keeps = "output"


@layer("tanh", group="Activation", title="Tanh")
class Tanh(Activation):
    """Squeezes each value between −1 and 1."""

    keeps = "output"
    amplitude: float = number(
        default=1.0,
        low=0.0,
        high=100.0,
        hint="How far the answers reach to either side; LeNet used 1.7159.",
    )
    slope: float = number(
        default=1.0,
        low=0.0,
        high=100.0,
        hint="What values are multiplied by before; LeNet used two thirds.",
    )

    def recipe(self, x: Shape) -> Call:
        if self.amplitude == self.slope == 1.0:
            return Call.to("nn.Tanh")
        return Call.to("studio.ScaledTanh", **self.values())

    def caption(self) -> str:
        usual = self.amplitude == self.slope == 1.0
        return "" if usual else f"{self.amplitude:.4g} · {self.slope:.4g}"


@layer("hardtanh", group="Activation", title="Hard Tanh")
class Hardtanh(Activation):
    """Cuts off what lies outside two bounds: tanh made of straight lines."""

    min_val: float = number(
        default=-1.0, low=-1e6, high=1e6, label="Lowest", hint="Nothing falls below this."
    )
    max_val: float = number(
        default=1.0, low=-1e6, high=1e6, label="Highest", hint="Nothing rises above this."
    )

    def shape(self, x: Shape) -> Shape:
        if self.min_val >= self.max_val:
            raise ShapeError(
                _("The lowest value {low:g} must be below the highest, {high:g}.").format(
                    low=self.min_val, high=self.max_val
                ),
                _("Choose bounds with something in between, such as −1 and 1."),
            )
        return x.floats()

    def caption(self) -> str:
        return f"{self.min_val:g} … {self.max_val:g}"


@layer("softsign", group="Activation", title="Softsign")
class Softsign(Activation):
    """Squeezes each value between −1 and 1 like tanh, but takes longer to reach the ends."""

    def work(self, x: Shape) -> Work:
        return Work(kept=x.size, backward=3 * x.size)


@layer("logsigmoid", group="Activation", title="Log Sigmoid", aliases=("log_sigmoid",))
class LogSigmoid(Activation):
    """The logarithm of Sigmoid, computed without losing digits."""

    def work(self, x: Shape) -> Work:
        return Work(kept=x.size)
