"""Modules for bags of words: ids of neighbors taken together, and vectors that begin small."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.network.modules.registry import own

_FACTOR, _ROUND = 1_000_003, 2**31 - 1
"""Both primes, and their product fits 64 bits."""


@own
class Embedding(nn.Embedding):
    """torch.nn.Embedding whose vectors are drawn with another spread."""

    def __init__(self, *, std: float, **settings: Any) -> None:
        super().__init__(**settings)
        nn.init.normal_(self.weight, std=std)
        self._fill_padding_idx_with_zero()


@own
class EmbeddingBag(nn.EmbeddingBag):
    """torch.nn.EmbeddingBag whose vectors are drawn with another spread, and one more mode."""

    def __init__(self, *, std: float, mode: str, **settings: Any) -> None:
        super().__init__(mode="sum" if mode == "sqrtn" else mode, **settings)
        self.is_rooted = mode == "sqrtn"
        nn.init.normal_(self.weight, std=std)
        self._fill_padding_idx_with_zero()

    def forward(
        self, x: Tensor, offsets: Tensor | None = None, weights: Tensor | None = None
    ) -> Tensor:
        """Return (samples, features) of ids (samples, steps)."""
        found = super().forward(x, offsets, weights)
        if not self.is_rooted:
            return found
        there = torch.ones_like(x) if self.padding_idx is None else x != self.padding_idx
        return found / there.sum(1, keepdim=True).clamp_min(1).sqrt().to(found.dtype)


@own
class TokenNgrams(nn.Module):
    """Tokens, then runs of two of them, of three, …; runs have ids from `vocabulary` on."""

    def __init__(self, longest: int, vocabulary: int, buckets: int, *, once: bool) -> None:
        super().__init__()
        self.longest, self.once = longest, once
        self.vocabulary, self.buckets = vocabulary, buckets

    def forward(self, x: Tensor) -> Tensor:
        """Return (samples, longest · steps) ids of (samples, steps); TypeError for others."""
        if x.is_floating_point() or x.ndim != 2:
            raise TypeError(f"a sequence of ids is needed, not {tuple(x.shape)} of {x.dtype}")
        found, run, is_whole = [x], x, x != 0
        for _length in range(1, self.longest):
            run = (run * _FACTOR + _after(x, _length)) % _ROUND
            is_whole = is_whole & (_after(x, _length) != 0)
            found.append(torch.where(is_whole, self.vocabulary + run % self.buckets, 0))
        every = torch.cat(found, dim=1)
        return _once(every) if self.once else every


def _after(x: Tensor, places: int) -> Tensor:
    """Return what stands so many places later, and padding behind the end."""
    return functional.pad(x[:, places:], (0, min(places, x.shape[1])))


def _once(ids: Tensor) -> Tensor:
    """Return the ids in ascending order, with padding in the place of those that come again."""
    ordered = ids.sort(dim=1).values
    again = functional.pad(ordered[:, 1:] == ordered[:, :-1], (1, 0))
    return ordered.masked_fill(again, 0)
