"""Layers that enlarge with learned filters."""

from collections.abc import Mapping

from studio.catalogue.convolution import refuse_groups
from studio.catalogue.count import Count, times
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.catalogue.window import (
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


@layer("conv_transpose2d", group="Convolution", title="Transposed Conv 2D", aliases=("deconv",))
class ConvTranspose2d(Layer):
    """Enlarges a picture: every place paints its learned filters into a larger one."""

    out_channels: int = integer(
        default=32,
        high=1_000_000,
        hint="How many maps come out, each painted by filters of its own.",
    )
    kernel_size: Sides = kernel(2, 2)
    stride: Sides = stride(2, 2)
    padding: Sides = padding(2)
    output_padding: Sides = sides(
        default=0,
        axes=2,
        low=0,
        high=1_000,
        hint="Rows and columns added at one end; must be smaller than stride or dilation.",
    )
    groups: int = integer(
        default=1, high=1_000_000, hint="Parts that do not see each other; 1 connects everything."
    )
    bias: bool = flag(
        default=True, hint="Learn one offset per map. Off when a normalization follows."
    )
    dilation: Sides = dilation(2)

    def shape(self, x: Shape) -> Shape:
        channels, *lengths = x.floats().axes("channels height width")
        refuse_groups(channels, self.out_channels, self.groups)
        return Shape(self.out_channels, *(self._extent(n, axis) for axis, n in enumerate(lengths)))

    def _extent(self, length: int, axis: int) -> int:
        size, step, margin, extra, spacing = (
            spread(value, 2)[axis]
            for value in (
                self.kernel_size, self.stride, self.padding, self.output_padding, self.dilation,
            )
        )  # fmt: skip
        if extra >= max(step, spacing):
            raise ShapeError(
                _(
                    "Output padding {extra} must be below stride {step} or dilation {spacing}."
                ).format(extra=extra, step=step, spacing=spacing),
                _("Choose a smaller output padding; 0 adds nothing."),
            )
        extent: int = (length - 1) * step - 2 * margin + spacing * (size - 1) + extra + 1
        if extent < 1:
            raise ShapeError(
                _("Padding {margin} cuts off more than the {length} places grow to.").format(
                    margin=margin, length=length
                ),
                _("Choose less padding or a larger kernel."),
            )
        return extent

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        window = spread(self.kernel_size, 2)
        bias = {"bias": Shape(self.out_channels)} if self.bias else {}
        return {"weight": Shape(x[0], self.out_channels // self.groups, *window)} | bias

    def multiply_adds(self, x: Shape) -> Count:
        return times(*x[1:], *self.weights(x)["weight"])

    def depth(self, *_learned: bool) -> int:
        return 1

    def recipe(self, x: Shape) -> Call:
        return Call.to("nn.ConvTranspose2d", in_channels=x[0], **self.values())

    def caption(self) -> str:
        window = window_text(self.kernel_size, 2, self.stride, self.padding, self.dilation)
        return f"{self.out_channels} · {window}"
