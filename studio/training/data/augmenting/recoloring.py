"""How colors, sharpness and single parts of pictures are changed, and noise is added."""

import math
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional

from studio.training.choices.recoloring import Blur, Color, Erase, Noise
from studio.training.data.augmenting.chance import (
    as_before,
    between,
    per_sample,
    rows,
    which,
    within,
)

_GRAY = (0.299, 0.587, 0.114)
"""How bright red, green and blue look (ITU-R BT.601)."""
_LEAST = 1e-7
"""The share of a picture below which it does not count; tinier ones are slow to compute with."""
_YIQ = (_GRAY, (0.5959, -0.2746, -0.3213), (0.2115, -0.5227, 0.3112))
"""From red, green and blue to brightness and two axes of color (NTSC)."""


def colored(item: Color, x: Tensor, u: Tensor) -> Tensor:
    """Return pictures in other colors; `u` [batch, 4]: brightness, contrast, saturation, hue."""
    sizes = (item.brightness, item.contrast, item.saturation)
    brightness, contrast, saturation = (
        1 + size * between(u[:, i], -1, 1) for i, size in enumerate(sizes)
    )
    hue = between(u[:, 3], -1, 1) * math.radians(item.hue)
    return recolored(x, brightness, contrast, saturation, hue)


def recolored(
    x: Tensor, brightness: Tensor, contrast: Tensor, saturation: Tensor, hue: Tensor
) -> Tensor:
    """Return pictures with factors [batch] of brightness, contrast, saturation; hue in radians.

    Contrast is the distance from the mean brightness, saturation that from gray, and hue turns
    around gray: three linear maps, made as one. Gray pictures have no saturation and no hue.
    """
    values = x.float().flatten(2)
    mean = brightness_of(values) * brightness
    offset = ((1 - contrast) * mean)[:, None, None]
    scale = (brightness * contrast)[:, None, None]
    if x.shape[1] == 3:
        matrix = scale * coloring(saturation, hue)
        found = torch.baddbmm(offset, matrix, values)
    else:
        found = values * scale + offset
    return as_before(found.view(x.shape), x)


def coloring(saturation: Tensor, hue: Tensor) -> Tensor:
    """Return matrices [batch, 3, 3] between colors, with factors of saturation; hue in radians."""
    return _turned(hue) @ _faded(saturation, saturation.new_tensor(_GRAY))


def brightness_of(values: Tensor) -> Tensor:
    """Return the mean brightness [batch] of pictures [batch, channels, …]."""
    return values.flatten(2).mean(2) @ _weights(values)


def blurred(item: Blur, x: Tensor, u: Tensor) -> Tensor:
    """Return pictures blurred by normal distributions of up to `deviation` pixels.

    Each picture between two matrices of its own: convolutions with a kernel for each picture, such
    as kornia's, take several times as long.
    """
    reach = min(math.ceil(2.5 * item.deviation), x.shape[-2] - 1, x.shape[-1] - 1)
    deviation = between(u[:, :1], 0.1, item.deviation)
    distance = torch.arange(-reach, reach + 1, device=x.device)
    kernel = (-0.5 * (distance / deviation).square()).softmax(-1)
    kernel = kernel * (kernel > _LEAST)
    down, across = (
        (kernel @ _mirrors(side, reach, x.device)).view(-1, side, side) for side in x.shape[-2:]
    )
    lines = torch.bmm(x.float().flatten(1, 2), across.mT).view(x.shape)
    return torch.stack([as_before(torch.bmm(down, lines[:, c]), x) for c in range(x.shape[1])], 1)


def noisy(item: Noise, x: Tensor, u: Tensor) -> Tensor:
    """Return samples with normal noise; `u` [batch, 1] says where in a long row it begins."""
    size = item.deviation * (255 if x.dtype is torch.uint8 else 1)
    return as_before(rows(u[:, 0], x.shape, normal=True).mul(size).add_(x), x)


def erased(item: Erase, x: Tensor, u: Tensor) -> Tensor:
    """Return pictures with a covered rectangle; `u` [batch, 4]: area, proportions, row, column."""
    root = between(u[:, 0], item.smallest, item.largest).sqrt()
    bend = torch.exp(between(u[:, 1], -1, 1) * (math.log(3) / 2))
    covered = rectangles(x, root * bend, root / bend, u[:, 2:4])
    if item.fill == "black":
        return within(covered, torch.zeros_like(x[:1]), x)
    return within(covered, as_before(x.float().mean((2, 3), keepdim=True), x), x)


def rectangles(x: Tensor, tall: Tensor, wide: Tensor, u: Tensor) -> Tensor:
    """Return where rectangles lie, [batch, 1, height, width].

    `tall` and `wide` [batch] are shares of the sides, `u` [batch, 2] says where below and right.
    """
    rows, columns = (
        _span(side, share, place)
        for side, share, place in zip(x.shape[-2:], (tall, wide), u.unbind(1), strict=True)
    )
    return (rows[:, :, None] & columns[:, None, :])[:, None]


def _span(side: int, share: Tensor, place: Tensor) -> Tensor:
    length = (share * side).round().long().clamp(0, side)
    first = which(place, side - length + 1)[:, None]
    points = torch.arange(side, device=share.device)
    return (points >= first) & (points < first + length[:, None])


def _weights(values: Tensor) -> Tensor:
    """Return how bright the channels of pictures look."""
    channels = values.shape[1]
    return values.new_tensor(_GRAY if channels == 3 else [1 / channels] * channels)


@lru_cache(maxsize=4)
def _mirrors(side: int, reach: int, device: torch.device) -> Tensor:
    """Return [distances, side × side] which point each one sees at a distance up to `reach`.

    Beyond the border lies the picture in a mirror.
    """
    points = torch.arange(side) + torch.arange(-reach, reach + 1)[:, None]
    seen = (side - 1) - ((side - 1) - points.abs()).abs()
    return functional.one_hot(seen, side).flatten(1).float().to(device)


def _faded(saturation: Tensor, weights: Tensor) -> Tensor:
    """Return matrices [batch, 3, 3] between gray (0) and the colors as they are (1)."""
    kept = per_sample(saturation, weights.expand(len(saturation), 3, 3))
    return kept * torch.eye(3, device=weights.device) + (1 - kept) * weights.expand(3, 3)


def _turned(hue: Tensor) -> Tensor:
    """Return matrices [batch, 3, 3] that turn colors around gray by angles [batch]."""
    there = hue.new_tensor(_YIQ)
    back = hue.new_tensor(_INVERSE)
    cosine, sine, none = hue.cos(), hue.sin(), torch.zeros_like(hue)
    entries = [none + 1, none, none, none, cosine, -sine, none, sine, cosine]
    return back @ torch.stack(entries, dim=1).view(-1, 3, 3) @ there


_INVERSE = torch.tensor(_YIQ, dtype=torch.float64).inverse().tolist()
