"""How numbers from 0 to 1 become what an augmentation needs, and results what samples are."""

from functools import lru_cache

import torch
from torch import Tensor

_LONG = 1 << 20


def between(u: Tensor, low: float, high: float) -> Tensor:
    """Return numbers from `low` to `high` for numbers from 0 to 1."""
    return low + u * (high - low)


def which(u: Tensor, count: int | Tensor) -> Tensor:
    """Return whole numbers below `count` for numbers from 0 to 1."""
    return torch.minimum((u * count).long(), torch.as_tensor(count, device=u.device) - 1)


def per_sample(values: Tensor, like: Tensor) -> Tensor:
    """Return one value for each sample, shaped to meet all numbers of `like`."""
    return values.reshape(-1, *(1,) * (like.ndim - 1))


def as_before(values: Tensor, before: Tensor) -> Tensor:
    """Return float values as the samples were: pixels are rounded and stay from 0 to 255."""
    if before.dtype is torch.uint8:
        # through short numbers, for which processors have instructions
        return values.round_().clamp_(0, 255).short().to(torch.uint8)
    return values.to(before.dtype)


def within(mask: Tensor, new: Tensor, old: Tensor) -> Tensor:
    """Return `new` samples inside of a mask, `old` ones outside."""
    if old.dtype is not torch.uint8:
        return torch.where(mask, new, old)
    inside = mask.view(torch.uint8)
    return old * (1 - inside) + new * inside  # many times as fast for pixels on processors


def rows(u: Tensor, shape: torch.Size, *, normal: bool) -> Tensor:
    """Return random numbers [batch, …] for samples of a shape: from 0 to 1, or `normal` ones.

    They are cut from one long row that never changes, each beginning at a place drawn: drawing them
    for a whole epoch beforehand would take as much memory as the samples.
    """
    length = shape[1:].numel()
    row = _row(max(_LONG, 2 * length), u.device, normal=normal)
    begins = which(u, len(row) - length + 1)
    return row.unfold(0, length, 1).index_select(0, begins).view(shape)


@lru_cache(maxsize=4)
def _row(length: int, device: torch.device, *, normal: bool) -> Tensor:
    draw = torch.randn if normal else torch.rand
    return draw(length, generator=torch.Generator().manual_seed(0)).to(device)
