"""Attention inside the windows of a picture."""

from collections.abc import Mapping
from typing import Any

from studio.catalogue.count import Count, times
from studio.catalogue.keeping import Work
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.catalogue.windows.window import spread
from studio.errors import ShapeError
from studio.fields import flag, integer, number, sides
from studio.wording import _


@layer(
    "window_attention",
    group="Attention",
    title="Window Attention",
    aliases=("shifted_window_attention", "swin_attention"),
)
class WindowAttention(Layer):
    """Lets each place of a picture look around in its window; height × width × channels.

    As in the Swin Transformer (arXiv 2103.14030): what two places say to each other also depends
    on how they lie to each other. A picture that windows do not fill is padded at its end.
    """

    keeps = "nothing"
    autocast = "low"
    num_heads: int = integer(
        default=4,
        high=10_000,
        hint="How many views are taken side by side; must divide the number of channels.",
    )
    window: Any = sides(
        default=7, axes=2, high=64, hint="How many places high and wide a window is."
    )
    shift: Any = sides(
        default=0,
        axes=2,
        low=0,
        high=63,
        hint="How far windows are moved, half a window in every other layer, to mix neighbors.",
    )
    qkv_bias: bool = flag(
        default=True,
        label="Query, key and value bias",
        hint="Learn offsets for queries, keys and values.",
    )
    proj_bias: bool = flag(
        default=True, label="Output bias", hint="Learn an offset in the last projection."
    )
    scale: float | None = number(
        default=None,
        low=0.0,
        optional=True,
        hint="What scores are multiplied by; empty means 1 divided by the root of the head size.",
    )
    attention_dropout: float = number(
        default=0.0, low=0.0, high=1.0, hint="Share of the looks silenced while training."
    )
    dropout: float = number(
        default=0.0, low=0.0, high=1.0, hint="Share of the answers silenced while training."
    )

    def shape(self, x: Shape) -> Shape:
        _height, _width, channels = x.floats().axes("height width channels")
        if channels % self.num_heads:
            raise ShapeError(
                _("{heads} heads cannot share {width} features evenly.").format(
                    heads=self.num_heads, width=channels
                ),
                _("Choose a number of heads that divides the features."),
            )
        for size, shift in zip(spread(self.window, 2), spread(self.shift, 2), strict=True):
            if shift >= size:
                raise ShapeError(
                    _("A shift of {shift} leaves the window, which is {size}.").format(
                        shift=shift, size=size
                    ),
                    _("Choose a shift smaller than the window; half of it is usual."),
                )
        return x

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        height, width = spread(self.window, 2)
        channels = x[-1]
        table = Shape((2 * height - 1) * (2 * width - 1), self.num_heads)
        found = {"relative_position_bias_table": table, "qkv.weight": Shape(3 * channels, channels)}
        if self.qkv_bias:
            found["qkv.bias"] = Shape(3 * channels)
        found["proj.weight"] = Shape(channels, channels)
        return found | ({"proj.bias": Shape(channels)} if self.proj_bias else {})

    def buffers(self, _x: Shape) -> Mapping[str, Shape]:
        height, width = spread(self.window, 2)
        return {"relative_position_index": Shape((height * width) ** 2, dtype="int64")}

    def multiply_adds(self, x: Shape) -> Count:
        """Projections, scores and their products at every place, padded ones included."""
        height, width = spread(self.window, 2)
        places = times(-(-x[0] // height) * height, -(-x[1] // width) * width)
        return times(4, places, x[-1], x[-1]) + times(2, places, height * width, x[-1])

    def depth(self, *_learned: bool) -> int:
        return 2

    def work(self, x: Shape) -> Work:
        """Learned numbers are added to the scores, so that all of them are kept, window by window.

        Where windows are moved, those numbers differ from window to window.
        """
        height, width = spread(self.window, 2)
        places = -(-x[0] // height) * height * -(-x[1] // width) * width
        padded, scores = places * x[-1], self.num_heads * places * height * width
        dropout = self.attention_dropout > 0
        moved = any(spread(self.shift, 2))
        return Work(
            kept=6 * padded - x.size,
            full=scores * (1 + dropout),
            mask=scores * dropout + padded * (self.dropout > 0),
            forward=scores * (1 + moved) + padded,
            backward=2 * scores - 2 * x.size,
        )

    def recipe(self, x: Shape) -> Call:
        values = self.values()
        sizes = {name: spread(values[name], 2) for name in ("window", "shift")}
        return Call.to("studio.WindowAttention", channels=x[-1], **values | sizes)

    def caption(self) -> str:
        height, width = spread(self.window, 2)
        shifts = spread(self.shift, 2)
        parts = (
            f"{height}×{width}",
            _("shift {size}").format(size=max(shifts)) if any(shifts) else "",
            _("{heads} heads").format(heads=self.num_heads),
        )
        return " · ".join(part for part in parts if part)
