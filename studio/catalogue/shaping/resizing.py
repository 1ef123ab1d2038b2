"""Layers that give pictures another size: by making places up, adding or cutting some off."""

from collections.abc import Iterator
from math import floor

from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import choice, flag, integers, number
from studio.wording import _

_AXES = {
    "nearest": (1, 2, 3),
    "nearest-exact": (1, 2, 3),
    "linear": (1,),
    "bilinear": (2,),
    "bicubic": (2,),
    "trilinear": (3,),
}
"""How many axes behind the channels each way of resizing works on."""


def same_rank(x: Shape, reference: Shape) -> None:
    """Raise ShapeError unless the reference has as many axes as what is brought to its size."""
    if len(x) != len(reference):
        raise ShapeError(
            _("The reference needs {wanted} axes like {shape}, but has {count}.").format(
                wanted=len(x), shape=x, count=len(reference)
            ),
            _("Connect what has the size that is wanted."),
        )


@layer("upsample", group="Shape", title="Upsample", aliases=("resize", "interpolate"))
class Upsample(Layer):
    """Enlarges pictures without learning; a second wire says to which size."""

    keeps = "nothing"
    inputs = (1, 2)
    scale_factor: float = number(
        default=2.0, low=0.01, high=64.0, hint="How many times larger, where no size is given."
    )
    size: tuple[int, ...] = integers(
        default=(),
        low=1,
        high=100_000,
        hint="Height and width of the answer. Empty: by the factor, or like the second wire.",
    )
    mode: str = choice(
        default="nearest",
        options=tuple(_AXES),
        hint="nearest repeats places; the linear ones blend along 1, 2 or 3 axes; bicubic is soft.",
    )
    align_corners: bool = flag(
        default=False, hint="Lay the outermost places on each other; only where values are blended."
    )

    def shape(self, x: Shape, reference: Shape | None = None) -> Shape:
        axes = len(x.floats()) - 1
        if axes not in _AXES[self.mode]:
            raise ShapeError(
                _("{mode} resizes {wanted} axes behind the channels, not {axes} ({shape}).").format(
                    mode=self.mode,
                    wanted=" / ".join(map(str, _AXES[self.mode])),
                    axes=axes,
                    shape=x,
                ),
                _("Choose linear for signals, bilinear for pictures, trilinear for volumes."),
            )
        if self.align_corners and self.mode.startswith("nearest"):
            raise ShapeError(
                _("Mode {mode} cannot align corners.").format(mode=self.mode),
                _("Switch align_corners off, or choose a mode that blends."),
            )
        return Shape(x[0], *self._sizes(x, reference))

    def _sizes(self, x: Shape, reference: Shape | None) -> tuple[int, ...]:
        if reference is not None:
            same_rank(x, reference.floats())
            return reference[1:]
        if self.size:
            if len(self.size) != len(x) - 1:
                raise ShapeError(
                    _("{count} sizes do not fit the {axes} axes behind the channels.").format(
                        count=len(self.size), axes=len(x) - 1
                    ),
                    _("Give one size per axis, or none."),
                )
            return self.size
        sizes = tuple(floor(length * self.scale_factor) for length in x[1:])
        if not all(sizes):
            raise ShapeError(
                _("{shape} times {factor:g} leaves no place.").format(
                    shape=x, factor=self.scale_factor
                ),
                _("Choose a larger factor."),
            )
        return sizes

    def recipe(self, x: Shape, reference: Shape | None = None) -> Call:
        return Call.to("studio.Upsample", **self.values())

    def caption(self) -> str:
        sizes = "×".join(map(str, self.size))
        size = f"→ {sizes}" if sizes else f"×{self.scale_factor:g}"
        return size if self.mode == "nearest" else f"{size} · {self.mode}"


@layer("pad", group="Shape", title="Pad", aliases=("zero_pad",))
class Pad(Layer):
    """Adds places around a picture, or empty channels; a negative number cuts places off."""

    keeps = "nothing"
    pad: tuple[int, ...] = integers(
        default=(1, 1, 1, 1),
        low=-100_000,
        high=100_000,
        label="Places",
        hint="Places before and after each axis, the last axis first: left, right, top, bottom.",
    )
    mode: str = choice(
        default="constant",
        options=("constant", "reflect", "replicate", "circular"),
        hint="What they hold: a number, the mirrored border, the border, the other end.",
    )
    value: float = number(
        default=0.0, low=-1e9, high=1e9, hint="The number that constant padding holds."
    )

    def shape(self, x: Shape) -> Shape:
        x = x if self.mode == "constant" else x.floats()
        count = len(self.pad) // 2
        if len(self.pad) % 2 or not 1 <= count <= len(x):
            raise ShapeError(
                _("{count} numbers do not pad {shape}: two for each axis are needed.").format(
                    count=len(self.pad), shape=x
                ),
                _("Give 2 to {most} numbers, the last axis first.").format(most=2 * len(x)),
            )
        if self.mode != "constant":
            self._check_borders(x, count)
        return Shape(*x[:-count], *self._padded(x), dtype=x.dtype)

    def _pairs(self) -> Iterator[tuple[int, int]]:
        """Yield the places before and after each padded axis, in the order of the axes."""
        return zip(self.pad[-2::-2], self.pad[::-2], strict=True)

    def _padded(self, x: Shape) -> Iterator[int]:
        first = len(x) - len(self.pad) // 2
        for index, (before, after) in enumerate(self._pairs(), first):
            size = x[index] + before + after
            if size < 1:
                raise ShapeError(
                    _("{before} and {after} leave nothing of the {size} places of axis {dim}.")
                    .format(before=before, after=after, size=x[index], dim=index + 1),
                    _("Cut off less."),
                )  # fmt: skip
            yield size

    def _check_borders(self, x: Shape, count: int) -> None:
        if count > 3 or len(x) - count > 1 or min(self.pad) < 0:
            raise ShapeError(
                _("Mode {mode} pads all axes but the channels, 3 at most, and cuts none.").format(
                    mode=self.mode
                ),
                _("Choose mode constant, or other places."),
            )
        for index, pair in enumerate(self._pairs(), len(x) - count):
            # a mirror cannot show the border itself, a circle cannot go round twice
            most = x[index] - (self.mode == "reflect")
            if self.mode != "replicate" and max(pair) > most:
                raise ShapeError(
                    _("Mode {mode} adds at most {most} to axis {dim}, not {given}.").format(
                        mode=self.mode, most=most, dim=index + 1, given=max(pair)
                    ),
                    _("Choose less padding, or mode constant."),
                )

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.Pad", **self.values())

    def caption(self) -> str:
        places = " ".join(map(str, self.pad))
        return places if self.mode == "constant" else f"{places} · {self.mode}"


@layer("crop", group="Shape", title="Crop", aliases=("center_crop",))
class Crop(Layer):
    """Cuts the middle out of a picture; a second wire says to which size, as U-Net needs it.

    Of an odd rest the smaller part is cut off in front: (rest // 2), plainly rounded down.
    """

    keeps = "nothing"
    passes = "part"
    inputs = (1, 2)
    size: tuple[int, ...] = integers(
        default=(),
        low=1,
        high=100_000,
        hint="Height and width that stay. Empty: those of the second wire; without one, all.",
    )

    def shape(self, x: Shape, reference: Shape | None = None) -> Shape:
        sizes = self._sizes(x, reference)
        kept = x[len(x) - len(sizes) :]
        if len(sizes) > len(x) or any(n > there for n, there in zip(sizes, kept, strict=True)):
            raise ShapeError(
                _("{size} cannot be cut out of {shape}.").format(size=Shape(*sizes), shape=x),
                _("Choose a size no larger than the picture, or put a Pad in front."),
            )
        return Shape(*x[: len(x) - len(sizes)], *sizes, dtype=x.dtype)

    def _sizes(self, x: Shape, reference: Shape | None) -> tuple[int, ...]:
        """Return the sizes of the last axes: all but the channels, where a reference has them."""
        if reference is None:
            return self.size
        same_rank(x, reference)
        return reference[min(1, len(x) - 1) :] if x else ()

    def recipe(self, x: Shape, reference: Shape | None = None) -> Call:
        return Call.to("studio.Crop", **self.values())

    def caption(self) -> str:
        return "×".join(map(str, self.size))
