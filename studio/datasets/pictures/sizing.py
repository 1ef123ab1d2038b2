"""Which size and how many channels suit a folder of pictures, as a few of them tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from studio.catalogue.shape import Shape
from studio.datasets.listing import Listed
from studio.datasets.pictures.reading import DECODER_ERRORS, FORMATS, MOST_BYTES, MOST_PIXELS

LONGEST = 224
"""Side of the pictures that most published networks were trained on."""
_SAMPLED = 64
_STEP = 8
_UPRIGHT = 5
"""EXIF orientations from here on swap width and height (CIPA DC-008, table 4)."""
_ORIENTATION = 0x0112
_GRAY = {"1", "L", "LA", "I", "F", "I;16", "I;16B", "I;16L", "I;16N"}


@dataclass(frozen=True)
class _Head:
    height: int
    width: int
    is_gray: bool


def suitable(
    root: Path, files: Sequence[Listed], height: int | None, width: int | None, color: str
) -> Shape:
    """Return channels × height × width; what is None or "auto" is found from a sample of files.

    Pictures of one size keep it up to 224 pixels; those of many sizes become squares of the median
    short side. Files that cannot be read are passed over.
    """
    count = min(_SAMPLED, len(files))
    picked = [files[number * len(files) // count] for number in range(count)]
    heads = [head for file in picked if (head := _head(root / file.name)) is not None]
    gray = color == "gray" or (color == "auto" and bool(heads) and all(h.is_gray for h in heads))
    found = _size([(head.height, head.width) for head in heads])
    return Shape(1 if gray else 3, height or width or found[0], width or height or found[1])


def _size(sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the height and width that suit pictures of these heights and widths."""
    if not sizes:
        return LONGEST, LONGEST
    if len(set(sizes)) > 1:
        side = _rounded(float(np.median([min(size) for size in sizes])))
        return side, side
    height, width = sizes[0]
    if max(height, width) <= LONGEST:
        return height, width
    scale = LONGEST / max(height, width)
    return _rounded(height * scale), _rounded(width * scale)


def _rounded(side: float) -> int:
    return int(min(LONGEST, max(_STEP, side // _STEP * _STEP)))


def _head(path: Path) -> _Head | None:
    """Return what the head of a picture says, without decoding it."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        with Image.open(path, formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                return None
            if picture.getexif().get(_ORIENTATION, 1) >= _UPRIGHT:
                width, height = height, width
            return _Head(height, width, picture.mode in _GRAY)
    except (*DECODER_ERRORS, Image.DecompressionBombError):
        return None
