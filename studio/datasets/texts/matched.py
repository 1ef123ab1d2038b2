"""Pairs of sentences as the rows of a file say them, without those that lack something."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from studio.datasets.dataset import Array
from studio.datasets.faulting import problem
from studio.datasets.problems import Problem
from studio.datasets.reading.grid import Grid
from studio.datasets.texts.paired import PairColumns
from studio.errors import DataError
from studio.wording import Plural, _

_LACKING = Plural(
    "{count} pair lacks a sentence or a known class.",
    "{count} pairs lack a sentence or a known class.",
)
_REPEATED = Plural(
    "{count} pair says the same as one before it.",
    "{count} pairs say the same as one before them.",
)


@dataclass(frozen=True)
class Matched:
    """Sentences of both sides with where they come from; `labels` is empty for translations."""

    first: list[str]
    second: list[str]
    labels: list[str]
    origins: list[str]
    parts: list[str]
    """The part each pair is in; nothing where none is said."""

    def of_part(self, part: str) -> Array | None:
        """Return the numbers of the pairs that are said to be in a part, None if there are none."""
        found = [row for row, said in enumerate(self.parts) if said == part]
        return np.array(found, np.int64) if found else None


def matched(
    grid: Grid,
    columns: PairColumns,
    spell: Callable[[str], str],
    classes: Sequence[str] | None,
    problems: list[Problem],
) -> Matched:
    """Return the pairs in a table; those that lack a sentence or a class are left out and noted.

    With `classes`, others than these are none. Raises DataError if no pair is left.
    """
    sides = [map(spell, grid.column(name).tolist()) for name in (columns.first, columns.second)]
    labels = grid.column(columns.label).tolist() if columns.label else ["-"] * len(grid)
    if classes is not None:
        labels = [label if label in classes else "" for label in labels]
    parts = grid.parts or ("",) * len(grid)
    rows = list(zip(*sides, labels, grid.origins(), parts, strict=True))
    kept = [row for row in rows if all(row[:3])]
    if not kept:
        raise DataError(_("No pair of sentences is left."), _("Choose other columns."))
    problems += problem(
        "empty",
        "error",
        _LACKING,
        _("They are left out."),
        [row[3] for row in rows if not all(row[:3])],
    )
    problems += problem(
        "duplicate",
        "warning",
        _REPEATED,
        _("Keep one of each."),
        _doubles(kept),
    )
    first, second, known, places, said = (list(side) for side in zip(*kept, strict=True))
    return Matched(first, second, known if columns.label else [], places, said)


def _doubles(rows: Sequence[tuple[str, ...]]) -> list[str]:
    known: set[tuple[str, ...]] = set()
    found = []
    for row in rows:
        if row[:2] in known:
            found.append(row[3])
        known.add(row[:2])
    return found
