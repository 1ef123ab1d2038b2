"""A series of numbers in time, as windows from which the next values are predicted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from studio.catalogue.shape import Shape
from studio.datasets.addressing import is_file
from studio.datasets.dataset import Array, Dataset
from studio.datasets.faulting import graver_first, problem
from studio.datasets.origins import ROWS
from studio.datasets.problems import Problem
from studio.datasets.reading.delimited import Delimited
from studio.datasets.reading.grid import read_grid
from studio.datasets.reading.parted import SAMPLE, sampled
from studio.datasets.reading.placed import FromFile
from studio.datasets.source import SOURCES
from studio.datasets.tables.numerals import decimal_setting, number_in
from studio.datasets.tables.sniffing import likely_file
from studio.datasets.tables.timing import Timeline, timeline_of
from studio.datasets.tables.windows import filled, sliced, windows_in
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.fields import integer, text
from studio.wording import _, full, in_percent, marked

_LARGEST = 2**31
_LOOKED_AT = 40
"""Columns by which a file is judged: when it is stands at the left."""
"""Numbers in all windows: 8 GiB."""


@dataclass(frozen=True, eq=False)
class _Columns:
    """Which columns are read and which of them are predicted."""

    names: tuple[str, ...]
    targets: tuple[str, ...]

    @property
    def target(self) -> str:
        """What is predicted, as the setting says it."""
        return ", ".join(self.targets)

    def answers(self, values: Array, starts: Array, offset: int, count: int) -> Array:
        """Return [windows, targets × count]: what follows each window, one target after another."""
        places = map(self.names.index, self.targets)
        steps = [sliced(values[:, place], starts, offset, count) for place in places]
        return np.concatenate(steps, axis=1)


@SOURCES.file("series")
class Series(Delimited, FromFile):
    """A series of your own in time, such as one row a day, to predict what comes next."""

    title = marked("Time series")
    is_own = True
    takes = "series"
    empty = Shape(30, 1)

    date_column: str = text(
        default="",
        hint="The column that says when; empty takes the first one with dates or rising numbers.",
        label="Time column",
    )
    target: str = text(
        default="",
        hint="The column whose next values are predicted, or several with commas; empty: the last.",
        label="Target",
    )
    features: str = text(
        default="",
        hint="The columns a window shows, with commas between; empty takes all of numbers.",
        label="Columns shown",
    )
    window: int = integer(
        default=30,
        low=1,
        high=100_000,
        hint="How many rows the network sees at once.",
        label="Window",
    )
    horizon: int = integer(
        default=1,
        low=1,
        high=10_000,
        hint="How many of the following values it predicts.",
        label="Horizon",
    )
    stride: int = integer(
        default=1,
        low=1,
        high=100_000,
        hint="How many rows later the next window begins.",
        label="Stride",
    )
    decimal: str = decimal_setting()

    def prepared(self, learned: Mapping[str, Any], watch: Watch) -> Dataset:
        """Read the series: its beginning trains, its end judges."""
        grid = read_grid(self.place, self.reading, watch)
        line = timeline_of(grid, learned.get("time") or self.date_column, self.decimal)
        columns = self._columns(line, learned)
        values = np.stack([line.values[name] for name in columns.names], axis=1)
        span = self.window + self.horizon
        windows = windows_in(len(values), span, self.stride, (self.validation, self.test))
        self._require(windows.parts, len(values), len(columns.names))
        fills = learned.get("fills") or _medians(values, 1 - self.validation - self.test)
        whole = filled(values, np.array(fills)).astype(np.float32)
        return Dataset(
            name=_(self.title),
            inputs=sliced(whole, windows.starts, 0, self.window),
            targets=columns.answers(whole, windows.starts, self.window, self.horizon),
            columns=columns.names,
            target_name=columns.target,
            validation=windows.parts[1] if self.validation else None,
            test=windows.parts[2] if self.test else None,
            is_ordered=True,
            channels=2,
            origins=_origins(line.lines, windows.starts.tolist(), span),
            learned={
                "time": line.name,
                "columns": list(columns.names),
                "target": columns.target,
                "fills": list(fills),
            },
            problems=graver_first([*grid.problems, *line.problems, *_gaps(line, columns)]),
        )

    def sample(self, word: str, learned: Mapping[str, Any]) -> Array:
        """Return one window [window, columns]: the last rows of a file, or typed numbers.

        Typed are `window` rows with semicolons between, their numbers with blanks or commas.
        """
        names = learned.get("columns", ())
        if not names:
            raise DataError(_("Nothing was learned of this series yet."), _("Train on it first."))
        rows = self._latest(Path(word), learned) if is_file(word) else _typed(word, len(names))
        if rows.shape != (self.window, len(names)):
            raise DataError(
                _(
                    "The window has {found} values, but the network was trained on {expected}."
                ).format(found=Shape(*rows.shape), expected=Shape(self.window, len(names))),
                _("The columns are: {columns}.").format(columns=", ".join(names)),
            )
        return filled(rows, np.array(learned["fills"])).astype(np.float32)

    @classmethod
    def found(cls, path: Path) -> tuple[float, Self] | None:
        """Return how surely a file is a series: a column of dates at even steps, and numbers."""
        file = likely_file(path)
        grid = sampled(file) if file else None
        if file is None or grid is None or len(grid) < 20:
            return None
        try:
            line = timeline_of(grid.narrowed(_LOOKED_AT))
        except DataError:
            return None
        if len(grid.names) == 1:
            sure = 0.6
        else:
            sure = 0.8 if line.is_even and line.is_dated else 0.3 if line.is_dated else 0.1
        return sure, cls(
            file=str(file), **({} if len(grid) == SAMPLE else _fitting(len(line.lines)))
        )

    def _latest(self, path: Path, learned: Mapping[str, Any]) -> Array:
        """Return the last window of another file."""
        line = timeline_of(read_grid(path, self.reading), str(learned["time"]), self.decimal)
        self._columns(line, learned)  # names what is not there
        return np.stack([line.values[name] for name in learned["columns"]], axis=1)[-self.window :]

    def _columns(self, line: Timeline, learned: Mapping[str, Any]) -> _Columns:
        """Return the columns asked for; raises DataError for one that holds no numbers."""
        names = tuple(learned.get("columns", ())) or tuple(
            name.strip() for name in self.features.split(",") if name.strip()
        )
        asked = str(learned.get("target") or self.target or "")
        spread = [asked] if asked in line.values else asked.split(",")  # a name may hold a comma
        targets = tuple(dict.fromkeys(name.strip() for name in spread if name.strip()))
        for name in (*names, *targets):
            if name not in line.values:
                raise DataError(
                    _("“{column}” is no column of numbers of the series.").format(column=name),
                    _("Its columns are: {columns}.").format(columns=", ".join(line.values)),
                )
        names = names or tuple(line.values)
        targets = targets or names[-1:]
        return _Columns((*names, *(name for name in targets if name not in names)), targets)

    def _require(self, parts: tuple[Array, ...], steps: int, width: int) -> None:
        shares = (1.0, self.validation, self.test)
        if any(share and not len(part) for share, part in zip(shares, parts, strict=True)):
            raise DataError(
                _("{rows} rows are too few for windows of {span} rows in each part.").format(
                    rows=full(steps), span=self.window + self.horizon
                ),
                _("Take a smaller window or horizon, or greater shares."),
            )
        if sum(map(len, parts)) * self.window * width > _LARGEST:
            raise DataError(
                _("The windows hold too many numbers to be held."),
                _("Take a smaller window or a greater step."),
            )


def _fitting(rows: int) -> dict[str, Any]:
    """Return the settings of a short series: windows that fit several times into each part."""
    usual = Series()
    room = int(rows * min(usual.validation, usual.test)) - usual.horizon
    return {} if room > usual.window else {"window": max(1, room // 2)}


def _typed(word: str, width: int) -> Array:
    """Return typed rows; the numbers of a single column may stand in one row."""
    rows = [row.replace(",", " ").split() for row in word.split(";")]
    if width == 1 and len(rows) == 1:
        rows = [[cell] for cell in rows[0]]
    widest = max(map(len, rows))
    cells = [[*row, *[""] * (widest - len(row))] for row in rows]
    return np.array([[number_in(cell) for cell in row] for row in cells], np.float64)


def _origins(lines: Sequence[int], starts: Sequence[int], span: int) -> list[str]:
    return [ROWS.format(first=lines[start], last=lines[start + span - 1]) for start in starts]


def _medians(values: Array, share: float) -> list[float]:
    """Return what stands in before anything is known: medians of the part that trains."""
    train = values[: max(1, round(len(values) * share))]
    return [
        float(np.median(known)) if len(known := column[~np.isnan(column)]) else 0.0
        for column in train.T
    ]


def _gaps(line: Timeline, columns: _Columns) -> Iterator[Problem]:
    for name in columns.names:
        known = line.values[name][~np.isnan(line.values[name])]
        if len(known) and (known == known[0]).all():
            yield Problem(
                "constant_column",
                "warning" if name in columns.targets else "note",
                _("“{column}” says the same in every row.").format(column=name),
                _("Nothing can be learned of it; name the columns without it."),
                places=(name,),
            )
        rows = np.flatnonzero(np.isnan(line.values[name])).tolist()
        yield from problem(
            "missing",
            "note",
            _("“{column}” is missing in {count} of {all} rows ({share}).").format(
                column=name,
                count=full(len(rows)),
                all=full(len(line.lines)),
                share=in_percent(len(rows) / len(line.lines), 1),
            ),
            _("The value before stands in."),
            [_("row {row}").format(row=line.lines[row]) for row in rows],
        )
