"""In which order an epoch goes through the training samples, and how often it takes each."""

import torch
from torch import Tensor

from studio.training.plan import BALANCED


def order(labels: Tensor, sampling: str, random: torch.Generator) -> Tensor:
    """Return which training samples an epoch takes one after the other, [samples].

    `labels` [samples, …] is their truth. As many are taken as there are: each once, or with
    "balanced" sampling as many of each of the classes, [samples], that occur. Rare samples come
    several times then, all of a class equally often up to one; of a frequent class others come in
    the next epoch.
    """
    if sampling != BALANCED:
        return torch.randperm(len(labels), generator=random)
    members = [torch.nonzero(labels == label).flatten() for label in torch.unique(labels)]
    share, rest = divmod(len(labels), len(members))
    lucky = set(torch.randperm(len(members), generator=random)[:rest].tolist())
    taken = [
        _repeated(rows, share + (number in lucky), random) for number, rows in enumerate(members)
    ]
    return torch.cat(taken)[torch.randperm(len(labels), generator=random)]


def _repeated(rows: Tensor, count: int, random: torch.Generator) -> Tensor:
    """Return so many of `rows`, each as often as any other up to one."""
    rounds = [
        rows[torch.randperm(len(rows), generator=random)]
        for _round in range(-(-count // len(rows)))
    ]
    return torch.cat(rounds or [rows])[:count]
