"""Layers that enlarge with learned filters."""

from collections.abc import Mapping
from typing import Any, ClassVar

from studio.catalogue.count import Count, times
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.catalogue.windows.convolution import refuse_groups
from studio.catalogue.windows.window import (
    LARGEST,
    Sides,
    dilation,
    kernel,
    padding,
    spread,
    stride,
    window_text,
)  # fmt: skip
from studio.errors import ShapeError
from studio.fields import flag, integer, sides
from studio.wording import _


def _output_padding(axes: int) -> Any:
    return sides(
        default=0,
        axes=axes,
        low=0,
        high=LARGEST[axes],
        hint="Rows and columns added at one end; must be smaller than stride or dilation.",
    )


class TransposedConvolution(Layer):
    """What transposed convolutions over one, two and three axes have in common.

    torch knows no padding mode but zeros here, so there is no setting for it.
    """

    keeps = "inputs for weights"
    autocast = "low"
    sample: ClassVar[str]
    out_channels: int = integer(
        default=32,
        high=1_000_000,
        hint="How many maps come out, each painted by filters of its own.",
    )
    kernel_size: Sides = kernel(1, 2)
    stride: Sides = stride(1, 2)
    padding: Sides = padding(1)
    output_padding: Sides = _output_padding(1)
    groups: int = integer(
        default=1, high=1_000_000, hint="Parts that do not see each other; 1 connects everything."
    )
    bias: bool = flag(
        default=True, hint="Learn one offset per map. Off when a normalization follows."
    )
    dilation: Sides = dilation(1)

    def shape(self, x: Shape) -> Shape:
        channels, *lengths = x.floats().axes(self.sample)
        refuse_groups(channels, self.out_channels, self.groups)
        many = len(lengths)
        settings = (
            self.kernel_size, self.stride, self.padding, self.output_padding, self.dilation,
        )  # fmt: skip
        numbers = zip(*(spread(value, many) for value in settings), strict=True)
        extents = (_extent(n, *row) for n, row in zip(lengths, numbers, strict=True))
        return Shape(self.out_channels, *extents)

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        window = spread(self.kernel_size, len(x) - 1)
        bias = {"bias": Shape(self.out_channels)} if self.bias else {}
        return {"weight": Shape(x[0], self.out_channels // self.groups, *window)} | bias

    def multiply_adds(self, x: Shape) -> Count:
        return times(*x[1:], *self.weights(x)["weight"])

    def depth(self, *_learned: bool) -> int:
        return 1

    def recipe(self, x: Shape) -> Call:
        return Call.to(f"nn.{type(self).__name__}", in_channels=x[0], **self.values())

    def caption(self) -> str:
        axes = self.declared["kernel_size"].axes
        window = window_text(self.kernel_size, axes, self.stride, self.padding, self.dilation)
        groups = f" · g{self.groups}" if self.groups > 1 else ""
        return f"{self.out_channels} · {window}{groups}"


def _extent(length: int, size: int, step: int, margin: int, extra: int, spacing: int) -> int:
    """Return how far `length` places grow; raises ShapeError for too much padding."""
    if extra >= max(step, spacing):
        raise ShapeError(
            _("Output padding {extra} must be below stride {step} or dilation {spacing}.").format(
                extra=extra, step=step, spacing=spacing
            ),
            _("Choose a smaller output padding; 0 adds nothing."),
        )
    extent = (length - 1) * step - 2 * margin + spacing * (size - 1) + extra + 1
    if extent < 1:
        raise ShapeError(
            _("Padding {margin} cuts off more than the {length} places grow to.").format(
                margin=margin, length=length
            ),
            _("Choose less padding or a larger kernel."),
        )
    return extent


@layer("conv_transpose1d", group="Convolution", title="Transposed Conv 1D")
class ConvTranspose1d(TransposedConvolution):
    """Lengthens a signal: every place paints its learned filters into a longer one."""

    sample = "channels length"


@layer("conv_transpose2d", group="Convolution", title="Transposed Conv 2D", aliases=("deconv",))
class ConvTranspose2d(TransposedConvolution):
    """Enlarges a picture: every place paints its learned filters into a larger one."""

    sample = "channels height width"
    kernel_size: Sides = kernel(2, 2)
    stride: Sides = stride(2, 2)
    padding: Sides = padding(2)
    output_padding: Sides = _output_padding(2)
    dilation: Sides = dilation(2)


@layer("conv_transpose3d", group="Convolution", title="Transposed Conv 3D")
class ConvTranspose3d(TransposedConvolution):
    """Enlarges a volume or a film: every place paints its learned filters into a larger one."""

    sample = "channels depth height width"
    kernel_size: Sides = kernel(3, 2)
    stride: Sides = stride(3, 2)
    padding: Sides = padding(3)
    output_padding: Sides = _output_padding(3)
    dilation: Sides = dilation(3)
