"""What is drawn by hand as one sample: strokes brought to the size and place of trained digits.

MNIST's digits were scaled into 20 × 20 of their 28 × 28 pixels and moved so that their center of
mass is in the middle (Y. LeCun et al., Gradient-based learning applied to document recognition,
1998); those of 8 × 8 pixels fill their square.
"""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageOps

from studio.catalogue.shape import Shape
from studio.datasets.pictures.reading import Pixels

Stroke = Sequence[tuple[float, float]]
"""Points from (0, 0), the upper left of where it is drawn, to (1, 1)."""

PEN = 0.085
"""How wide a stroke is where it is drawn, as a share of the side."""
_PEN_OF_DIGIT, _PEN_OF_SMALL = 0.15, 0.2
"""How wide the strokes of trained digits are, as a share of the digit."""
_SMALLEST = 0.1
"""Strokes that reach no farther are a dot, which is not blown up to a whole digit."""
_FINE = 1024
"""Pixels of a side up to which strokes are drawn finer than they are wanted."""


def sketched(
    strokes: Sequence[Stroke], sample: Shape, *, light_on_dark: bool = True, centered: bool = True
) -> Pixels:
    """Return strokes as [channels, height, width] of `sample`, from 0 to 255.

    They are scaled and centered as digits are, unless they shall stay where they were drawn.
    """
    channels, height, width = sample
    side = min(height, width)
    fine = max(1, min(8, _FINE // max(height, width)))
    box, pen = (side * 20 / 28, _PEN_OF_DIGIT) if side >= 20 else (float(side), _PEN_OF_SMALL)
    pen = pen * box if centered else PEN * side
    placed = _placed(strokes, box - pen, (width, height)) if centered else _scaled(strokes, sample)
    picture = _drawn(placed, (width * fine, height * fine), fine, pen)
    if centered:
        picture = _balanced(picture, (side - box) / 2 * fine)
    picture = picture.reduce(fine) if fine > 1 else picture
    pixels = np.asarray(picture if light_on_dark else ImageOps.invert(picture), dtype=np.uint8)
    return np.repeat(pixels[np.newaxis], channels, axis=0)


def _placed(strokes: Sequence[Stroke], room: float, size: tuple[int, int]) -> list[Stroke]:
    """Return strokes that just fit into a square of `room` pixels in the middle."""
    points = [point for stroke in strokes for point in stroke]
    lows = [min(point[axis] for point in points) for axis in (0, 1)]
    highs = [max(point[axis] for point in points) for axis in (0, 1)]
    reach = max(high - low for low, high in zip(lows, highs, strict=True))
    scale = room / max(reach, _SMALLEST)
    middle = [(low + high) / 2 for low, high in zip(lows, highs, strict=True)]
    return [
        [
            ((x - middle[0]) * scale + size[0] / 2, (y - middle[1]) * scale + size[1] / 2)
            for x, y in stroke
        ]
        for stroke in strokes
    ]


def _scaled(strokes: Sequence[Stroke], sample: Shape) -> list[Stroke]:
    return [[(x * sample[2], y * sample[1]) for x, y in stroke] for stroke in strokes]


def _drawn(strokes: Sequence[Stroke], size: tuple[int, int], fine: int, pen: float) -> Image.Image:
    picture = Image.new("L", size)
    drawing, wide = ImageDraw.Draw(picture), pen * fine
    for stroke in strokes:
        points = [(x * fine, y * fine) for x, y in stroke]
        drawing.line(points, fill=255, width=max(1, round(wide)))
        for x, y in points:  # round joints and ends
            drawing.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), fill=255)
    return picture


def _balanced(picture: Image.Image, most: float) -> Image.Image:
    """Return the picture moved by up to `most` pixels so that its weight is in the middle."""
    weight = np.asarray(picture, dtype=np.float64)
    total = weight.sum()
    if not total or most < 1:
        return picture
    height, width = weight.shape
    x = width / 2 - 0.5 - float(weight.sum(axis=0) @ np.arange(width)) / total
    y = height / 2 - 0.5 - float(weight.sum(axis=1) @ np.arange(height)) / total
    moved = (round(max(-most, min(most, shift))) for shift in (x, y))
    return ImageChops.offset(picture, *moved)
