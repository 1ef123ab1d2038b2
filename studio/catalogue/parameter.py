"""Tensors of the network's own, which come from no wire."""

from collections.abc import Mapping

from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import choice, flag, integers, number
from studio.wording import _


@layer("parameter", group="Structure", title="Parameter", aliases=("weight",))
class Parameter(Layer):
    """Learned numbers that come from no wire: query tokens, a table, a matrix that layers share.

    Each sample receives the same. A layer may also borrow the weight instead of receiving it.
    """

    keeps = "nothing"
    passes = "view"
    inputs = (0, 0)
    axes: tuple[int, ...] = integers(
        default=(16,),
        low=1,
        high=1_000_000_000,
        spelled="shape",
        hint="Axes of the learned numbers, such as 1000, 64 for a table of 1000 vectors.",
    )
    init: str = choice(
        default="normal",
        options=("zeros", "ones", "normal", "xavier_uniform"),
        hint="What training starts from; xavier_uniform suits matrices.",
    )
    std: float = number(
        default=0.02, low=0.0, high=1_000.0, hint="How far the numbers spread if init is normal."
    )

    def shape(self) -> Shape:
        if self.init == "xavier_uniform" and len(self.axes) < 2:
            raise ShapeError(
                _("xavier_uniform needs at least 2 axes, but the shape has {count}.").format(
                    count=len(self.axes)
                ),
                _("Choose normal, or give the parameter another axis."),
            )
        return Shape(*self.axes)

    def weights(self) -> Mapping[str, Shape]:
        return {"weight": Shape(*self.axes)}

    def recipe(self) -> Call:
        return Call.to("studio.Parameter", axes=self.axes, init=self.init, std=self.std)

    def caption(self) -> str:
        return " × ".join(map(str, self.axes))


@layer("constant", group="Structure", title="Constant", aliases=("buffer",))
class Constant(Layer):
    """Numbers that never change and come from no wire."""

    keeps = "nothing"
    passes = "view"
    inputs = (0, 0)
    axes: tuple[int, ...] = integers(
        default=(1,), low=1, high=1_000_000_000, spelled="shape", hint="Axes of the numbers."
    )
    fill: str = choice(
        default="zeros",
        options=("zeros", "ones", "number", "arange"),
        hint="What they are; number is the one below, arange counts 0, 1, 2 and so on.",
    )
    value: float = number(
        default=1.0, low=-1e12, high=1e12, hint="The number that all are, if fill is number."
    )
    dtype: str = choice(
        default="float32",
        options=("float32", "int64"),
        hint="float32 for values; int64 for ids, where decimals are cut off.",
    )
    stored: bool = flag(
        default=False, hint="Keep them in the file of the weights, as published networks may do."
    )

    def shape(self) -> Shape:
        return Shape(*self.axes, dtype=self.dtype)

    def buffers(self) -> Mapping[str, Shape]:
        return {"value": self.shape()} if self.stored else {}

    def recipe(self) -> Call:
        return Call.to("studio.Constant", **self.values())

    def caption(self) -> str:
        what = f"{self.value:g}" if self.fill == "number" else self.fill
        return f"{what} · " + " × ".join(map(str, self.axes))
