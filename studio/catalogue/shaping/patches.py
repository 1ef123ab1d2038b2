"""Layers that lay a map of height × width × channels out in windows, or gather neighbors."""

import math

from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.catalogue.windows.window import spread
from studio.errors import ShapeError
from studio.fields import flag, sides
from studio.wording import _


def _window() -> int | tuple[int, int]:
    return sides(  # type: ignore[no-any-return]
        default=2, axes=2, high=10_000, hint="Height and width of one window; 7 in Swin."
    )


def _grid() -> bool:
    return flag(  # type: ignore[no-any-return]
        default=False,
        hint="Let each window hold places spread evenly over the map, as MaxViT does, "
        "instead of neighbors.",
    )


@layer("window_partition", group="Shape", title="Window Partition")
class WindowPartition(Layer):
    """Cuts a map into windows that become sequences of their own, as in Swin."""

    keeps = "nothing"
    window: int | tuple[int, int] = _window()
    grid: bool = _grid()

    def shape(self, x: Shape) -> Shape:
        height, width, channels = x.axes("height width channels")
        down, across = spread(self.window, 2)
        for size, side, axis in ((height, down, "height"), (width, across, "width")):
            if size % side:
                raise ShapeError(
                    _("Windows of {side} do not fill the {axis} of {size}.").format(
                        side=side, axis=_(axis), size=size
                    ),
                    _("Choose a window that divides it, or put a Pad before."),
                )
        count = height // down * (width // across)
        return Shape(count, down * across, channels, dtype=x.dtype)

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.WindowPartition", window=spread(self.window, 2), grid=self.grid)

    def caption(self) -> str:
        return "×".join(map(str, spread(self.window, 2)))


@layer("window_reverse", group="Shape", title="Window Reverse")
class WindowReverse(Layer):
    """Puts windows back together as the map from which they were cut."""

    keeps = "nothing"
    window: int | tuple[int, int] = _window()
    size: int | tuple[int, int] | None = sides(
        default=None,
        axes=2,
        high=1_000_000,
        optional=True,
        hint="Height and width of the map. Empty: it has as many windows down as across.",
    )
    grid: bool = _grid()

    def shape(self, x: Shape) -> Shape:
        count, places, channels = x.axes("windows places channels")
        down, across = spread(self.window, 2)
        height, width = self._whole(count)
        if places != down * across or height % down or width % across:
            raise self._misfit(x)
        if count != height // down * (width // across):
            raise self._misfit(x)
        return Shape(height, width, channels, dtype=x.dtype)

    def _whole(self, count: int) -> tuple[int, int]:
        """Return height and width of the map."""
        if self.size is not None:
            height, width = spread(self.size, 2)
            return height, width
        down, across = spread(self.window, 2)
        side = math.isqrt(count)
        return side * down, side * across

    def _misfit(self, x: Shape) -> ShapeError:
        down, across = spread(self.window, 2)
        height, width = self._whole(x[0])
        return ShapeError(
            _("{shape} is no map of {height} × {width} in windows of {down} × {across}.").format(
                shape=x, height=height, width=width, down=down, across=across
            ),
            _("Give the window and the size with which the map was cut."),
        )

    def recipe(self, x: Shape) -> Call:
        window, size = spread(self.window, 2), self._whole(x[0])
        return Call.to("studio.WindowReverse", window=window, size=size, grid=self.grid)

    def caption(self) -> str:
        return "×".join(map(str, spread(self.window, 2)))


@layer("patch_gather", group="Shape", title="Patch Gather", aliases=("space_to_depth",))
class PatchGather(Layer):
    """Lays each 2 × 2 neighbors one behind the other: half the map, four times the channels.

    In the order of Swin: upper left, lower left, upper right, lower right. Odd maps grow by zeros.
    """

    keeps = "nothing"

    def shape(self, x: Shape) -> Shape:
        height, width, channels = x.axes("height width channels")
        return Shape(-(-height // 2), -(-width // 2), 4 * channels, dtype=x.dtype)

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.PatchGather")
