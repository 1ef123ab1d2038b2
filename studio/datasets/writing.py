"""How what a network writes, one token after the other, is begun, read and ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from studio.datasets.dataset import Array


@dataclass(frozen=True)
class Writer:
    """What belongs to the tokens that a network predicts."""

    ids: Callable[[str], Sequence[int]]
    """Reads what is written so far."""
    said: Callable[[Sequence[int]], str]
    """Says what ids mean."""
    length: int
    """How many tokens the network sees of what is written."""
    input: str = ""
    """The further Input that takes what is written so far; empty for the samples themselves."""
    start: tuple[int, ...] = ()
    """The ids before the first token."""
    end: int | None = None
    """The id after the last token; without one, a text goes on for ever."""

    def sample(self, ids: Sequence[int]) -> Array:
        """Return ids [length] as the network takes them: the last ones, padded behind."""
        seen = [*self.start, *ids]
        if self.input:
            seen = seen[: self.length]
        found = np.zeros(self.length, np.int64)
        kept = seen[-self.length :]
        found[: len(kept)] = kept
        return found

    def is_full(self, ids: Sequence[int]) -> bool:
        """Return whether nothing can be added any more."""
        return bool(self.input) and len(self.start) + len(ids) >= self.length
