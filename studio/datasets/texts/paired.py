"""Which columns of a file hold the two sentences of a pair, and which their class."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.datasets.dataset import Array
from studio.datasets.reading.grid import Grid
from studio.errors import DataError
from studio.fields import Declared, text
from studio.wording import _

_LABELS = frozenset(
    (
        *("label", "labels", "class", "gold_label", "is_duplicate", "relation", "score"),
        *("target", "judgement", "entailment"),
    )
)


_TOGETHER = (
    *(("premise", "hypothesis"), ("question", "answer"), ("question", "sentence")),
    *(("source", "target"), ("english", "chinese"), ("en", "zh"), ("query", "title")),
)
"""Names of sentences of which the one is about the other."""
_ASIDE = {"id", "parse", "binary", "qid1", "score"}
_BETWEEN = re.compile(r"[\W_]+")
_LONGER = 1.6
"""How much longer than the other one of a pair is on average at most."""


@dataclass(frozen=True)
class PairColumns:
    """Names of columns; `label` is empty for translations."""

    first: str
    second: str
    label: str = ""


class SentenceColumns(Declared):
    """Which columns of rows hold the sentences and their class; by default, their cells decide."""

    first_column: str = text(
        default="",
        hint="The column with the sentence that is read; empty takes the first of words.",
        label="First column",
    )
    second_column: str = text(
        default="",
        hint="The column with the sentence to write, or to compare; empty takes the next one.",
        label="Second column",
    )
    label_column: str = text(
        default="",
        hint="The column with the class of a pair; without one, the second sentence is predicted.",
        label="Class column",
    )


def pair_columns(grid: Grid, first: str = "", second: str = "", label: str = "") -> PairColumns:
    """Return the columns of pairs; what is given is taken.

    Raises DataError if there are not two columns of words, or a name is not there.
    """
    given = [name for name in (first, second, label) if name]
    grid.require(given)
    free = [name for name in grid.names if name not in given]
    worded = [name for name in free if _is_worded(grid.column(name))]
    if grid.is_named:
        worded = twins(worded) or worded
    if len(worded) + bool(first) + bool(second) < 2:
        raise DataError(
            _("The table has no two columns of sentences."),
            _("Its columns are: {columns}.").format(columns=", ".join(grid.names[:20])),
        )
    rest = iter(worded)
    first, second = first or next(rest), second or next(rest)
    if not label:
        left = [name for name in free if name not in (first, second)]
        left.sort(key=lambda name: name.casefold() not in _LABELS)
        label = next((name for name in left if _is_class(name, grid.column(name))), "")
    return PairColumns(first, second, label)


def are_alike(grid: Grid, columns: PairColumns) -> bool:
    """Return whether both columns are of one kind, rather than a title and a text."""
    if grid.is_named:
        return bool(twins((columns.first, columns.second)))
    both = (columns.first, columns.second)
    lengths = [float(np.strings.str_len(grid.column(name)).mean()) for name in both]
    return max(lengths) <= _LONGER * min(lengths)


def twins(names: Sequence[str]) -> list[str]:
    """Return two columns of names that differ in a number alone, or that belong together."""
    spelled = {name.casefold(): name for name in names}
    for first, second in _TOGETHER:
        if first in spelled and second in spelled:
            return [spelled[first], spelled[second]]
    for name, whole in spelled.items():
        other = name.replace("1", "2", 1)
        if other != name and other in spelled and not _ASIDE & set(_BETWEEN.split(name)):
            return [whole, spelled[other]]
    return []


def _is_worded(cells: Array) -> bool:
    """Return whether cells say something, at many places something else."""
    listed = cells.tolist()
    letters = "".join(listed[:200])
    worded = sum(map(str.isalpha, letters)) > 0.5 * max(1, len(letters))
    varied = len(set(listed)) > 0.2 * len(listed)
    return worded and varied and float(np.strings.str_len(cells).mean()) >= 3


def _is_class(name: str, cells: Array) -> bool:
    kinds = len(set(cells.tolist()))
    return 2 <= kinds <= 10 or (name.casefold() in _LABELS and kinds <= 0.1 * len(cells))
