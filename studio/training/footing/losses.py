"""Whether the loss of a run runs away: far above what it was, and worse than it ever began."""

from collections import deque
from collections.abc import Sequence
from statistics import median

import torch
from torch import Tensor

_FACTOR = 1000.0
"""How far above the median of the latest good losses a loss has run away."""
_ABOVE_START = 10.0
"""A loss below so many times that of the first step is no failure, however small it was since."""
_IN_A_ROW = 3
"""A single batch may be strange; so many in a row are no accident."""
_REMEMBERED = 500


class Losses:
    """The losses of the steps so far, taken in bunches."""

    def __init__(self) -> None:
        self._first: float | None = None
        self._good: deque[float] = deque(maxlen=_REMEMBERED)

    def runaway(self, losses: Sequence[float]) -> int | None:
        """Return the place of the first loss that ran away for good; else remember them all."""
        if not losses:
            return None
        first = self._first if self._first is not None else losses[0]
        limit = max(_FACTOR * abs(median(self._good or [first])), _ABOVE_START * abs(first))
        found = _first_run([loss > limit for loss in losses]) if limit > 0 else None
        if found is None:
            self._first = first
            self._good.extend(losses)
        return found

    def state(self) -> Tensor:
        """Return all that is remembered as float64: the first loss, then the latest good ones."""
        first = [] if self._first is None else [self._first]
        return torch.tensor([*first, *self._good], dtype=torch.float64)

    def take_up(self, state: Tensor) -> None:
        """Remember what `state` told."""
        first, *good = state.tolist() or [None]
        self._first = first
        self._good.extend(good)


def _first_run(high: Sequence[bool]) -> int | None:
    """Return where the flags begin to stay set to the end, if they do so long enough."""
    count = 0
    for flag in reversed(high):
        if not flag:
            break
        count += 1
    return len(high) - count if count >= _IN_A_ROW else None
