"""Functions in which the values of one axis meet: probabilities, and gates."""

from studio.catalogue.axis import place
from studio.catalogue.functions.activation import Activation
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import choice, integer
from studio.wording import _


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

    keeps = "output"
    autocast = "full on GPUs"


@layer("log_softmax", group="Activation", title="Log Softmax")
class LogSoftmax(AlongAxis):
    """The logarithm of Softmax, computed without losing digits."""

    keeps = "output"
    autocast = "full on GPUs"


@layer("glu", group="Activation", title="GLU", aliases=("gated",))
class GLU(Layer):
    """Halves an axis: the first half passes through a gate that the second half opens."""

    dim: int = integer(
        default=-1,
        low=-16,
        high=16,
        hint="The axis that is halved; 1 is the first after the batch, -1 the last.",
    )
    gate: str = choice(
        default="sigmoid",
        options=("sigmoid", "silu", "gelu", "gelu_tanh", "relu", "tanh", "identity"),
        hint="What the second half goes through before it multiplies: silu makes SwiGLU.",
    )

    def shape(self, x: Shape) -> Shape:
        at = place(self.dim, x.floats())
        if x[at] % 2:
            raise ShapeError(
                _("Axis {dim} has {size} places, which cannot be halved.").format(
                    dim=at + 1, size=x[at]
                ),
                _("Give the layer before it an even number of outputs."),
            )
        return Shape(*x[:at], x[at] // 2, *x[at + 1 :])

    def recipe(self, x: Shape) -> Call:
        if self.gate == "sigmoid":
            return Call.to("nn.GLU", dim=self.dim)
        return Call.to("studio.GatedUnit", dim=self.dim, gate=self.gate)

    def caption(self) -> str:
        return "" if self.gate == "sigmoid" else self.gate
