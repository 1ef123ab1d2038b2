"""How lists of ids of different lengths become one array, and which length suits them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]

_USUAL = 0.98
LONGEST = 1024


def usual_length(ids: Sequence[Sequence[int]], most: int = LONGEST) -> int:
    """Return the length that 98 of 100 texts do not exceed, from 1 to `most`."""
    lengths = sorted(map(len, ids)) or [1]
    return max(1, min(most, lengths[min(len(lengths) - 1, int(_USUAL * len(lengths)))]))


def padded(
    ids: Sequence[Sequence[int]], length: int, *, before: bool = False, filler: int = 0
) -> Ids:
    """Return [texts, length] ids, cut at their end and filled up with `filler`."""
    found = np.full((len(ids), length), filler, np.int64)
    for row, line in enumerate(ids):
        kept = line[:length]
        if kept and before:
            found[row, length - len(kept) :] = kept
        elif kept:
            found[row, : len(kept)] = kept
    return found
