"""What somebody who fills in a new row is asked for each column, and the row this makes."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from studio.datasets.normalization import Normalization
from studio.datasets.tables.columns import names_of

_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Column:
    """One column of a table as it is asked for."""

    name: str
    kind: str = "number"
    """number, category, date or text."""
    low: float | None = None
    high: float | None = None
    """What the numbers of the training part lie between, or usually do."""
    usual: float | None = None
    """What stands in where a number is missing; nothing where it must be given."""
    values: tuple[str, ...] = ()
    """The categories; an empty one is what is missing."""
    rare: str = ""
    """One of the categories that are too rare for an input of their own."""
    form: str = ""
    """The format of a date, as `strptime` has it, or iso."""
    clock: bool = False
    """Whether dates have a time of the day."""
    comma: bool = False
    """Whether fractions begin with a comma."""

    def spelled(self, number: float) -> str:
        """Return a number as a cell of this column has it."""
        text = f"{number:.7g}"
        return text.replace(".", ",") if self.comma else text

    def dated(self, moment: datetime) -> str:
        """Return a date as a cell of this column has it."""
        if self.form != "iso":
            return moment.strftime(self.form)
        return moment.isoformat(" ") if self.clock else moment.date().isoformat()

    def moment(self, cell: str) -> datetime | None:
        """Return the date that a cell says, if it says one."""
        try:
            iso = self.form == "iso"
            return datetime.fromisoformat(cell) if iso else datetime.strptime(cell, self.form)
        except ValueError:
            return None

    @property
    def ordinary(self) -> str:
        """A cell as it could be met in the training part."""
        if self.kind == "date":
            days = timedelta(days=self.usual or 0.0)
            return self.dated((_EPOCH + days).replace(microsecond=0))
        if self.kind == "category":
            return next((value for value in self.values if value), self.rare)
        if self.kind == "text":
            return ""
        if self.usual is not None or self.low is None or self.high is None:
            return self.spelled(self.usual or 0.0)
        return self.spelled((self.low + self.high) / 2)


def columns_of(
    learned: Mapping[str, Any], names: Sequence[str] = (), scale: Normalization | None = None
) -> tuple[Column, ...]:
    """Return what is asked for a row of a table that learned this, or has columns of these names.

    Where nothing says between what the numbers lie, it is a deviation around their mean.
    """
    items = learned.get("columns")
    if not items:
        return tuple(_around(Column(name), scale, place) for place, name in enumerate(names))
    found, place = [], 0
    for item in items:
        found.append(_column(item, scale, place))
        place += len(names_of(item))
    return tuple(found)


def row_of(cells: Sequence[str]) -> str:
    """Return cells as one typed row."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _column(item: Mapping[str, Any], scale: Normalization | None, place: int) -> Column:
    name, kind = str(item["name"]), str(item["kind"])
    if kind == "number":
        low, high = item.get("range", (None, None))
        comma = item["decimal"] == "comma"
        column = Column(name, low=low, high=high, usual=item["fill"], comma=comma)
        return column if low is not None else _around(column, scale, place)
    if kind == "date":
        form, clock = str(item["form"]), bool(item["clock"])
        return Column(name, kind, usual=item["fill"], form=form, clock=clock)
    if kind == "text":
        return Column(name, kind)
    return Column(name, kind, values=tuple(item["values"]), rare=next(iter(item["rare"]), ""))


def _around(column: Column, scale: Normalization | None, place: int) -> Column:
    if scale is None or place >= len(scale.mean):
        return column
    mean, deviation = scale.mean[place], scale.std[place]
    low, high = mean - 2 * deviation, mean + 2 * deviation
    return Column(column.name, low=low, high=high, usual=column.usual, comma=column.comma)
