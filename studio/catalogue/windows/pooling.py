"""Layers that keep one number per window: its largest, or its mean."""

from collections.abc import Iterator
from typing import ClassVar

from studio.catalogue.keeping import Work
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.catalogue.windows.window import (
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
from studio.fields import flag, integer
from studio.wording import _


def lengths_of(x: Shape, sample: str) -> tuple[int, ...]:
    """Return the axes that a window slides along; the channels in front of them may be missing.

    Raises ShapeError for ids and for any other number of axes than those of `sample`.
    """
    axes = sample.split()[1:]
    return tuple(x.floats()) if len(x) == len(axes) else x.floats().axes(sample)[1:]


class Pooling(Layer):
    """What windows that only look have in common."""

    sample: ClassVar[str]
    kernel_size: Sides = kernel(1, 2)
    stride: Sides | None = stride(1, None)
    padding: Sides = padding(1)
    ceil_mode: bool = flag(
        default=False, hint="Let the last window hang over the end instead of leaving it out."
    )

    def shape(self, x: Shape) -> Shape:
        stops = tuple(slide.stops(ceil=self.ceil_mode) for slide in self._slides(x))
        return Shape(*x[: -len(stops)], *stops)

    def _slides(self, x: Shape) -> Iterator[Slide]:
        lengths = lengths_of(x, self.sample)
        steps = self.kernel_size if self.stride is None else self.stride
        spacing = self.values().get("dilation", 1)
        numbers = (
            spread(v, len(lengths)) for v in (self.kernel_size, steps, self.padding, spacing)
        )
        rows = zip(self.sample.split()[1:], lengths, *numbers, strict=True)
        for axis, length, size, step, margin, distance in rows:
            if margin > size // 2:
                raise ShapeError(
                    _("Padding {margin} is more than half of the kernel of {size}.").format(
                        margin=margin, size=size
                    ),
                    _("Choose padding {most} or less.").format(most=size // 2),
                )
            yield Slide(axis, length, size, step, margin, margin, distance)

    def recipe(self, x: Shape) -> Call:
        return Call.to(f"nn.{type(self).__name__}", **self.values())

    def caption(self) -> str:
        axes = self.declared["kernel_size"].axes
        step = None if self.stride == self.kernel_size else self.stride
        return window_text(self.kernel_size, axes, step, self.padding)


@layer("max_pool1d", group="Pooling", title="Max Pool 1D")
class MaxPool1d(Pooling):
    """Keeps the largest value of each window along a signal: shorter, and what was found stays."""

    sample = "channels length"
    dilation: Sides = dilation(1)

    def work(self, x: Shape) -> Work:
        return Work(places=self.shape(x).size)


@layer("max_pool2d", group="Pooling", title="Max Pool 2D", aliases=("pool", "maxpool"))
class MaxPool2d(Pooling):
    """Keeps the largest value of each window: a smaller picture that still says what was found."""

    sample = "channels height width"
    kernel_size: Sides = kernel(2, 2)
    stride: Sides | None = stride(2, None)
    padding: Sides = padding(2)
    dilation: Sides = dilation(2)

    def work(self, x: Shape) -> Work:
        return Work(places=self.shape(x).size)


@layer("max_pool3d", group="Pooling", title="Max Pool 3D")
class MaxPool3d(Pooling):
    """Keeps the largest value of each window in a volume or a film."""

    sample = "channels depth height width"
    kernel_size: Sides = kernel(3, 2)
    stride: Sides | None = stride(3, None)
    padding: Sides = padding(3)
    dilation: Sides = dilation(3)

    def work(self, x: Shape) -> Work:
        return Work(places=self.shape(x).size)


@layer("avg_pool1d", group="Pooling", title="Average Pool 1D")
class AvgPool1d(Pooling):
    """Keeps the mean of each window along a signal: shorter and smoother."""

    sample = "channels length"
    count_include_pad: bool = flag(
        default=True, hint="Let the zeros of the padding count in the mean."
    )


@layer("avg_pool2d", group="Pooling", title="Average Pool 2D", aliases=("avgpool",))
class AvgPool2d(Pooling):
    """Keeps the mean of each window: a smaller, smoother picture."""

    sample = "channels height width"
    kernel_size: Sides = kernel(2, 2)
    stride: Sides | None = stride(2, None)
    padding: Sides = padding(2)
    count_include_pad: bool = flag(
        default=True, hint="Let the zeros of the padding count in the mean."
    )
    divisor_override: int | None = integer(
        default=None,
        high=1_000_000,
        optional=True,
        hint="Divide the sum by this instead of by the size of the window. Empty: by the size.",
    )


@layer("avg_pool3d", group="Pooling", title="Average Pool 3D")
class AvgPool3d(Pooling):
    """Keeps the mean of each window in a volume or a film."""

    sample = "channels depth height width"
    kernel_size: Sides = kernel(3, 2)
    stride: Sides | None = stride(3, None)
    padding: Sides = padding(3)
    count_include_pad: bool = flag(
        default=True, hint="Let the zeros of the padding count in the mean."
    )
    divisor_override: int | None = integer(
        default=None,
        high=1_000_000,
        optional=True,
        hint="Divide the sum by this instead of by the size of the window. Empty: by the size.",
    )

    def shape(self, x: Shape) -> Shape:
        for slide in self._slides(x):
            # the only pooling for which torch does not let padding fill up a window
            if slide.kernel > slide.length:
                raise ShapeError(
                    _("The window spans {reach} along the {axis}, but only {length} are there.")
                    .format(reach=slide.kernel, axis=_(slide.axis), length=slide.length),
                    _("Choose a smaller kernel, or shrink the input less."),
                )  # fmt: skip
        return super().shape(x)
