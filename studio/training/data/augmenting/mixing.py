"""How samples and their answers are mixed with others of the batch."""

import torch
from torch import Generator, Tensor

from studio.training.choices.augmentation import Mixing
from studio.training.choices.remixing import CutMix
from studio.training.data.augmenting.chance import as_before, per_sample, within
from studio.training.data.augmenting.recoloring import rectangles


def shares(item: Mixing, samples: int, generator: Generator) -> Tensor:
    """Return what stays of each sample, [samples] from 0 to 1, by the beta distribution."""
    alpha = torch.full((2, samples), item.alpha)
    # the public draws take no generator
    own, other = torch._standard_gamma(alpha, generator).unbind()  # noqa: SLF001
    return torch.div(own, own + other)


def mixed(item: Mixing, x: Tensor, truth: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
    """Return mixed samples and answers; `truth` are numbers or shares of classes.

    `u` [batch, 4]: what stays of a sample, its rank in the ring of partners, row, column.
    """
    partners = paired(u[:, 1])
    if isinstance(item, CutMix):
        side = (1 - u[:, 0]).sqrt()
        pasted = rectangles(x, side, side, u[:, 2:4])
        kept = 1 - pasted.float().mean((1, 2, 3))
        found = within(pasted, x.index_select(0, partners), x)
    else:
        kept = u[:, 0]
        own = x.float()
        found = as_before(torch.lerp(own[partners], own, per_sample(kept, x)), x)
    return found, torch.lerp(truth[partners], truth, per_sample(kept, truth))


def paired(u: Tensor) -> Tensor:
    """Return a partner for each sample, [batch] places in the batch: a ring in the order of `u`."""
    order = u.argsort(stable=True)
    return torch.empty_like(order).scatter_(0, order, order.roll(1))
