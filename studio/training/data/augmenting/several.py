"""How RandAugment changes each picture of a batch by a few operations drawn from many.

All pictures that are moved go through one warp, and each operation works on those it was drawn for.
What changes pixels by their shade alone is looked up in tables, one for each picture.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional

from studio.training.choices.recoloring import RandAugment
from studio.training.data.augmenting.chance import as_before, per_sample, which
from studio.training.data.augmenting.hits import Hits, changed
from studio.training.data.augmenting.moving import turning, warped
from studio.training.data.augmenting.recoloring import brightness_of, recolored
from studio.training.data.augmenting.shading import equalized, looked_up, shades, stretched

_MOVING = ("rotate", "shear_x", "shear_y", "translate_x", "translate_y")
_SHADING = ("brightness", "contrast", "posterize", "solarize", "autocontrast", "equalize")
OPERATIONS = ("identity", "saturation", "sharpness", *_MOVING, *_SHADING)
_MOST = {
    "rotate": math.radians(30),
    **dict.fromkeys(("shear_x", "shear_y"), 0.3),
    **dict.fromkeys(("translate_x", "translate_y"), 0.9),
    **dict.fromkeys(("brightness", "contrast", "saturation", "sharpness"), 0.9),
    **dict.fromkeys(("posterize", "solarize"), 1.0),
}
"""The most that operations do; a shift of 1 is half the picture."""
_STRONGEST, _BITS = 30, 4


def changed_by_some(item: RandAugment, x: Tensor, u: Tensor) -> Tensor:
    """Return pictures after `operations` changes each; `u` [batch, 8]: which and which way."""
    size = item.magnitude / _STRONGEST
    drawn = [_Drawn.of(u[:, i], u[:, i + 1], size) for i in range(0, 2 * item.operations, 2)]
    x = _moved(drawn, x)
    for one in drawn:
        x = _recolored(one, x)
    return x


@dataclass(frozen=True, eq=False)
class _Drawn:
    """One operation for each sample, and how strong it is."""

    operation: Tensor
    """[batch] its number."""
    amounts: Tensor
    """[batch, kinds] what each kind does, by its direction; 0 where another was drawn."""
    size: float

    @classmethod
    def of(cls, operation: Tensor, way: Tensor, size: float) -> "_Drawn":
        """Return what numbers from 0 to 1 say."""
        number = which(operation, len(OPERATIONS))
        signed = (way >= 0.5).float().mul_(2 * size).sub_(size)
        return cls(number, _most(way.device).index_select(0, number) * signed[:, None], size)

    def hits(self, first: str, last: str = "") -> Hits:
        """Return which samples an operation was drawn for, or one of neighboring ones."""
        return Hits.of(self.takes(first, last))

    def takes(self, first: str, last: str = "") -> Tensor:
        """Return for each sample whether one of these operations was drawn for it."""
        start, stop = OPERATIONS.index(first), OPERATIONS.index(last or first)
        return (self.operation >= start) & (self.operation <= stop)

    def among(self, hits: Hits) -> "_Drawn":
        """Return what was drawn for the samples that are worked on."""
        return _Drawn(hits.taken(self.operation), hits.taken(self.amounts), self.size)

    def amount(self, name: str) -> Tensor:
        """Return how much an operation does to each sample; 0 where another was drawn."""
        return self.amounts[:, list(_MOST).index(name)]


@lru_cache(maxsize=4)
def _most(device: torch.device) -> Tensor:
    """Return the most that each operation does of each kind, [operations, kinds]."""
    rows = [[most * (name == kind) for kind, most in _MOST.items()] for name in OPERATIONS]
    return torch.tensor(rows, device=device)


def _moved(drawn: Sequence[_Drawn], x: Tensor) -> Tensor:
    hits = Hits.of(torch.stack([one.takes(_MOVING[0], _MOVING[-1]) for one in drawn]).any(0))

    def change() -> Tensor:
        matrix, *others = (_matrix(one.among(hits), x) for one in drawn)
        for other in others:
            matrix = matrix @ other
        return warped(hits.taken(x), matrix[:, :2])

    return changed(x, (hits, change))


def _matrix(drawn: _Drawn, x: Tensor) -> Tensor:
    """Return the matrices [batch, 3, 3] of the operations that move things."""
    found = torch.eye(3, device=x.device).repeat(len(drawn.operation), 1, 1)
    found[:, :2] = turning(x, drawn.amount("rotate"))
    found[:, 0, 1] += drawn.amount("shear_x")
    found[:, 1, 0] += drawn.amount("shear_y")
    found[:, 0, 2] += drawn.amount("translate_x")
    found[:, 1, 2] += drawn.amount("translate_y")
    return found


def _recolored(drawn: _Drawn, x: Tensor) -> Tensor:
    gray, sharp = drawn.hits("saturation"), drawn.hits("sharpness")
    shade = drawn.hits(_SHADING[0], _SHADING[-1])
    return changed(
        x,
        (gray, lambda: _saturated(drawn.among(gray), gray.taken(x))),
        (sharp, lambda: _sharpened(drawn.among(sharp), sharp.taken(x))),
        (shade, lambda: _shaded(drawn.among(shade), shade.taken(x))),
    )


def _saturated(drawn: _Drawn, x: Tensor) -> Tensor:
    saturation = 1 + drawn.amount("saturation")
    one, none = torch.ones_like(saturation), torch.zeros_like(saturation)
    return recolored(x, one, one, saturation, none)


def _sharpened(drawn: _Drawn, x: Tensor) -> Tensor:
    """Return pictures farther from, or nearer to, their smoothed selves; edges have none."""
    values = x.float()
    inside = values[..., 1:-1, 1:-1]
    lines = values[..., :-2] + values[..., 1:-1] + values[..., 2:]
    around = lines[..., :-2, :] + lines[..., 1:-1, :] + lines[..., 2:, :]
    more = (inside - (around + 4 * inside) / 13) * per_sample(drawn.amount("sharpness"), x)
    return as_before(values + functional.pad(more, (1, 1, 1, 1)), x)


def _shaded(drawn: _Drawn, x: Tensor) -> Tensor:
    """Return pictures by tables that say what becomes of each shade."""
    brighter, more = drawn.amount("brightness"), drawn.amount("contrast")
    offset = -more * brightness_of(x.float())
    plain = torch.addcmul(offset[:, None], 1 + (brighter + more)[:, None], shades(x))
    plain = plain.round_().clamp_(0, 255)
    rest = (1 << round(_BITS * drawn.size)) - 1
    coarse = 1 + rest * (drawn.amount("posterize")[:, None] != 0)
    plain = (plain / coarse).floor_() * coarse
    bright = 256 * (1 - drawn.amount("solarize")[:, None].abs())
    tables = as_before(torch.where(plain < bright, plain, 255 - plain)[:, None], x)
    wide, even = drawn.hits("autocontrast"), drawn.hits("equalize")
    tables = changed(
        tables.expand(-1, x.shape[1], -1),
        (wide, lambda: stretched(wide.taken(x))),
        (even, lambda: equalized(even.taken(x))),
    )
    return looked_up(tables, x)
