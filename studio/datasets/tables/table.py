"""A table of somebody's own: CSV, TSV, or whatever else has rows and delimiters."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from studio.datasets.dataset import Array, Dataset
from studio.datasets.parting import parts_in
from studio.datasets.reading.delimited import Delimited
from studio.datasets.reading.grid import Grid
from studio.datasets.reading.parted import Parted, sampled
from studio.datasets.reading.placed import FromFile
from studio.datasets.source import SOURCES
from studio.datasets.tables.answers import likely_target, usual_target
from studio.datasets.tables.columns import Cleaning
from studio.datasets.tables.labels import MARKS
from studio.datasets.tables.numerals import decimal_setting
from studio.datasets.tables.preparing import Order, prepared
from studio.datasets.tables.rowing import rows_of
from studio.datasets.tables.sniffing import likely_file, looks_like_table
from studio.datasets.watching import Watch
from studio.errors import SettingError
from studio.fields import choice, flag, opaque, text
from studio.wording import _, marked

_WORDS = ("number", "category", "date", "text", "ignore", "target")


@SOURCES.file("table")
class Table(Parted, Delimited, FromFile):
    """A table of your own, one sample a row, as a CSV or TSV file."""

    title = marked("Table")
    is_own = True
    takes = "row"

    target: str = text(
        default="",
        hint="The column to predict, or several with commas between; empty takes the usual one.",
        label="Target",
    )
    columns: Mapping[str, str] = opaque(
        default={},
        hint="What single columns hold: number, category, date, text, ignore or target.",
        label="Columns",
    )
    decimal: str = decimal_setting()
    missing: str = choice(
        default="fill",
        options=("fill", "drop"),
        hint="Whether the training part's median stands in for missing numbers, or rows go.",
        label="Missing values",
    )
    outliers: str = choice(
        default="keep",
        options=("keep", "clip"),
        hint="Whether extreme numbers are cut to the outermost half percent of the training part.",
        label="Outliers",
    )
    labels: str = choice(
        default="one",
        options=("one", *MARKS),
        hint="Whether a cell of the target holds one label, or several with this mark between: "
        "each is then answered by itself, with 0 or 1.",
        label="Labels in a cell",
    )
    trim: bool = flag(
        default=True,
        hint="Whether white space within a category counts as a single blank.",
        label="Trim categories",
    )
    ignore_case: bool = flag(
        default=False,
        hint="Whether categories that differ in capitals alone are the same.",
        label="Ignore capitals",
    )
    deduplicate: bool = flag(
        default=False,
        hint="Whether a row that says the same as one before is left out.",
        label="Leave duplicates out",
    )
    order_by: str = text(
        default="",
        hint="A column of dates or numbers: the earlier rows train, the latest judge.",
        label="Ordered by",
    )
    group_by: str = text(
        default="",
        hint="A column whose equal values stay in one part, as rows of the same person must.",
        label="Grouped by",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        given: Any = self.columns
        if not isinstance(given, Mapping) or not set(given.values()) <= set(_WORDS):
            raise SettingError(
                _("columns must say of each column one of {words}.").format(words=", ".join(_WORDS))
            )

    def prepared(self, learned: Mapping[str, Any], watch: Watch) -> Dataset:
        """Read and prepare the table; `learned` is empty where nothing was learned before."""
        grid = self.rows(self.place, self.reading, watch)
        said = _part_column(grid, {*self.columns, *self.target.split(",")})
        if said:
            grid = replace(grid, parts=tuple(parts_in(grid.column(said)) or ()))
        order = Order(
            targets=self.targets_of([name for name in grid.names if name != said]),
            asked={name: word for name, word in self.columns.items() if word != "target"},
            cleaning=Cleaning(self.outliers == "clip", self.ignore_case, self.trim),
            decimal=self.decimal,
            drops_missing=self.missing == "drop",
            deduplicates=self.deduplicate,
            order_by=self.order_by,
            group_by=self.group_by,
            label_mark=MARKS.get(self.labels, ""),
        )
        return prepared(grid, order, self, learned, watch)

    def targets_of(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the columns that are predicted."""
        asked = [name for name, word in self.columns.items() if word == "target"]
        if self.target in names:  # a name may hold a comma
            asked.insert(0, self.target)
        elif self.target:
            asked[:0] = [name.strip() for name in self.target.split(",") if name.strip()]
        if asked:
            return tuple(dict.fromkeys(asked))
        rest = [name for name in names if self.columns.get(name) != "ignore"]
        return (usual_target(rest or names),)

    def sample(self, word: str, learned: Mapping[str, Any]) -> Array:
        """Return one row of inputs [columns] of typed cells or of the first row of a file."""
        first: Array = self.samples_of(word, learned)[1][0]
        return first

    def samples_of(self, word: str, learned: Mapping[str, Any]) -> tuple[Sequence[str], Array]:
        """Return rows of inputs [rows, columns], each called by the line of the file it is on."""
        return rows_of(word, learned, self.reading)

    @classmethod
    def found(cls, path: Path) -> tuple[float, Self] | None:
        """Return how surely a file is a table: most rows have the same number of cells."""
        file = likely_file(path)
        grid = sampled(file) if file else None
        sure = looks_like_table(grid)
        if grid is None or not sure:
            return None
        columns = dict(zip(grid.names, grid.columns, strict=True))
        target = "" if grid.is_named else likely_target(columns)
        return sure, cls(file=str(file), target=target).beside(path, grid)


def _part_column(grid: Grid, asked: Collection[str]) -> str:
    """Return the column that says nothing but parts, unless something else was asked of it."""
    free = (name for name in grid.names if name not in asked)
    return next((name for name in free if parts_in(grid.column(name))), "")
