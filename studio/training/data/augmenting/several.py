"""How RandAugment changes each picture of a batch by a few operations drawn from many.

All samples go through one warp and one pass for each other kind of operation, which changes nothing
where another one was drawn.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

from studio.training.choices.recoloring import RandAugment
from studio.training.data.augmenting.chance import as_before, per_sample, which
from studio.training.data.augmenting.moving import turning, warped
from studio.training.data.augmenting.recoloring import recolored

OPERATIONS = (
    "identity",
    "rotate",
    "shear_x",
    "shear_y",
    "translate_x",
    "translate_y",
    "brightness",
    "contrast",
    "saturation",
    "sharpness",
    "posterize",
    "solarize",
    "autocontrast",
)
_STRONGEST = 30
_TURN, _SHEAR, _SHIFT, _FACTOR = math.radians(30), 0.3, 0.9, 0.9
"""The most that operations do; a shift of 1 is half the picture."""
_BITS = 4


def changed_by_some(item: RandAugment, x: Tensor, u: Tensor) -> Tensor:
    """Return pictures after `operations` changes each; `u` [batch, 8]: which and which way."""
    size = item.magnitude / _STRONGEST
    drawn = [_Drawn(u[:, i], u[:, i + 1], size) for i in range(0, 2 * item.operations, 2)]
    matrix = torch.eye(3, device=x.device).expand(len(x), 3, 3)
    for one in drawn:
        matrix = matrix @ one.matrix(x)
    values = warped(x.float(), matrix[:, :2])
    for one in drawn:
        values = _reshaded(one, _sharpened(one, _recolored(one, values))).clamp_(0, 255)
    return as_before(values, x)


class _Drawn:
    """One operation for each sample, and how strong it is, its sign the direction."""

    def __init__(self, operation: Tensor, way: Tensor, size: float) -> None:
        self._operation = which(operation, len(OPERATIONS))
        self.size = size
        self._size = torch.where(way < 0.5, -size, size)

    def takes(self, name: str) -> Tensor:
        """Return which samples an operation was drawn for."""
        return self._operation == OPERATIONS.index(name)

    def of(self, name: str, most: float) -> Tensor:
        """Return how strong an operation is for each sample; 0 where another was drawn."""
        return most * self._size * self.takes(name)

    def matrix(self, x: Tensor) -> Tensor:
        """Return the matrices [batch, 3, 3] of the operations that move things."""
        found = torch.eye(3, device=x.device).repeat(len(x), 1, 1)
        found[:, :2] = turning(x, self.of("rotate", _TURN))
        found[:, 0, 1] += self.of("shear_x", _SHEAR)
        found[:, 1, 0] += self.of("shear_y", _SHEAR)
        found[:, 0, 2] += self.of("translate_x", _SHIFT)
        found[:, 1, 2] += self.of("translate_y", _SHIFT)
        return found


def _recolored(drawn: _Drawn, x: Tensor) -> Tensor:
    brightness, contrast, saturation = (
        1 + drawn.of(name, _FACTOR) for name in ("brightness", "contrast", "saturation")
    )
    return recolored(x, brightness, contrast, saturation, torch.zeros_like(brightness))


def _sharpened(drawn: _Drawn, x: Tensor) -> Tensor:
    """Return pictures farther from, or nearer to, their smoothed selves; edges have none."""
    inside = x[..., 1:-1, 1:-1]
    smooth = (9 * functional.avg_pool2d(x, 3, 1) + 4 * inside) / 13
    more = (inside - smooth) * per_sample(drawn.of("sharpness", _FACTOR), x)
    return x + functional.pad(more, (1, 1, 1, 1))


def _reshaded(drawn: _Drawn, x: Tensor) -> Tensor:
    """Return pictures of fewer shades, with bright parts inverted, or of all shades there are."""
    coarse = per_sample(1 + ((1 << round(_BITS * drawn.size)) - 1) * drawn.takes("posterize"), x)
    x = (x.round() / coarse).floor_() * coarse
    bright = per_sample(256 * (1 - drawn.size * drawn.takes("solarize")), x)
    x = torch.where(x < bright, x, 255 - x)
    low, high = x.amin((2, 3), keepdim=True), x.amax((2, 3), keepdim=True)
    stretched = per_sample(drawn.takes("autocontrast"), x) & (high > low)
    gain = torch.where(stretched, 255 / (high - low).clamp_min(1), 1.0)
    return (x - torch.where(stretched, low, 0.0)) * gain
