"""How cells are read as numbers, in whichever way people write them."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array
from studio.fields import choice

Wide = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]

_WORDS = ("na", "n/a", "nan", "null", "none", "nil", "missing", "#n/a", "#na", "<na>", "nat")
_MARKS = ("", "?", "-", "--", ".", "..", "NaN", "n.a.", "k.A.", "k. A.", "#NV")
_FAILED = ("#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
"""What a spreadsheet writes where a formula came to nothing."""
MISSING = frozenset((*_MARKS, *_FAILED, *_WORDS, *map(str.upper, _WORDS), *map(str.title, _WORDS)))
"""What people write where there is nothing."""
_POINT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(\d+,\d*|,\d+)([eE][+-]?\d+)?")
_POINT_THOUSANDS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?")
_COMMA_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_AROUND = re.compile(r"^[$€£¥]\s*|\s*[%$€£¥]$")
_MEASURED = re.compile(r"[+-]?[\d.,]+\s+([^\W\d_]{1,8})")
_SEEN, _NEARLY = 300, 0.9
"""Cells by which a unit is told, and the share of them that must have it."""
_LONGEST = 400
"""Characters of a number at most; the largest float has 309 digits."""
_SPACES = re.compile(r"(?<=\d)[ \u00a0\u202f'](?=\d{3})")


def decimal_setting() -> Any:
    """Declare which mark stands before the fraction of a number."""
    return choice(
        default="found",
        options=("found", "point", "comma"),
        hint="What stands before the fraction of a number.",
        label="Decimal mark",
    )


@dataclass(frozen=True, eq=False)
class Numbers:
    """A column read as numbers."""

    values: Wide
    """[rows]; NaN where there is none."""
    is_missing: Flags
    is_bad: Flags
    """Where a cell says something that is no number."""
    mixed: Indices
    """Rows whose decimal mark is not the usual one of the column."""
    decimal: str = "point"

    def kept(self, rows: Array) -> "Numbers":
        """Return those of some rows: a mask, or numbers in a new order; `mixed` is left behind."""
        none = np.array([], np.int64)
        bad = self.is_bad[rows]
        return Numbers(self.values[rows], self.is_missing[rows], bad, none, self.decimal)

    @property
    def is_endless(self) -> Flags:
        """Where a number is infinite, or too large to be held: 1e999."""
        return ~(np.abs(np.nan_to_num(self.values, nan=0.0)) <= float(np.finfo(np.float32).max))


def missing_in(cells: Array) -> Flags:
    """Return where there is nothing; cells are [rows] strings."""
    return np.fromiter((cell in MISSING for cell in cells.tolist()), np.bool_, len(cells))


def numbers_of(cells: Array, decimal: str = "found") -> Numbers:
    """Read a column of strings; `decimal` is point, comma, or found."""
    if decimal != "comma" and (plain := _plain(cells)) is not None:
        empty: Flags = np.isnan(plain)
        return Numbers(plain, empty, np.zeros(len(cells), np.bool_), np.array([], np.int64))
    listed = cells.tolist()
    is_missing = np.fromiter((cell in MISSING for cell in listed), np.bool_, len(listed))
    if unit := _unit_of(listed):
        listed = [cell.removesuffix(unit).rstrip() for cell in listed]
    points, commas, vague = _marks(listed)
    if decimal == "found":
        decimal = "comma" if len(commas) > len(points) + vague / 10 else "point"
    values = np.fromiter((number_in(cell, decimal) for cell in listed), np.float64, len(listed))
    mixed = (points if decimal == "comma" else commas) if points or vague else []
    is_bad = np.isnan(values) & ~is_missing
    return Numbers(values, is_missing, is_bad, np.array(mixed, np.int64), decimal)


def number_in(cell: str, decimal: str = "point") -> float:
    """Return the number a cell says, or NaN if it says none.

    Currency, percent signs and marks between thousands are passed over; a mark that can only be a
    decimal one is taken for one whatever the column does.
    """
    cell = cell.strip()
    if len(cell) > _LONGEST:
        return math.nan
    if _POINT.fullmatch(cell) and not (decimal == "comma" and _POINT_THOUSANDS.fullmatch(cell)):
        return float(cell)
    return _spelled(_SPACES.sub("", _AROUND.sub("", cell)), decimal)


def _spelled(cell: str, decimal: str) -> float:
    if decimal == "comma" and _POINT_THOUSANDS.fullmatch(cell):
        cell = cell.replace(".", "").replace(",", ".")
    elif decimal == "point" and _COMMA_THOUSANDS.fullmatch(cell):
        cell = cell.replace(",", "")
    elif _COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
    if cell.lower().lstrip("+-") in {"inf", "infinity", "∞"}:
        return -math.inf if cell.startswith("-") else math.inf
    return float(cell) if _POINT.fullmatch(cell) else math.nan


def _unit_of(cells: Sequence[str]) -> str:
    """Return the unit that nearly all numbers have behind a blank, as in 23.4 kmpl, or nothing."""
    filled = [cell for cell in cells[:_SEEN] if cell not in MISSING]
    units = Counter(found[1] for cell in filled if (found := _MEASURED.fullmatch(cell)))
    unit, count = max(units.items(), key=lambda item: item[1], default=("", 0))
    return unit if count >= _NEARLY * len(filled) else ""


def _plain(cells: Array) -> Wide | None:
    """Return the numbers if nothing but plain ones and empty cells are there: the fast way."""
    text: Any = np.dtypes.StringDType()
    try:
        values = np.where(cells == "", np.array("nan", dtype=text), cells).astype(np.float64)
    except ValueError:
        return None
    odd = bool((np.strings.find(cells, "_") >= 0).any())
    return None if odd or not _are_ascii(cells) else values


def _are_ascii(cells: Array) -> bool:
    return all(map(str.isascii, cells[:1000].tolist()))


def _marks(cells: Iterable[str]) -> tuple[list[int], list[int], int]:
    """Return which cells have a decimal point, which a comma, and how many may have a point.

    1.234 is such a one: the point may as well stand between thousands.
    """
    points, commas, vague = [], [], 0
    for row, whole in enumerate(cells):
        cell = _AROUND.sub("", whole)
        if "," in cell:
            is_plain = _COMMA.fullmatch(cell) and not _COMMA_THOUSANDS.fullmatch(cell)
            if is_plain or _POINT_THOUSANDS.fullmatch(cell):
                commas.append(row)
        elif "." in cell and _POINT.fullmatch(cell):
            if _POINT_THOUSANDS.fullmatch(cell):
                vague += 1
            else:
                points.append(row)
    return points, commas, vague
