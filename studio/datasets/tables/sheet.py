"""A table whose columns have kinds and roles, on its way to becoming samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array
from studio.datasets.origins import as_told
from studio.datasets.problems import MOST_NAMED
from studio.datasets.reading.grid import Grid
from studio.datasets.tables.answers import answers_of
from studio.datasets.tables.kinds import INPUTS, Kind
from studio.datasets.tables.labels import column_of
from studio.datasets.tables.numerals import missing_in

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Sheet:
    """Columns with their kinds, and the answers read from some of them."""

    grid: Grid
    kinds: Mapping[str, Kind]
    """Of the columns that are not targets, by name."""
    targets: Sequence[Mapping[str, Any]]
    """How the answers of each target are read; see `learn_answer`."""
    answers: tuple[Array, ...]
    """[rows] for each target: float64 with NaN, or class numbers with -1."""

    def __len__(self) -> int:
        return len(self.grid)

    @property
    def inputs(self) -> list[Kind]:
        """The columns that become inputs, in order."""
        return [kind for kind in self.kinds.values() if kind.kind in INPUTS]

    @property
    def learned(self) -> dict[str, Any]:
        """How answers are read, and which columns stand in the file, as JSON."""
        return {"targets": list(self.targets), "names": list(self.grid.names)}

    @property
    def is_answered(self) -> Flags:
        """Which rows have an answer for every target."""
        found = np.ones(len(self), np.bool_)
        for answer in self.answers:
            found &= ~np.isnan(answer) if answer.dtype.kind == "f" else answer >= 0
        return found

    def empty(self, kind: Kind) -> Flags:
        """Return which rows say nothing usable in a column."""
        if kind.kind == "number" and kind.numbers is not None:
            found: Flags = np.isnan(kind.numbers.values) | kind.numbers.is_endless
            return found
        return missing_in(self.grid.column(kind.name))

    def kept(self, rows: Array) -> "Sheet":
        """Return only some rows: a mask, or numbers in a new order."""
        kinds = {
            name: replace(kind, numbers=kind.numbers and kind.numbers.kept(rows))
            for name, kind in self.kinds.items()
        }
        answers = tuple(answer[rows] for answer in self.answers)
        return Sheet(self.grid.kept(rows), kinds, self.targets, answers)

    def named(self, rows: Array) -> tuple[str, ...]:
        """Return the first of some rows as people name them: by their line in the file."""
        some = np.arange(len(self))[rows][:MOST_NAMED]
        return tuple(map(as_told, self.grid.kept(some).origins()))

    def marks(self) -> npt.NDArray[np.uint64]:
        """Return a number [rows] that two rows share only if they say the same.

        Numbers that merely count the rows do not count.
        """
        found = np.zeros(len(self), np.uint64)
        for place, name in enumerate(self.grid.names):
            kind = self.kinds.get(name)
            if kind is None or kind.kind != "identifier" or kind.numbers is None:
                found = found * np.uint64(0x9E3779B97F4A7C15) + _hashed(
                    self.grid.columns[place], kind
                )
        return found


def sheet_of(grid: Grid, kinds: Mapping[str, Kind], targets: Sequence[Mapping[str, Any]]) -> Sheet:
    """Return a sheet with the answers read from the grid."""
    answers = tuple(answers_of(target, grid.column(column_of(target))) for target in targets)
    return Sheet(grid, kinds, targets, answers)


def _hashed(cells: Array, kind: Kind | None) -> npt.NDArray[np.uint64]:
    if kind is not None and kind.numbers is not None and not kind.numbers.is_bad.any():
        values = np.nan_to_num(kind.numbers.values, nan=-1.2345e300) + 0.0
        bits = values.view(np.uint64)
        return (bits ^ (bits >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hash(cell) & 0xFFFFFFFFFFFFFFFF for cell in cells.tolist())
    return np.fromiter(hashes, np.uint64, len(cells))
