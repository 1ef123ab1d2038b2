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

    drawn: Tensor | None = None
    """[batch] whether each is; None where their places say so."""
    rows: Tensor | None = None
    """Their places in the batch; None where all are worked on."""

    @classmethod
    def of(cls, drawn: Tensor) -> "Hits":
        """Return the hits of a batch by whether each sample is one."""
        return cls(rows=drawn.nonzero()[:, 0]) if _is_counted(drawn) else cls(drawn)

    @classmethod
    def each(cls, numbers: Tensor, count: int) -> list["Hits"]:
        """Return the samples [batch] of each of so many numbers."""
        if not _is_counted(numbers):
            return [cls(numbers == number) for number in range(count)]
        sizes = numbers.bincount(minlength=count).tolist()
        return [cls(rows=rows) for rows in torch.split(numbers.argsort(), sizes)]

    def taken(self, values: Tensor) -> Tensor:
        """Return what is worked on of the values [batch, …] of all samples."""
        return values if self.rows is None else values.index_select(0, self.rows)


def changed(x: Tensor, *changes: tuple[Hits, Callable[[], Tensor]]) -> Tensor:
    """Return samples with those that were hit as each change makes them.

    A change gives all samples that its hits have `taken`; no sample is hit by two.
    """
    found = x.clone()
    for hits, change in changes:
        if hits.drawn is not None:
            found = torch.where(per_sample(hits.drawn, x), change(), found)
        elif hits.rows is not None and len(hits.rows):
            # torch writes rows much more slowly
            found.numpy()[hits.rows.numpy()] = change().numpy()
    return found


def _is_counted(values: Tensor) -> bool:
    return values.device.type == "cpu"
