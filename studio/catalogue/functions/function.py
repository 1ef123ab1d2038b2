"""Arithmetic with single values: functions that bring nothing to learn."""

from studio.catalogue.functions.activation import Activation
from studio.catalogue.keeping import Work
from studio.catalogue.layer import Call, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import number
from studio.wording import _


@layer("scale", group="Activation", title="Scale", aliases=("scale_constant",))
class Scale(Activation):
    """Multiplies each value by one number and adds another."""

    keeps = "nothing"
    factor: float = number(
        default=1.0, low=-1e12, high=1e12, hint="Number by which each value is multiplied."
    )
    shift: float = number(default=0.0, low=-1e12, high=1e12, hint="Number that is added then.")

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.Scale", **self.values())

    def caption(self) -> str:
        return f"×{self.factor:g}" + (f" {self.shift:+g}" if self.shift else "")


@layer("clamp", group="Activation", title="Clamp", aliases=("clip",))
class Clamp(Activation):
    """Keeps each value within limits: what lies beyond becomes the limit."""

    min: float | None = number(
        default=-1.0, low=-1e12, high=1e12, optional=True, hint="The lowest value. Empty: none."
    )
    max: float | None = number(
        default=1.0, low=-1e12, high=1e12, optional=True, hint="The highest value. Empty: none."
    )

    def shape(self, x: Shape) -> Shape:
        if self.min is None and self.max is None:
            raise ShapeError(
                _("Clamp has no limit."), _("Give a lowest value, a highest value, or both.")
            )
        return x.floats()

    def recipe(self, x: Shape) -> Call:
        return Call.to("torch.clamp", min=self.min, max=self.max)

    def caption(self) -> str:
        low = "" if self.min is None else f"{self.min:g}"
        return f"{low}…" + ("" if self.max is None else f"{self.max:g}")


@layer("power", group="Activation", title="Power", aliases=("pow",))
class Power(Activation):
    """Raises each value to a power: 2 squares it, −1 takes its inverse."""

    autocast = "full on GPUs"
    exponent: float = number(
        default=2.0, low=-1e3, high=1e3, hint="The power; of negatives, only whole ones exist."
    )

    def work(self, x: Shape) -> Work:
        return Work(backward=2 * x.size)

    def recipe(self, x: Shape) -> Call:
        # torch takes tinier exponents as 0 or not, depending on how many values it raises at once
        return Call.to("torch.pow", exponent=round(self.exponent, 12))

    def caption(self) -> str:
        return f"x^{self.exponent:g}"


class Named(Activation):
    """What functions have in common that are called as torch calls them."""

    def recipe(self, x: Shape) -> Call:
        return Call.to(f"torch.{self.key}")


@layer("exp", group="Activation", title="Exponential")
class Exp(Named):
    """Raises e to each value, so that sums become products and all is positive."""

    keeps = "output"
    autocast = "full on GPUs"


@layer("log", group="Activation", title="Logarithm")
class Log(Named):
    """Takes the natural logarithm of each value; there is none of what is negative."""

    autocast = "full on GPUs"


@layer("sqrt", group="Activation", title="Square Root")
class Sqrt(Named):
    """Takes the square root of each value; there is none of what is negative."""

    keeps = "output"

    def work(self, x: Shape) -> Work:
        return Work(backward=x.size)


@layer("abs", group="Activation", title="Absolute Value")
class Abs(Named):
    """Drops the sign of each value."""

    def work(self, x: Shape) -> Work:
        return Work(backward=x.size)
