"""Layers that cut a picture into overlapping windows, and lay such windows back."""

import math
from collections.abc import Iterator

from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.catalogue.windows.window import (
    LARGEST,
    Sides,
    Slide,
    dilation,
    kernel,
    padding,
    spread,
    stride,
    window_text,
)  # fmt: skip
from studio.errors import ShapeError
from studio.fields import sides
from studio.wording import _


class Windowed(Layer):
    """What cutting a picture into windows and putting it together again have in common."""

    kernel_size: Sides = kernel(2, 2)
    stride: Sides = stride(2)
    padding: Sides = padding(2)
    dilation: Sides = dilation(2)

    def windows(self, height: int, width: int) -> int:
        """Return how many windows a picture has; raises ShapeError if there is none."""
        return math.prod(slide.stops() for slide in self._slides(height, width))

    def _slides(self, height: int, width: int) -> Iterator[Slide]:
        settings = (self.kernel_size, self.stride, self.padding, self.dilation)
        numbers = zip(*(spread(value, 2) for value in settings), strict=True)
        axes = (("height", height), ("width", width))
        for (axis, length), (size, step, margin, spacing) in zip(axes, numbers, strict=True):
            yield Slide(axis, length, size, step, margin, margin, spacing)

    def recipe(self, x: Shape) -> Call:
        return Call.to(f"nn.{type(self).__name__}", **self.values())

    def caption(self) -> str:
        return window_text(self.kernel_size, 2, self.stride, self.padding, self.dilation)


@layer("unfold", group="Convolution", title="Unfold", aliases=("im2col",))
class Unfold(Windowed):
    """Cuts a picture into windows and lays each out as a column: what a convolution looks at."""

    keeps = "nothing"

    def shape(self, x: Shape) -> Shape:
        channels, height, width = x.floats().axes("channels height width")
        return Shape(channels * math.prod(spread(self.kernel_size, 2)), self.windows(height, width))


@layer("fold", group="Convolution", title="Fold", aliases=("col2im",))
class Fold(Windowed):
    """Lays windows back into a picture and adds them up where they overlap: undoes Unfold."""

    keeps = "nothing"
    output_size: Sides = sides(
        default=8,
        axes=2,
        high=LARGEST[2],
        hint="Height and width of the picture that the windows were cut from.",
    )

    def shape(self, x: Shape) -> Shape:
        numbers, count = x.floats().axes("channels length")
        window = math.prod(spread(self.kernel_size, 2))
        if numbers % window:
            raise ShapeError(
                _(
                    "Columns of {numbers} numbers cannot be shared out to windows of {window}."
                ).format(numbers=numbers, window=window),
                _("Choose the kernel size that the columns were cut with."),
            )
        height, width = spread(self.output_size, 2)
        wanted = self.windows(height, width)
        if count != wanted:
            raise ShapeError(
                _("A picture of {height} × {width} has {wanted} windows, not {count}.").format(
                    height=height, width=width, wanted=wanted, count=count
                ),
                _("Choose the size, stride, padding and dilation they were cut with."),
            )
        return Shape(numbers // window, height, width)

    def caption(self) -> str:
        size = "×".join(map(str, spread(self.output_size, 2)))
        return f"→ {size}"
