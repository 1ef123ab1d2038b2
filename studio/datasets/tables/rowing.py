"""New rows of a table, typed by hand or read from a file, prepared as the others were."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from studio.datasets.addressing import is_file
from studio.datasets.dataset import Array
from studio.datasets.reading.dialect import DELIMITERS
from studio.datasets.reading.grid import Reading, read_grid
from studio.datasets.tables.columns import applied
from studio.datasets.tables.labels import column_of
from studio.errors import DataError
from studio.wording import _


def rows_of(word: str, learned: Mapping[str, Any], reading: Reading) -> tuple[Sequence[str], Array]:
    """Return what rows are called, and their inputs [rows, columns]: "3, male, 22", or a file's.

    Cells are those of the columns that were learned, in their order; an empty one is missing.
    Raises DataError for a wrong number of cells.
    """
    columns = learned.get("columns")
    if not columns:
        raise DataError(_("Nothing was learned of this table yet."), _("Train on it first."))
    names = [item["name"] for item in columns]
    wholes = _wholes(names, learned)
    if is_file(word):
        called, cells = _from_file(Path(word), names, wholes, reading)
    else:
        text: Any = np.dtypes.StringDType()
        called = (word,)
        cells = [np.array([cell.strip()], dtype=text) for cell in _typed(word, names, wholes)]
    parts = [applied(item, column) for item, column in zip(columns, cells, strict=True)]
    return called, np.concatenate(parts, axis=1)


def _wholes(names: Sequence[str], learned: Mapping[str, Any]) -> dict[int, Sequence[str]]:
    """Return which columns rows of so many cells have: all those of the file, or those in use."""
    every = learned.get("names", ())
    targets = {column_of(item) for item in learned.get("targets", ())}
    asked = [name for name in every if name not in targets]
    return {len(every): every, len(asked): asked, len(names): names}


def _from_file(
    path: Path, names: Sequence[str], wholes: Mapping[int, Sequence[str]], reading: Reading
) -> tuple[Sequence[str], Sequence[Array]]:
    grid = read_grid(path, reading)
    called = [f"{path}:{line}" for line in grid.lines.tolist()]
    if not grid.is_named and (whole := wholes.get(len(grid.names))):
        return called, _picked(grid.columns, whole, names)
    grid.require(names)
    return called, [grid.column(name) for name in names]


def _typed(word: str, names: Sequence[str], wholes: Mapping[int, Sequence[str]]) -> Sequence[str]:
    ways = (
        csv.reader([word], delimiter=mark, skipinitialspace=True) for mark in DELIMITERS.values()
    )
    read = sorted((next(way, []) for way in ways), key=len, reverse=True)
    for cells in read:  # where several fit, the one that divides most
        if cells and (whole := wholes.get(len(cells))):
            return _picked(cells, whole, names)
    found = read[0]
    raise DataError(
        _("The row has {found} cells, but the network was trained on {expected}.").format(
            found=len(found), expected=len(names)
        ),
        _("The columns are: {columns}.").format(columns=", ".join(names[:50])),
    )


def _picked(cells: Sequence[Any], whole: Sequence[str], names: Sequence[str]) -> list[Any]:
    return [cells[whole.index(name)] for name in names]
