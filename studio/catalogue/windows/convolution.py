"""Layers that slide learned filters over a signal, a picture or a volume."""

from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar

from studio.catalogue.count import Count, times
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.catalogue.windows.window import (
    Sides,
    Slide,
    dilation,
    kernel,
    padding,
    paddings,
    spread,
    stride,
    window_text,
)  # fmt: skip
from studio.errors import ShapeError
from studio.fields import choice, flag, integer
from studio.wording import _

WORDS = ("same", "valid")


def refuse_groups(channels: int, out_channels: int, groups: int) -> None:
    """Raise ShapeError unless `groups` divides the channels on both sides."""
    if channels % groups or out_channels % groups:
        raise ShapeError(
            _("{groups} groups cannot share {channels} channels in and {out} out evenly.").format(
                groups=groups, channels=channels, out=out_channels
            ),
            _("Choose a number of groups that divides both; 1 connects everything."),
        )


@lru_cache(maxsize=4096)
def _stops(
    axes: str,
    lengths: tuple[int, ...],
    kernel: Sides,
    stride: Sides,
    padding: Sides,
    dilation: Sides,
    mode: str,
) -> tuple[int, ...]:
    """Return at how many places the window stops along each axis.

    A network asks this of the same few windows again and again. Raises ShapeError if there is none,
    or the padding cannot be.
    """
    many = len(lengths)
    margins = paddings(padding, kernel, dilation, many)
    numbers = (spread(value, many) for value in (kernel, stride, dilation))
    rows = zip(axes.split(), lengths, *numbers, margins, strict=True)
    slides = tuple(
        Slide(axis, length, size, step, before, after, spacing)
        for axis, length, size, step, spacing, (before, after) in rows
    )
    if padding == "same":
        _check_steps(slides, stride)
    if mode in {"reflect", "circular"}:
        _check_margins(slides, mode)
    return tuple(slide.stops() for slide in slides)


def _check_steps(slides: tuple[Slide, ...], stride: Sides) -> None:
    if any(slide.stride != 1 for slide in slides):
        raise ShapeError(
            _("Padding “same” needs stride 1, but the stride is {stride}.").format(stride=stride),
            _("Set stride to 1, or give padding as a number."),
        )


def _check_margins(slides: tuple[Slide, ...], mode: str) -> None:
    for slide in slides:
        # a mirror cannot show the border itself, a circle cannot go round twice
        most = slide.length - (mode == "reflect")
        if max(slide.before, slide.after) > most:
            raise ShapeError(
                _(
                    "Padding mode {mode} adds at most {most} along the {axis}, not {padding}."
                ).format(
                    mode=mode,
                    most=most,
                    axis=_(slide.axis),
                    padding=max(slide.before, slide.after),
                ),
                _("Choose less padding, or padding mode zeros."),
            )


class Convolution(Layer):
    """What convolutions over one, two and three axes have in common."""

    keeps = "inputs for weights"
    autocast = "low"
    sample: ClassVar[str]
    out_channels: int = integer(
        default=32, high=1_000_000, hint="How many filters to learn; each answers with one map."
    )
    kernel_size: Sides = kernel(1)
    stride: Sides = stride(1)
    padding: Sides = padding(1, WORDS)
    dilation: Sides = dilation(1)
    groups: int = integer(
        default=1,
        high=1_000_000,
        hint="Parts that do not see each other; as many as channels makes it depthwise.",
    )
    bias: bool = flag(
        default=True, hint="Learn one offset per filter. Off when a normalization follows."
    )
    padding_mode: str = choice(
        default="zeros",
        options=("zeros", "reflect", "replicate", "circular"),
        hint="What the padding holds: zeros, the mirrored border, the border, the other end.",
    )

    def shape(self, x: Shape) -> Shape:
        lengths = x.floats().axes(self.sample)[1:]
        refuse_groups(x[0], self.out_channels, self.groups)
        stops = _stops(
            self.sample.partition(" ")[2],
            lengths,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            self.padding_mode,
        )
        return Shape(self.out_channels, *stops)

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        window = spread(self.kernel_size, len(x) - 1)
        bias = {"bias": Shape(self.out_channels)} if self.bias else {}
        return {"weight": Shape(self.out_channels, x[0] // self.groups, *window)} | bias

    def multiply_adds(self, x: Shape) -> Count:
        return times(*self.shape(x)[1:], *self.weights(x)["weight"])

    def depth(self, *_learned: bool) -> int:
        return 1

    def recipe(self, x: Shape) -> Call:
        return Call.to(f"nn.{type(self).__name__}", in_channels=x[0], **self.values())

    def caption(self) -> str:
        axes = self.declared["kernel_size"].axes
        window = window_text(self.kernel_size, axes, self.stride, self.padding, self.dilation)
        groups = f" · g{self.groups}" if self.groups > 1 else ""
        return f"{self.out_channels} · {window}{groups}"


@layer("conv1d", group="Convolution", title="Conv 1D")
class Conv1d(Convolution):
    """Slides learned filters along a signal or a sentence and answers with one track per filter."""

    sample = "channels length"


@layer("conv2d", group="Convolution", title="Conv 2D", aliases=("conv",))
class Conv2d(Convolution):
    """Slides learned filters over a picture and answers with one map per filter."""

    sample = "channels height width"
    kernel_size: Sides = kernel(2)
    stride: Sides = stride(2)
    padding: Sides = padding(2, WORDS)
    dilation: Sides = dilation(2)


@layer("conv3d", group="Convolution", title="Conv 3D")
class Conv3d(Convolution):
    """Slides learned filters through a volume or a film and answers with one volume per filter."""

    sample = "channels depth height width"
    kernel_size: Sides = kernel(3)
    stride: Sides = stride(3)
    padding: Sides = padding(3, WORDS)
    dilation: Sides = dilation(3)
