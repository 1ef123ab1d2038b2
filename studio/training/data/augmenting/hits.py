"""Which samples of a batch a change was drawn for, so that only those are worked on."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from studio.training.data.augmenting.chance import per_sample


@dataclass(frozen=True, eq=False)
class Hits:
    """The samples of a batch that are changed.

    A GPU works on all and keeps what was hit: it would have to be waited for to know their number.
    """

    drawn: Tensor
    """[batch] whether each is."""
    rows: Tensor | None
    """Their places in the batch; None for all of them."""

    @classmethod
    def of(cls, drawn: Tensor) -> "Hits":
        """Return the hits of a batch by whether each sample is one."""
        return cls(drawn, drawn.nonzero()[:, 0] if drawn.device.type == "cpu" else None)

    def taken(self, values: Tensor) -> Tensor:
        """Return what is worked on of the values [batch, …] of all samples."""
        return values if self.rows is None else values.index_select(0, self.rows)


def changed(x: Tensor, *changes: tuple[Hits, Callable[[], Tensor]]) -> Tensor:
    """Return samples with those that were hit as each change makes them.

    A change gives all samples that its hits have `taken`; no sample is hit by two.
    """
    places, found = torch.arange(len(x)), [x]
    count = len(x)
    for hits, change in changes:
        if hits.rows is None:
            found = [torch.where(per_sample(hits.drawn, x), change(), found[0])]
        elif len(hits.rows):
            found.append(change())
            places[hits.rows] = torch.arange(count, count + len(hits.rows))
            count += len(hits.rows)
    # much faster on processors than to write into the samples
    return found[0] if len(found) == 1 else torch.cat(found).index_select(0, places)
