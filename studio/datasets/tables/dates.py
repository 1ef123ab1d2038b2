"""How cells are read as dates: the format a whole column is written in, and days since 1970."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array
from studio.datasets.tables.numerals import MISSING

Wide = npt.NDArray[np.float64]
_EPOCH = datetime(1970, 1, 1)
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_DAYS = (
    *("%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%m/%d/%y"),
    *("%d/%m/%y", "%d.%m.%y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%d %B %Y"),
    *("%B %d, %Y", "%Y年%m月%d日", "%Y-%m", "%Y/%m", "%b %Y", "%b-%Y", "%b-%y", "%Y.%m.%d"),
)
FORMATS = ("iso", *(day + clock for clock in _CLOCKS for day in _DAYS))
_MARKS = {form: frozenset(re.sub(r"%?\w|\s", "", form)) for form in FORMATS}
"""What stands between the numbers of each format: a cell without it is looked at no further."""
_LOOKS = re.compile(r"(?=.*\d)[\w年月日]+[-/. ,年月].*")
_SWAPPED = {"%m/%d/%Y": "%d/%m/%Y", "%m/%d/%y": "%d/%m/%y", "%d-%m-%Y": "%m-%d-%Y"}


def date_format(cells: Sequence[str]) -> str:
    """Return the format that nearly all the cells are written in, or nothing."""
    sample = list(dict.fromkeys(cell for cell in cells if cell not in MISSING))[:300]
    if not sample or not all(map(_LOOKS.fullmatch, sample[:5])):
        return ""
    enough = 0.95 * len(sample)
    for form in FORMATS:
        ends = [cell for cell in (sample[0], sample[-1]) if _MARKS[form].issubset(cell)]
        if all(day_in(cell, form) is None for cell in ends):
            continue
        if sum(day_in(cell, form) is not None for cell in sample) >= enough:
            return form
    return ""


def is_ambiguous(cells: Sequence[str], form: str) -> bool:
    """Return whether day and month could as well be the other way round."""
    day = form.split(" %H", maxsplit=1)[0].split(" %I", maxsplit=1)[0]
    if day not in _SWAPPED:
        return False
    other = form.replace(day, _SWAPPED[day])
    return all(day_in(cell, other) is not None for cell in set(cells) - MISSING)


def days_of(cells: Array, form: str) -> Wide:
    """Return days since 1970 with their fraction, NaN for what is no date in that format."""
    known: dict[str, float] = {}
    values = np.empty(len(cells), np.float64)
    for row, cell in enumerate(cells.tolist()):
        value = known.get(cell)
        if value is None:
            day = day_in(cell, form)
            value = known[cell] = float("nan") if day is None else day
        values[row] = value
    return values


def day_in(cell: str, form: str) -> float | None:
    """Return the days since 1970 that a cell says, or None."""
    try:
        found = _iso(cell) if form == "iso" else datetime.strptime(cell, form)
        return (found - _EPOCH).total_seconds() / 86_400
    except (ValueError, OverflowError):
        return None


def _iso(cell: str) -> datetime:
    if len(cell) < 8 or "-" not in cell[4:5]:  # 20240131 is a number before it is a date
        raise ValueError(cell)
    found = datetime.fromisoformat(cell)
    return found if found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)
