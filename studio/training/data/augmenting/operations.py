"""What the operations of RandAugment do to places, colors and shades, as strongly as asked."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from studio.training.data.augmenting.moving import turning
from studio.training.data.augmenting.recoloring import coloring
from studio.training.data.augmenting.shading import SHADES

_MOVING = ("rotate", "shear_x", "shear_y", "translate_x", "translate_y")
_SHADING = ("brightness", "contrast", "posterize", "solarize", "autocontrast", "equalize")
OPERATIONS = ("identity", "saturation", "sharpness", *_MOVING, *_SHADING)
WAYS = 2
"""Each operation goes one way or the other."""
ALIKE = (
    ("saturation", "brightness"),
    ("contrast",),
    ("sharpness",),
    ("posterize", "solarize"),
    ("autocontrast",),
    ("equalize",),
)
"""Operations that leave things where they are, together where they are made alike."""
_ENTRIES = {
    "shear_x": (0, 1, 0.3),
    "shear_y": (1, 0, 0.3),
    "translate_x": (0, 2, 0.9),
    "translate_y": (1, 2, 0.9),
}
"""Row and column of a matrix that each movement changes, and how much at most: 1 is half a picture.
"""
_TURN, _CHANGE, _BITS = math.radians(30), 0.9, 4
"""The most that the other operations do."""


@dataclass(frozen=True, eq=False)
class Doings:
    """What is done by each operation one way, then the other way; mostly it is nothing.

    All samples have the same strength, so that nothing of this has to be worked out for each.
    """

    alike: Tensor
    """[doings] where in `ALIKE` the operation stands, counted from 1; 0 if it is not there."""
    moves: Tensor
    """[doings] whether things are elsewhere afterwards."""
    places: Tensor
    """[doings, 3, 3] matrices that say which point is seen; see `warped`."""
    colors: Tensor
    """[doings, channels, channels] matrices between colors."""
    contrast: Tensor
    """[doings] how much farther colors get from the mean brightness."""
    sharpness: Tensor
    """[doings] how much farther pictures get from their smoothed selves."""
    mask: Tensor
    """[doings] which bits of a pixel stay; uint8."""
    top: Tensor
    """[doings] the brightest shade that is not turned round, −1 for none; int16."""


@lru_cache(maxsize=8)
def doings(size: float, sample: torch.Size, device: torch.device) -> Doings:
    """Return what operations of a strength from 0 to 1 do to pictures of a shape."""
    ways = torch.tensor([-size, size])
    change = ways * _CHANGE
    shades = {"posterize": SHADES - (1 << round(_BITS * size))}
    tops = {"solarize": math.ceil(SHADES * (1 - size)) - 1}
    found = (
        _table(0, {name: at for at, names in enumerate(ALIKE, 1) for name in names}),
        _table(0, dict.fromkeys(_MOVING, 1)).bool(),
        _places(ways, *sample[1:]),
        _colors(change, sample[0]),
        _table(0.0, {"contrast": change}),
        _table(0.0, {"sharpness": change}),
        _table(SHADES - 1, shades).to(torch.uint8),
        _table(SHADES - 1, tops).short(),
    )
    return Doings(*(table.to(device) for table in found))


def _numbers(operation: str) -> slice:
    """Return the numbers of an operation both ways."""
    first = OPERATIONS.index(operation) * WAYS
    return slice(first, first + WAYS)


def _table(usual: float, others: Mapping[str, float | Tensor]) -> Tensor:
    """Return [doings] what is usual, and what is of some operations."""
    found = torch.full((len(OPERATIONS) * WAYS,), usual)
    for name, value in others.items():
        found[_numbers(name)] = value
    return found


def _places(ways: Tensor, height: int, width: int) -> Tensor:
    found = torch.eye(3).repeat(len(OPERATIONS) * WAYS, 1, 1)
    found[_numbers("rotate"), :2] = turning(ways * _TURN, height, width)
    for name, (row, column, most) in _ENTRIES.items():
        found[_numbers(name), row, column] = ways * most
    return found


def _colors(change: Tensor, channels: int) -> Tensor:
    found = torch.eye(channels).repeat(len(OPERATIONS) * WAYS, 1, 1)
    found[_numbers("brightness")] *= (1 + change)[:, None, None]
    if channels == 3:
        found[_numbers("saturation")] = coloring(1 + change, torch.zeros_like(change))
    return found
