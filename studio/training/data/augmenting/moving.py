"""How pictures [batch, channels, height, width] are flipped, shifted, cropped, turned, resized."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from studio.training.choices.moving import Crop, Flip, Rotate, Scale, Shift
from studio.training.data.augmenting.chance import as_before, between, which


def flipped(item: Flip, x: Tensor, _u: Tensor) -> Tensor:
    """Return mirrored pictures."""
    return x.flip(-1 if item.direction == "horizontal" else -2)


def shifted(item: Shift, x: Tensor, u: Tensor) -> Tensor:
    """Return pictures moved up to `pixels` each way; `u` [batch, 2] says how far down and right."""
    height, width = x.shape[-2:]
    mirrored = item.border == "mirrored"
    pixels = min(item.pixels, height - 1, width - 1) if mirrored else item.pixels
    padded = functional.pad(x, (pixels,) * 4, "reflect" if mirrored else "constant")
    begins = which(u[:, :2], 2 * pixels + 1)
    # of one long row of pixels, pieces that begin in the first line that is seen
    line, size = padded.shape[3], padded.shape[2:].numel()
    pieces = functional.pad(padded.view(-1), (0, 2 * pixels)).unfold(0, height * line, 1)
    first = torch.arange(0, padded.numel(), size, device=x.device).view(x.shape[:2])
    first = first + (begins[:, 0] * line + begins[:, 1])[:, None]
    found = pieces.index_select(0, first.view(-1))
    return found.view(*x.shape[:2], height, line)[..., :width].contiguous()


def cropped(item: Crop, x: Tensor, u: Tensor) -> Tensor:
    """Return parts of pictures at the old size; `u` [batch, 4]: area, proportions, row, column."""
    root = between(u[:, 0], item.area, 1.0).sqrt()
    bend = torch.exp(between(u[:, 1], -1, 1) * (math.log(item.stretch) / 2))
    tall, wide = (root * bend).clamp_max(1), (root / bend).clamp_max(1)
    matrix = x.new_zeros((len(x), 2, 3), dtype=torch.float32)
    matrix[:, 0, 0], matrix[:, 1, 1] = wide, tall
    matrix[:, 0, 2] = between(u[:, 3], -1, 1) * (1 - wide)
    matrix[:, 1, 2] = between(u[:, 2], -1, 1) * (1 - tall)
    return warped(x, matrix, "border")


def rotated(item: Rotate, x: Tensor, u: Tensor) -> Tensor:
    """Return pictures turned counterclockwise for `u` [batch, 1] above a half."""
    radians = between(u[:, 0], -1, 1) * math.radians(item.degrees)
    return warped(x, turning(radians, *x.shape[-2:]))


def scaled(item: Scale, x: Tensor, u: Tensor) -> Tensor:
    """Return resized pictures; halves are as likely as doubles for `u` [batch, 1]."""
    size = torch.exp(between(u[:, 0], math.log(item.smallest), math.log(item.largest)))
    matrix = x.new_zeros((len(x), 2, 3), dtype=torch.float32)
    matrix[:, 0, 0] = matrix[:, 1, 1] = 1 / size
    return warped(x, matrix)


def turning(radians: Tensor, height: int, width: int) -> Tensor:
    """Return the matrices [batch, 2, 3] that turn pictures counterclockwise by angles [batch]."""
    cosine, sine = radians.cos(), radians.sin()
    none = torch.zeros_like(sine)
    across, down = -sine * (height / width), sine * (width / height)
    rows = torch.stack([cosine, across, none, down, cosine, none], dim=1)
    return rows.view(-1, 2, 3)


def warped(x: Tensor, matrix: Tensor, outside: str = "zeros") -> Tensor:
    """Return pictures whose point p shows what was at `matrix` [batch, 2, 3] times (p, 1).

    Points lie from −1 to 1 across and down; `outside` it is black, or the "border" goes on.
    Kornia's warps would invert the matrices, for which a GPU is waited for.
    """
    down, across = (
        torch.arange(1, 2 * side, 2, device=x.device) / side - 1 for side in x.shape[-2:]
    )
    # torch's affine_grid takes as long as what follows
    along = matrix[:, :, :1] * across + matrix[:, :, 2:]
    grid = along[:, :, None, :] + (matrix[:, :, 1:2] * down)[..., None]
    places = grid.permute(0, 2, 3, 1)
    found = functional.grid_sample(x.float(), places, padding_mode=outside, align_corners=False)
    return as_before(found, x)
