"""How far a sliding window reaches, where it stops, and how its settings are declared and shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from studio.errors import ShapeError
from studio.fields import sides
from studio.wording import _

Sides = int | str | tuple[int, ...]
LARGEST = {1: 100_000, 2: 1_000, 3: 100}
"""The widest window per number of axes; wider ones only overflow what torch can address."""


@dataclass(frozen=True)
class Slide:
    """A window that slides along one axis with `before` and `after` places added at its ends."""

    axis: str
    length: int
    kernel: int
    stride: int
    before: int
    after: int
    dilation: int

    @property
    def reach(self) -> int:
        """How many places the window spans, from its first to its last."""
        return self.dilation * (self.kernel - 1) + 1

    def stops(self, *, ceil: bool = False) -> int:
        """Return at how many places the window stops; `ceil` lets the last one hang over the end.

        Raises ShapeError if there is none. The rule is torch's `pooling_output_shape`.
        """
        padded = self.length + self.before + self.after
        count = (padded - self.reach + (self.stride - 1 if ceil else 0)) // self.stride + 1
        if ceil and (count - 1) * self.stride >= self.length + self.before:
            count -= 1
        if count < 1:
            raise ShapeError(
                _("The window spans {reach} along the {axis}, but only {padded} are there.").format(
                    reach=self.reach, axis=_(self.axis), padded=padded
                ),
                _("Choose a smaller kernel or dilation, add padding, or shrink the input less."),
            )
        return count


def spread(value: Any, axes: int) -> tuple[Any, ...]:
    """Return one number per axis: a single number stands for all."""
    return tuple(value) if isinstance(value, tuple) else (value,) * axes


def paddings(padding: Any, kernel: Any, dilation: Any, axes: int) -> Iterator[tuple[int, int]]:
    """Yield the places added before and after each axis; “same” keeps the length at stride 1."""
    if padding == "same":
        for size, step in zip(spread(kernel, axes), spread(dilation, axes), strict=True):
            total = step * (size - 1)
            yield total // 2, total - total // 2
    else:
        for side in spread(0 if padding == "valid" else padding, axes):
            yield side, side


def kernel(axes: int, default: int = 3) -> Any:
    """Declare the size of a window."""
    return sides(
        default=default,
        axes=axes,
        high=LARGEST[axes],
        hint="Size of the window that slides over the input; 3 is the usual choice for pictures.",
    )


def stride(axes: int, default: int | None = 1) -> Any:
    """Declare the step of a window; a default of None makes it optional: as wide as the kernel."""
    return sides(
        default=default,
        axes=axes,
        high=LARGEST[axes],
        optional=default is None,
        hint="Places the window moves at each step; 2 halves the size. Empty: as far as it is wide."
        if default is None
        else "Places the window moves at each step; 2 halves the size.",
    )


def padding(axes: int, words: tuple[str, ...] = ()) -> Any:
    """Declare how much is added around the input; `words` are “same” and “valid” where known."""
    return sides(
        default=0,
        axes=axes,
        low=0,
        high=LARGEST[axes],
        words=words,
        hint="Places added at each end. With stride 1, “same” keeps the size; “valid” adds none."
        if words
        else "Places added at each end, so that the border is seen as often as the middle.",
    )


def dilation(axes: int) -> Any:
    """Declare the distance between the places a window looks at."""
    return sides(
        default=1,
        axes=axes,
        high=LARGEST[axes],
        hint="Distance between the places the window looks at; 2 leaves out every other one.",
    )


def window_text(size: Any, axes: int, step: Any = 1, margin: Any = 0, spacing: Any = 1) -> str:
    """Return a window at reading size: “3×3 · s2 · p1 · d2”."""
    parts = ["×".join(map(str, spread(size, axes)))]
    for letter, value, usual in (("s", step, 1), ("p", margin, 0), ("d", spacing, 1)):
        if isinstance(value, str):
            parts.append(value)
        elif value is not None and set(spread(value, axes)) != {usual}:
            same = len(set(spread(value, axes))) == 1
            numbers = spread(value, axes)[:1] if same else spread(value, axes)
            parts.append(letter + "×".join(map(str, numbers)))
    return " · ".join(parts)
