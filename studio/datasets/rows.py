"""Rows of measurements typed by hand or read from a CSV file, matched with a data set's columns."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.datasets.places import require_file
from studio.datasets.reading.dialect import Dialect
from studio.datasets.reading.faults import Faults
from studio.datasets.reading.grid import Reading, dialect_of, opened, require_size
from studio.datasets.reading.lines import Lines
from studio.datasets.reading.records import records
from studio.errors import DataError, FileError
from studio.wording import _

LARGEST = 256 * 2**20
_SEPARATORS = ",\t"

Floats = npt.NDArray[np.float32]


def parse_row(text: str, columns: Sequence[str]) -> Floats:
    """Return one typed row, "5.1, 3.5, 1.4, 0.2", as [1, columns].

    Raises DataError for a wrong number of values or one that is not a finite number.
    """
    return _table([(1, _cells(text))], columns)


def read_rows(path: Path, columns: Sequence[str]) -> Floats:
    """Return the rows of a CSV file as [rows, columns].

    A first line without any number is a line of names; if it holds every column's name, further
    columns are left out and the order does not matter, if it holds none, the order counts. Comma,
    semicolon and tab separate. Raises FileError for a file that cannot be read, DataError for names
    of which only some fit, and naming row and column for what is not a number.
    """
    lines = [(number, cells) for number, cells in _records(path) if any(map(str.strip, cells))]
    if lines and not any(map(_is_number, lines[0][1])):
        names = [cell.strip() for cell in lines[0][1]]
        lines = lines[1:]
        if _are_named(columns, names, path):
            lines = [(number, _picked(number, cells, columns, names)) for number, cells in lines]
    if not lines:
        raise DataError(_("{path} has no rows of numbers.").format(path=path))
    return _table(lines, columns)


def _records(path: Path) -> list[tuple[int, list[str]]]:
    require_file(path)
    require_size(path, LARGEST)
    dialect = dialect_of(path, Reading(header="no")) or Dialect(",", quoted=True, header=False)
    dialect, faults = replace(dialect, skipped=0), Faults()
    with opened(path) as stream:
        rows = list(records(Lines(stream, faults, None, 0), dialect, 0))
    for fault in faults.problems(path.name):
        raise FileError(
            _("{path} is not a readable table: {reason}").format(path=path, reason=fault.sentence),
            _("It begins in {row}.").format(row=fault.places[0]),
        )
    return [(number, _pointed(cells, dialect.delimiter)) for number, cells in rows]


def _cells(text: str) -> list[str]:
    separator = _separator(text)
    return _pointed(text.split(separator if separator in text else None), separator)


def _separator(line: str) -> str:
    """Return what separates the cells; beside a semicolon, commas belong to the numbers."""
    return ";" if ";" in line else max(_SEPARATORS, key=line.count)


def _pointed(cells: list[str], separator: str) -> list[str]:
    """Return the cells with decimal commas written as points, where no comma separates."""
    if separator == ",":
        return cells
    pointed = [cell.replace(",", ".") for cell in cells]
    return [new if _is_number(new) else cell for new, cell in zip(pointed, cells, strict=True)]


def _are_named(columns: Sequence[str], names: Sequence[str], path: Path) -> bool:
    """Return whether the names are all there (or else none); raises DataError for only some."""
    missing = [column for column in columns if column not in names]
    if not missing or len(missing) == len(columns):
        return not missing
    unknown = [name for name in names if name and name not in columns]
    raise DataError(
        _("The first line of {path} does not name “{missing}”.").format(
            path=path, missing=", ".join(missing)
        ),
        _("It has the unknown “{unknown}”.").format(unknown=", ".join(unknown))
        if unknown
        else _("The columns are: {columns}.").format(columns=", ".join(columns)),
    )


def _picked(
    number: int, cells: list[str], columns: Sequence[str], names: Sequence[str]
) -> list[str]:
    places = [names.index(column) for column in columns]
    if len(cells) <= max(places) or any(map(str.strip, cells[len(names) :])):
        raise DataError(
            _("Row {row} has {found} values, but the first line names {expected} columns.").format(
                row=number, found=len(cells), expected=len(names)
            )
        )
    return [cells[place] for place in places]


def _table(lines: Sequence[tuple[int, Sequence[str]]], columns: Sequence[str]) -> Floats:
    return np.array([_row(number, cells, columns) for number, cells in lines], dtype=np.float32)


def _row(number: int, cells: Sequence[str], columns: Sequence[str]) -> list[float]:
    if len(cells) != len(columns):
        raise DataError(
            _("Row {row} has {found} values, but the network was trained on {expected}.").format(
                row=number, found=len(cells), expected=len(columns)
            ),
            _("The columns are: {columns}.").format(columns=", ".join(columns)),
        )
    return [
        _number(cell.strip(), number, column) for cell, column in zip(cells, columns, strict=True)
    ]


def _number(cell: str, row: int, column: str) -> float:
    value = float(cell) if _is_number(cell) else math.nan
    if abs(value) <= float(np.finfo(np.float32).max):
        return value
    raise DataError(
        _("Row {row}, column “{column}” holds {value} instead of a number.").format(
            row=row, column=column, value=f"“{cell[:40]}”"
        ),
        _("Fill it in or remove the row."),
    )


def _is_number(cell: str) -> bool:
    if "_" in cell or not cell.strip().isascii():  # Python reads 1_0 and foreign digits too
        return False
    try:
        float(cell)
    except ValueError:
        return False
    return True
