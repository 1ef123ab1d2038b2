"""How the windows of single layers change what the places along an axis see."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from studio.analysis.receptive.course import Course
from studio.catalogue.layer import Layer
from studio.catalogue.shape import Shape
from studio.catalogue.windows.window import paddings, spread

Window = Callable[[Course], Course | None]


@lru_cache(maxsize=2048)
def sliding(layer: Layer, x: Shape, out: Shape) -> tuple[tuple[int, Window], ...]:
    """Return each axis along which a convolution or pooling slides, with its window.

    A pooling window that stops at one place and covers the whole axis sees all of it.
    """
    settings = layer.values()
    count = layer.declared["kernel_size"].axes
    kernels = spread(settings["kernel_size"], count)
    steps = spread(settings.get("stride") or settings["kernel_size"], count)
    spacings = spread(settings.get("dilation", 1), count)
    margins = paddings(settings.get("padding", 0), settings["kernel_size"], spacings, count)
    found: list[tuple[int, Window]] = []
    rows = enumerate(zip(kernels, steps, spacings, margins, strict=True), len(x) - count)
    for axis, (size, step, spacing, (before, _after)) in rows:
        whole = layer.group == "Pooling" and out[axis] == 1 < x[axis] <= size
        found.append((axis, _everything if whole else window(-before, spacing * (size - 1), step)))
    return tuple(found)


def painting(layer: Layer, x: Shape) -> Iterator[tuple[int, Window]]:
    """Yield each axis that a transposed convolution enlarges, with what paints each place."""
    count = layer.declared["kernel_size"].axes
    names = ("kernel_size", "stride", "padding", "dilation")
    numbers = (spread(layer.values().get(name, 1), count) for name in names)
    for index, (size, step, margin, spacing) in enumerate(zip(*numbers, strict=True)):
        reach = spacing * (size - 1)
        yield len(x) - count + index, _painted(step, margin, reach)


def pooled(x: Shape, out: Shape) -> Iterator[tuple[int, Window]]:
    """Yield each axis that adaptive pooling shrinks; torch's windows overlap where sizes clash."""
    for axis, (size, wanted) in enumerate(zip(x, out, strict=True)):
        if wanted == 1 < size:
            yield axis, _everything
        elif wanted != size:
            ratio = Fraction(size, wanted)
            yield axis, _scaled(ratio, _start_of(ratio, Fraction(0)), _end_of(ratio))


def resized(x: Shape, out: Shape, mode: str) -> Iterator[tuple[int, Window]]:
    """Yield each axis that is stretched or shrunk by interpolation, with the places it mixes."""
    for axis, (size, wanted) in enumerate(zip(x, out, strict=True)):
        if size == wanted:
            continue
        ratio = Fraction(size, wanted)
        if mode.startswith("nearest"):
            start = _start_of(ratio, Fraction(0))
            yield axis, _scaled(ratio, start, start)
        elif mode == "area":
            yield axis, _scaled(ratio, _start_of(ratio, Fraction(0)), _end_of(ratio))
        else:
            more = 1 if mode == "bicubic" else 0
            middle = (ratio - 1) / 2
            first, last = _start_of(ratio, middle - more), _start_of(ratio, middle + more + 1)
            yield axis, _scaled(ratio, first, last)


def window(first: int, reach: int, step: int) -> Window:
    """Return the window of place o over the places from o * step + first, `reach` further."""
    return lambda course: course.through(
        lambda o: o * step + first, lambda o: o * step + first + reach, step
    )


def _painted(step: int, margin: int, reach: int) -> Window:
    return lambda course: course.through(
        lambda o: ceil(Fraction(o + margin - reach, step)), lambda o: (o + margin) // step, 1, step
    )


def _scaled(ratio: Fraction, first: Callable[[int], int], last: Callable[[int], int]) -> Window:
    return lambda course: course.through(first, last, ratio.numerator, ratio.denominator)


def _start_of(ratio: Fraction, offset: Fraction) -> Callable[[int], int]:
    return lambda o: floor(o * ratio + offset)


def _end_of(ratio: Fraction) -> Callable[[int], int]:
    return lambda o: ceil((o + 1) * ratio) - 1


def _everything(_course: Course) -> None:
    return None
