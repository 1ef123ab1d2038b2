"""How texts, ids [batch, tokens], lose tokens or have neighbors swapped; padding stays."""

import torch
from torch import Tensor

from studio.training.choices.remixing import TokenDropout, TokenSwap
from studio.training.data.augmenting.chance import rows

PADDING, UNKNOWN = 0, 1


def dropped(item: TokenDropout, x: Tensor, u: Tensor) -> Tensor:
    """Return texts in which some tokens are unknown; `u` [batch, 1] says which."""
    hit = rows(u[:, 0], x.shape, normal=False) < item.share
    return x.masked_fill(hit & (x != PADDING), UNKNOWN)


def swapped(item: TokenSwap, x: Tensor, u: Tensor) -> Tensor:
    """Return texts in which some neighbors changed places; `u` [batch, 2] says which.

    The first number says where pairs begin, at even or at odd places.
    """
    places = torch.arange(x.shape[-1], device=x.device)
    odd = (u[:, :1] < 0.5).long()
    seconds = ((places + odd) % 2).bool()
    others = (places + torch.where(seconds, -1, 1)).clamp(0, len(places) - 1)
    firsts = torch.where(seconds, others, places)
    chances = rows(u[:, 1], x.shape, normal=False).gather(1, firsts)
    neighbors = x.gather(1, others)
    hit = (chances < item.share) & (x != PADDING) & (neighbors != PADDING)
    return torch.where(hit, neighbors, x)
