"""Tables that say what becomes of each shade of a picture, for changes that go pixel by pixel."""

import torch
from torch import Tensor

from studio.training.data.augmenting.chance import as_before

SHADES = 256


def shades(x: Tensor) -> Tensor:
    """Return the table that leaves pictures as they are, [shades] on their device."""
    return torch.arange(SHADES, dtype=torch.float32, device=x.device)


def looked_up(tables: Tensor, x: Tensor) -> Tensor:
    """Return pixels [batch, channels, …] by tables [batch, channels, shades] of shades."""
    return tables.gather(2, x.flatten(2).long()).view_as(x)


def stretched(x: Tensor) -> Tensor:
    """Return tables that make the darkest pixel of each channel black and the brightest white."""
    pixels = x.flatten(2)
    low, high = pixels.amin(2)[..., None].float(), pixels.amax(2)[..., None].float()
    plain = shades(x)
    wide = (plain - low) * (255 / (high - low).clamp_min(1))
    return as_before(torch.where(high > low, wide, plain), x)


def equalized(x: Tensor) -> Tensor:
    """Return tables after which all shades of each channel are about equally frequent.

    As `ImageOps.equalize` of Pillow has it.
    """
    pixels = x.flatten(2).long()
    counts = pixels.new_zeros((*x.shape[:2], SHADES))
    counts.scatter_add_(2, pixels, torch.ones_like(pixels))
    brightest = counts.gather(2, pixels.amax(2, keepdim=True))
    step = (pixels.shape[2] - brightest) // 255
    before = counts.cumsum(2) - counts
    table = (before + step // 2) // step.clamp_min(1)
    return as_before(torch.where(step > 0, table.float(), shades(x)), x)
