"""Modules that compute what is added to the scores of attention."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.network.modules.registry import own

_HIDDEN = -10_000.0


def distances(query: Tensor, key: Tensor) -> Tensor:
    """Return (steps, steps looked at): how many steps later each of the second lies."""
    later = torch.arange(key.shape[1], device=query.device)
    return later[None, :] - torch.arange(query.shape[1], device=query.device)[:, None]


def buckets(distance: Tensor, count: int, most: int, *, bidirectional: bool) -> Tensor:
    """Return the bucket of each distance: one each while small, then wider up to `most`.

    The formula of T5 (arXiv 1910.10683), in float32 as its checkpoints were trained with.
    """
    offset: Tensor | int = 0
    if bidirectional:
        count //= 2
        offset = (distance > 0) * count
        distance = distance.abs()
    else:
        distance = (-distance).clamp(min=0)
    exact = count // 2
    far = torch.log(distance.float() / exact) / math.log(most / exact) * (count - exact)
    # the logarithm of 0 is not used: distance 0 is near
    far = exact + far.clamp(min=0).to(torch.int64)
    return offset + torch.where(distance < exact, distance, far.clamp(max=count - 1))


@own
class RelativeBias(nn.Module):
    """A learned number for each head and bucket of distances."""

    def __init__(
        self, *, num_heads: int, num_buckets: int, max_distance: int, bidirectional: bool
    ) -> None:
        super().__init__()
        if max_distance <= num_buckets // (4 if bidirectional else 2):
            raise ValueError(f"{num_buckets} buckets reach beyond {max_distance}")
        self.weight = nn.Parameter(torch.empty(num_buckets, num_heads))
        nn.init.normal_(self.weight, std=0.02)
        self.max_distance, self.bidirectional = max_distance, bidirectional

    def forward(self, query: Tensor, key: Tensor | None = None) -> Tensor:
        """Return (1, heads, steps, steps looked at) for any two (samples, steps, ...)."""
        found = buckets(
            distances(query, query if key is None else key),
            self.weight.shape[0],
            self.max_distance,
            bidirectional=self.bidirectional,
        )
        return functional.embedding(found, self.weight).permute(2, 0, 1)[None]


def slopes(heads: int) -> list[float]:
    """Return the slope of each head: 2^(−8i / heads), for other than powers of two in between.

    Beyond the largest power of two below, every other slope of the next power follows, as the
    authors of ALiBi do it.
    """
    whole = 2 ** int(math.log2(heads))
    found = [2.0 ** (-8.0 * head / whole) for head in range(1, whole + 1)]
    between = [2.0 ** (-4.0 * head / whole) for head in range(1, 2 * whole + 1, 2)]
    return found + between[: heads - whole]


@own
class ALiBi(nn.Module):
    """Lower scores for steps farther away."""

    def __init__(self, num_heads: int) -> None:
        super().__init__()
        self.slopes = slopes(num_heads)

    def forward(self, query: Tensor, key: Tensor | None = None) -> Tensor:
        """Return (1, heads, steps, steps looked at) for any two (samples, steps, ...)."""
        away = distances(query, query if key is None else key).abs()
        slope = torch.tensor(self.slopes, device=query.device)
        return -slope[None, :, None, None] * away


@own
class CausalMask(nn.Module):
    """−∞ for what is later, or `window` steps or more before."""

    def __init__(self, window: int | None) -> None:
        super().__init__()
        self.window = window

    def forward(self, query: Tensor, key: Tensor | None = None) -> Tensor:
        """Return (1, steps, steps looked at) for any two (samples, steps, ...)."""
        later = distances(query, query if key is None else key)
        hidden = later > 0
        if self.window is not None:
            hidden = hidden | (later <= -self.window)
        return torch.zeros(later.shape, device=query.device).masked_fill(hidden, -math.inf)[None]


@own
class PaddingMask(nn.Module):
    """A number that hides the steps which only fill up."""

    def __init__(self, padding_idx: int) -> None:
        super().__init__()
        self.padding_idx = padding_idx

    def forward(self, ids: Tensor) -> Tensor:
        """Return (samples, 1, 1, steps) for ids (samples, steps); raises TypeError for others."""
        if ids.is_floating_point() or ids.ndim != 2:
            raise TypeError(f"a sequence of ids is needed, not {tuple(ids.shape)} of {ids.dtype}")
        return (ids == self.padding_idx)[:, None, None].float() * _HIDDEN
