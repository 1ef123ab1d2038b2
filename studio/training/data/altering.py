"""How batches are changed at random several at a time, which is faster where they are small."""

import threading
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from studio.training.choices.augmentations import Augmentation
from studio.training.data.augment import augmented

_NUMBERS, _MOST = 1 << 21, 8
"""So many numbers, and so many batches, are changed at once at most."""
_KEPT = 2
"""Changes that are kept until all of their batches were asked for."""


class Altered:
    """The samples of each batch, by its place, as augmentations that mix none of them change them.

    May be asked by several threads; what a batch is does not hang on the order.
    """

    def __init__(
        self,
        raw: Callable[[int], Tensor],
        augment: Sequence[Augmentation],
        drawn: Sequence[Sequence[Tensor]],
        numbers: int,
    ) -> None:
        """Take batches from `raw`, and what was drawn for each; one has so many `numbers`."""
        self._raw, self._augment, self._drawn = raw, augment, drawn
        self._together = max(1, min(_MOST, _NUMBERS // max(1, numbers)))
        self._made: dict[int, tuple[Tensor, ...]] = {}
        self._lock = threading.Lock()

    def __call__(self, place: int) -> Tensor:
        """Return the changed samples of one batch."""
        first = place - place % self._together
        with self._lock:
            if first not in self._made:
                while len(self._made) >= _KEPT:
                    self._made.pop(next(iter(self._made)))
                self._made[first] = self._changed(first)
            return self._made[first][place - first]

    def _changed(self, first: int) -> tuple[Tensor, ...]:
        drawn = [list(each[first : first + self._together]) for each in self._drawn]
        batches = [self._raw(first + at) for at in range(len(drawn[0]))]
        whole = torch.cat(batches)
        found, _truth = augmented(whole, whole, self._augment, [torch.cat(each) for each in drawn])
        return torch.split(found, list(map(len, batches)))
