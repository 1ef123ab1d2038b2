"""Which columns of a file hold the two sentences of a pair, and which their class."""

from dataclasses import dataclass

import numpy as np

from studio.datasets.dataset import Array
from studio.datasets.reading.grid import Grid
from studio.errors import DataError
from studio.wording import _

_LABELS = frozenset(
    (
        *("label", "labels", "class", "gold_label", "is_duplicate", "relation", "score"),
        *("target", "judgement", "entailment"),
    )
)


@dataclass(frozen=True)
class PairColumns:
    """Names of columns; `label` is empty for translations."""

    first: str
    second: str
    label: str = ""


def pair_columns(grid: Grid, first: str = "", second: str = "", label: str = "") -> PairColumns:
    """Return the columns of pairs; what is given is taken.

    Raises DataError if there are not two columns of words, or a name is not there.
    """
    given = [name for name in (first, second, label) if name]
    grid.require(given)
    free = [name for name in grid.names if name not in given]
    worded = [name for name in free if _is_worded(grid.column(name))]
    if len(worded) + bool(first) + bool(second) < 2:
        raise DataError(
            _("The table has no two columns of sentences."),
            _("Its columns are: {columns}.").format(columns=", ".join(grid.names[:20])),
        )
    rest = iter(worded)
    first, second = first or next(rest), second or next(rest)
    if not label:
        left = [name for name in free if name not in (first, second)]
        label = next((name for name in left if _is_class(name, grid.column(name))), "")
    return PairColumns(first, second, label)


def _is_worded(cells: Array) -> bool:
    """Return whether cells say something, at many places something else."""
    listed = cells.tolist()
    letters = "".join(listed[:200])
    worded = sum(map(str.isalpha, letters)) > 0.5 * max(1, len(letters))
    varied = len(set(listed)) > 0.2 * len(listed)
    return worded and varied and float(np.strings.str_len(cells).mean()) >= 3


def _is_class(name: str, cells: Array) -> bool:
    kinds = len(set(cells.tolist()))
    return kinds <= 10 or (name.casefold() in _LABELS and kinds <= 0.1 * len(cells))
