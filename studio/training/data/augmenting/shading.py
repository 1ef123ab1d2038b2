"""How the colors and shades of pixels become other ones: uint8 pictures [batch, channels, …]."""

import torch
from torch import Tensor

from studio.training.data.augmenting.chance import as_before, per_sample
from studio.training.data.augmenting.recoloring import brightness_of

SHADES = 256


def recolored(x: Tensor, colors: Tensor) -> Tensor:
    """Return pictures after matrices of colors [batch, channels, channels]."""
    return as_before(torch.bmm(colors, x.float().flatten(2)), x).view_as(x)


def contrasted(x: Tensor, amount: Tensor) -> Tensor:
    """Return pictures farther by an amount [batch] from their mean brightness."""
    values = x.float()
    offset = per_sample(-amount * brightness_of(values), x)
    return as_before(torch.addcmul(offset, per_sample(1 + amount, x), values), x)


def sharpened(x: Tensor, amount: Tensor) -> Tensor:
    """Return pictures farther by an amount [batch] from their smoothed selves; edges have none."""
    if min(x.shape[-2:]) < 3:
        return x
    values = x.float()
    inside = values[..., 1:-1, 1:-1]
    lines = values[..., :-2] + values[..., 1:-1] + values[..., 2:]
    around = lines[..., :-2, :] + lines[..., 1:-1, :] + lines[..., 2:, :]
    inside += (inside - (around + 4 * inside) / 13) * per_sample(amount, x)
    return as_before(values, x)


def cut(x: Tensor, mask: Tensor, top: Tensor) -> Tensor:
    """Return pictures without the bits of pixels that a mask [batch] has not, uint8.

    Shades above the `top` [batch] are turned round.
    """
    brighter = x > per_sample(top, x)
    return (x & per_sample(mask, x)) ^ brighter.view(torch.uint8).neg()


def stretched(x: Tensor) -> Tensor:
    """Return pictures of which the darkest pixel of each channel is black, the brightest white."""
    pixels = x.flatten(2)
    low, high = pixels.amin(2)[..., None].float(), pixels.amax(2)[..., None].float()
    span = high - low
    wide = (pixels - torch.where(span > 0, low, 0)) * torch.where(span > 0, 255 / span, 1)
    return as_before(wide, x).view_as(x)


def equalized(x: Tensor) -> Tensor:
    """Return pictures in which all shades of each channel are about equally frequent.

    As `ImageOps.equalize` of Pillow has it; whole numbers are divided faster as float64.
    """
    pixels = x.flatten(2).long()
    counts = pixels.new_zeros((*x.shape[:2], SHADES), dtype=torch.float64)
    counts.scatter_add_(2, pixels, counts.new_ones(()).expand_as(pixels))
    brightest = counts.gather(2, pixels.amax(2, keepdim=True))
    step = ((pixels.shape[2] - brightest) / 255).floor_()
    before = counts.cumsum(2).sub_(counts)
    table = before.add_((step / 2).floor_()).div_(step.clamp_min(1)).floor_()
    plain = torch.arange(SHADES, dtype=torch.float64, device=x.device)
    return as_before(torch.where(step > 0, table, plain), x).gather(2, pixels).view_as(x)
