"""The rows of a table in order of time, with what is odd about their times."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array
from studio.datasets.problems import Gravity, Problem
from studio.datasets.reading.grid import Grid
from studio.datasets.tables.dates import date_format, days_of
from studio.datasets.tables.numerals import numbers_of
from studio.errors import DataError
from studio.wording import Plural, _, marked

Wide = npt.NDArray[np.float64]
_EVEN, _VERY_EVEN = 0.75, 0.9
_SINGLE = 0.9
"""Share of rows with a time of their own in a table that is a series."""
_CLOCK = re.compile(r"(\d{1,2})(?::|\.(?=\d\d\.))(\d{2})(?:[:.](\d{2}))?")
"""17:24, 17:24:00 or 17.24.00, but not 17.24."""
_SEEN = 500
_CALENDAR = ("year", "month", "day", "hour", "minute")
"""Names of columns that together say when; the first three are needed."""
_TIMELY = {
    *("time", "timestamp", "date", "year", "month", "day", "hour"),
    *("年", "年份", "时间", "日期"),
}

_ODD_TIMES: dict[str, tuple[Gravity, Plural, str]] = {
    "missing_date": (
        "error",
        Plural(
            "{count} row says no time in “{column}”.", "{count} rows say no time in “{column}”."
        ),
        marked("They are left out; correct them."),
    ),
    "duplicate_date": (
        "warning",
        Plural(
            "{count} row is of a time that is there already, by “{column}”.",
            "{count} rows are of a time that is there already, by “{column}”.",
        ),
        marked("The first row of each time is kept."),
    ),
    "unordered": (
        "note",
        Plural(
            "{count} row is earlier than the row before it, by “{column}”.",
            "{count} rows are earlier than the row before them, by “{column}”.",
        ),
        marked("They are sorted here; nothing is changed in the file."),
    ),
}


@dataclass(frozen=True, eq=False)
class Timeline:
    """Columns of numbers, one row after the other in time."""

    name: str
    """The column that says when; empty if the rows are simply in order."""
    lines: list[int]
    """Where each row stands in the file."""
    values: Mapping[str, Wide]
    """[rows] of every column of numbers, NaN where there is none."""
    is_dated: bool
    is_even: bool
    """Whether three of four steps in time are alike, as those from a weekday to the next are."""
    problems: tuple[Problem, ...] = ()


def timeline_of(grid: Grid, name: str = "", decimal: str = "found") -> Timeline:
    """Return a table in order of time; without a name, the column that says when is found.

    Rows without a time, and later ones of a time that is there already, are left out and named.
    Raises DataError if there is no column of numbers.
    """
    grid.require([name] if name else [])
    name = name or _time_column(grid)
    times, is_dated = _times(grid, name, decimal)
    rows, problems = _ordered(grid, name, times)
    values = {
        other: found
        for other in grid.names
        if other != name and (found := _numbers(grid.column(other), decimal)) is not None
    }
    if not values:
        raise DataError(
            _("The table has no column of numbers to follow through time."),
            _("Its columns are: {columns}.").format(columns=", ".join(grid.names[:20])),
        )
    steps = np.diff(times[rows])
    usual = float(np.median(steps)) if len(steps) else 0.0
    even = float((abs(steps - usual) <= 0.15 * usual).mean()) if usual > 0 else 0.0
    is_even = even > _EVEN and len(rows) > _SINGLE * len(grid)
    if even > _VERY_EVEN and is_dated:
        problems += _jumps(grid, rows, steps, usual)
    kept = {other: column[rows] for other, column in values.items()}
    return Timeline(name, grid.lines[rows].tolist(), kept, is_dated, is_even, tuple(problems))


def _time_column(grid: Grid) -> str:
    for name in grid.names:
        if date_format(grid.column(name)[:_SEEN].tolist()):
            return name
    if (said := _calendar(grid)) is not None:
        return said[0]
    return next(filter(lambda name: _is_timely(name, grid.column(name)[:_SEEN]), grid.names), "")


def _is_timely(name: str, cells: Array) -> bool:
    """Return whether a column is called after time and holds numbers that rise from row to row."""
    if not _TIMELY & set(re.split(r"[\W_]+", name.casefold())):
        return False
    values = _numbers(cells, "found")
    return values is not None and len(values) > 1 and bool((np.diff(values) > 0).all())


def _times(grid: Grid, name: str, decimal: str) -> tuple[Wide, bool]:
    """Return a number [rows] that rises with time, and whether it says days."""
    if not name:
        return np.arange(len(grid), dtype=np.float64), False
    cells = grid.column(name)
    if (said := _calendar(grid)) is not None and said[0] == name:
        return said[1], True
    if form := date_format(cells.tolist()):
        days = days_of(cells, form)
        return (days if (days % 1 > 0).any() else days + _clock(grid, len(days))), True
    values = _numbers(cells, decimal)
    if values is None:
        raise DataError(
            _("“{column}” holds neither dates nor numbers to order rows by.").format(column=name)
        )
    return values, _is_timely(name, cells)


def _calendar(grid: Grid) -> tuple[str, Wide] | None:
    """Return the column of years and the days since 1970 [rows] where others say month and day.

    Columns of hours and minutes count if they are there; NaN is what is no day.
    """
    spelled = {name.casefold(): name for name in reversed(grid.names)}
    if not {*_CALENDAR[:3]} <= spelled.keys():
        return None
    columns = [
        _numbers(grid.column(spelled[word]), "found") if word in spelled else np.zeros(len(grid))
        for word in _CALENDAR
    ]
    numbers = [column for column in columns if column is not None]
    if len(numbers) < len(columns):
        return None
    with np.errstate(invalid="ignore"):
        year, month, day, hour, minute = numbers
        is_day = (abs(year) < 10_000) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
        months = np.where(is_day, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]").astype(np.float64) + day - 1 + hour / 24 + minute / 1440
    return (spelled["year"], np.where(is_day, days, np.nan)) if is_day.any() else None


def _clock(grid: Grid, rows: int) -> Wide:
    """Return the parts [rows] of a day that a column beside that of the days says, else nothing."""
    for cells in grid.columns:
        found = [_CLOCK.fullmatch(cell) for cell in cells[:_SEEN].tolist()]
        if found and all(found):
            every = [_CLOCK.fullmatch(cell) for cell in cells.tolist()]
            return np.array([_part_of_day(one) if one else np.nan for one in every])
    return np.zeros(rows)


def _part_of_day(found: re.Match[str]) -> float:
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return (hours + minutes / 60 + seconds / 3600) / 24


def _numbers(cells: Array, decimal: str) -> Wide | None:
    numbers = numbers_of(cells, decimal)
    filled = int((~numbers.is_missing).sum())
    if not filled or int(numbers.is_bad.sum()) > 0.1 * filled:
        return None
    return np.where(numbers.is_endless, np.nan, numbers.values)


def _ordered(grid: Grid, name: str, times: Wide) -> tuple[Array, list[Problem]]:
    """Return the rows in order of time and what was left out."""
    problems = []
    known = np.flatnonzero(~np.isnan(times))
    order = known[np.argsort(times[known], kind="stable")]
    same = np.concatenate([[False], np.diff(times[order]) == 0]) if len(order) else order
    odd = {
        "missing_date": np.flatnonzero(np.isnan(times)),
        "duplicate_date": order[same.astype(np.bool_)],
        "unordered": known[1:][np.diff(times[known]) < 0],
    }
    for kind, rows in odd.items():
        if len(rows):
            gravity, sentence, remedy = _ODD_TIMES[kind]
            text = sentence.of(len(rows), column=name)
            places = tuple(_("row {row}").format(row=grid.lines[row]) for row in rows[:100])
            problems.append(Problem(kind, gravity, text, _(remedy), places=places, count=len(rows)))
    return order[~same.astype(np.bool_)], problems


def _jumps(grid: Grid, rows: Array, steps: Wide, usual: float) -> list[Problem]:
    after = rows[1:][steps > 1.5 * usual]
    if not len(after):
        return []
    return [
        Problem(
            "gap",
            "note",
            Plural(
                "{count} step in time is longer than the usual one: rows are missing.",
                "{count} steps in time are longer than the usual one: rows are missing.",
            ).of(len(after)),
            _("Windows run across such gaps; add the rows that are missing."),
            places=tuple(_("row {row}").format(row=grid.lines[row]) for row in after[:100]),
            count=len(after),
        )
    ]
