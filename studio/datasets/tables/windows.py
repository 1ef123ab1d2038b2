"""How a series in order of time is cut into windows that never lie in two parts."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Windows:
    """Where windows begin in a series, and which part each of them belongs to."""

    starts: Indices
    parts: tuple[Indices, Indices, Indices]
    """Numbers of the windows that train, watch and judge."""


def windows_in(steps: int, span: int, stride: int, shares: Sequence[float]) -> Windows:
    """Return the windows of `span` steps in a series of `steps`, one every `stride` steps.

    `shares` are those of validation and test, which are the last steps of the series.
    """
    watch, judge = (round(steps * share) for share in shares)
    borders = (0, steps - watch - judge, steps - judge, steps)
    found: list[Indices] = []
    for start, end in itertools.pairwise(borders):
        found.append(np.arange(start, max(start, end - span + 1), stride, dtype=np.int64))
    ends = np.cumsum([len(one) for one in found])
    train, watching, judging = np.split(np.arange(ends[-1]), ends[:-1])
    return Windows(np.concatenate(found), (train, watching, judging))


def sliced(values: Array, starts: Indices, offset: int, count: int) -> Array:
    """Return [windows, count, ...] of [steps, ...]: `count` steps from each start + `offset`."""
    steps = starts[:, np.newaxis] + np.arange(offset, offset + count)
    found: Array = values[steps]
    return found


def filled(values: Array, before: Array) -> Array:
    """Return [steps, columns] with NaN replaced by the last value known then, at first `before`."""
    found = values.copy()
    for place in range(values.shape[1]):
        column = found[:, place]
        known = np.where(np.isnan(column), -1, np.arange(len(column)))
        last = np.maximum.accumulate(known)
        found[:, place] = np.where(last < 0, before[place], column[np.maximum(last, 0)])
    return found
