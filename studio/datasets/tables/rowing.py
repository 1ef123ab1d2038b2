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
    if is_file(word):
        called, cells = _from_file(Path(word), names, reading)
    else:
        text: Any = np.dtypes.StringDType()
        called = (word,)
        cells = [np.array([cell.strip()], dtype=text) for cell in _typed(word, names)]
    parts = [applied(item, column) for item, column in zip(columns, cells, strict=True)]
    return called, np.concatenate(parts, axis=1)


def _from_file(
    path: Path, names: Sequence[str], reading: Reading
) -> tuple[Sequence[str], Sequence[Array]]:
    grid = read_grid(path, reading)
    called = [f"{path}:{line}" for line in grid.lines.tolist()]
    if not grid.is_named and len(grid.names) == len(names):
        return called, grid.columns
    grid.require(names)
    return called, [grid.column(name) for name in names]


def _typed(word: str, names: Sequence[str]) -> list[str]:
    found: list[str] = [word]
    for delimiter in DELIMITERS.values():
        found = next(csv.reader([word], delimiter=delimiter, skipinitialspace=True), [])
        if len(found) == len(names):
            return found
    raise DataError(
        _("The row has {found} cells, but the network was trained on {expected}.").format(
            found=len(found), expected=len(names)
        ),
        _("The columns are: {columns}.").format(columns=", ".join(names[:50])),
    )
