"""Pairs of sentences as the rows of a file say them, without those that lack something."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from studio.datasets.faulting import problem
from studio.datasets.origins import ROW
from studio.datasets.problems import Problem
from studio.datasets.reading.grid import Grid
from studio.datasets.texts.paired import PairColumns
from studio.errors import DataError
from studio.wording import _


@dataclass(frozen=True)
class Matched:
    """Sentences of both sides with where they come from; `labels` is empty for translations."""

    first: list[str]
    second: list[str]
    labels: list[str]
    origins: list[str]


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
    origins = [ROW.format(row=line) for line in grid.lines.tolist()]
    rows = list(zip(*sides, labels, origins, strict=True))
    kept = [row for row in rows if all(row)]
    if not kept:
        raise DataError(_("No pair of sentences is left."), _("Choose other columns."))
    problems += problem(
        "empty",
        "error",
        _("{count} pairs lack a sentence or a known class."),
        _("They are left out."),
        [row[3] for row in rows if not all(row)],
    )
    problems += problem(
        "duplicate",
        "warning",
        _("{count} pairs say the same as one before them."),
        _("Keep one of each."),
        _doubles(kept),
    )
    first, second, known, places = (list(side) for side in zip(*kept, strict=True))
    return Matched(first, second, known if columns.label else [], places)


def _doubles(rows: Sequence[tuple[str, ...]]) -> list[str]:
    known: set[tuple[str, ...]] = set()
    found = []
    for row in rows:
        if row[:2] in known:
            found.append(row[3])
        known.add(row[:2])
    return found
