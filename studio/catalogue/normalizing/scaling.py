"""Layers that set the length of vectors, or learn a scale for each channel."""

from collections.abc import Mapping
from typing import Any

from studio.catalogue.axis import place
from studio.catalogue.keeping import Work
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.fields import flag, integer, number


def _dim() -> Any:
    return integer(
        default=-1,
        low=-16,
        high=16,
        hint="The axis of the channels: 1 for pictures (C × H × W), -1 for steps of features.",
    )


def _along(dim: int, x: Shape) -> Shape:
    """Return the shape of one number per place of `dim` that stretches over the axes behind it.

    It is (C,) for the last axis and (C, 1, 1) for the channels of a picture, as torchvision has it.
    """
    at = place(dim, x)
    return Shape(x[at], *(1,) * (len(x) - at - 1))


@layer("l2_normalize", group="Normalization", title="L2 Normalize", aliases=("normalize",))
class L2Normalize(Layer):
    """Brings vectors to length 1, so that products of two tell the angle between them."""

    keeps = "output"
    autocast = "full on GPUs"
    dim: int = integer(
        default=-1,
        low=-16,
        high=16,
        hint="The axis along which the vectors lie; 1 is the first after the batch, -1 the last.",
    )
    eps: float = number(
        default=1e-12,
        low=1e-12,
        high=1.0,
        hint="Least length to divide by, so that a vector of zeros stays one.",
    )

    def shape(self, x: Shape) -> Shape:
        place(self.dim, x.floats())
        return x

    def work(self, x: Shape) -> Work:
        return Work(backward=3 * x.size)

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.L2Normalize", **self.values())


@layer("layer_scale", group="Normalization", title="Layer Scale", aliases=("gamma",))
class LayerScale(Layer):
    """Learns how loud each channel of a branch is; it starts almost silent, so that depth trains.

    The weight has the shape that stretches over the axes behind `dim`: (C,) or (C, 1, 1).
    """

    init: float = number(
        default=1e-6,
        low=0.0,
        high=100.0,
        label="Initial value",
        hint="What every scale starts at: 0.1 in shallow networks, 1e-6 in deep ones.",
    )
    dim: int = _dim()

    def shape(self, x: Shape) -> Shape:
        _along(self.dim, x.floats())
        return x

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        return {"weight": _along(self.dim, x)}

    def work(self, x: Shape) -> Work:
        return Work(backward=x.size)

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.LayerScale", shape=tuple(_along(self.dim, x)), init=self.init)

    def caption(self) -> str:
        return f"{self.init:g}"


@layer("affine", group="Normalization", title="Affine", aliases=("scale_shift",))
class Affine(Layer):
    """Learns a scale and an offset for each channel, without looking at any statistics."""

    dim: int = _dim()
    bias: bool = flag(default=True, hint="Learn the offset too, not only the scale.")

    def shape(self, x: Shape) -> Shape:
        _along(self.dim, x.floats())
        return x

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        learned = ("weight", "bias") if self.bias else ("weight",)
        return dict.fromkeys(learned, _along(self.dim, x))

    def work(self, x: Shape) -> Work:
        return Work(forward=x.size, backward=x.size)

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.Affine", shape=tuple(_along(self.dim, x)), bias=self.bias)
