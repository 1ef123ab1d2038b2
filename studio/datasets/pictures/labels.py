"""Which table beside pictures names them, and which of its columns say what each one is."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from studio.datasets.listing import Listed
from studio.datasets.named_files import Names
from studio.datasets.naming import shown
from studio.datasets.parting import part_of, parts_in
from studio.datasets.pictures.described import described_in
from studio.datasets.reading.grid import Grid, Reading, read_grid
from studio.datasets.tables.kinds import kind_of
from studio.datasets.watching import Watch
from studio.errors import DataError, FileError
from studio.wording import _

LARGEST = 64 * 2**20
"""Bytes of a file that is looked into without having been asked for."""
_TRIED = 12
_SEEN_ROWS = 200
_SEVERAL = 1.5
"""Different cells of one picture on average from which on they are no class of it."""
_ONES, _ZEROS = ("1", "1.0"), ("0", "0.0")
_FEWEST = 3
"""Columns of ones and zeros that are classes from then on."""
_MEANS_CLASS = ("label", "class", "category", "target", "kind", "type", "breed", "species", "y")


@dataclass(frozen=True, eq=False)
class Labels:
    """A table with one row for a picture: its columns by name, and which ones matter."""

    name: str
    columns: tuple[str, ...]
    """Their names; numbers from 1 where the table has none."""
    grid: Grid
    file_column: int
    label_column: int | None = None
    """None where no column holds classes or numbers."""
    is_number: bool = False
    """Whether that column holds a number to be predicted of each picture."""
    others: tuple["Labels", ...] = ()
    """Tables with the same columns on the pictures of other parts."""

    @property
    def all(self) -> tuple["Labels", ...]:
        """This table and those of other parts."""
        return (self, *self.others)

    @property
    def titles(self) -> str:
        """What the tables are called, to be shown."""
        return ", ".join(shown(one.name) for one in self.all)

    def rows(self, column: int) -> Iterator[tuple[str, int, str, str]]:
        """Yield the table, the line, the cell that names a file, and the cell of a column."""
        for one in self.all:
            lines, files = one.grid.lines.tolist(), one.cells(one.file_column)
            for line, file, cell in zip(lines, files, one.cells(column), strict=True):
                yield one.name, line, file, cell

    def parts(self, names: Names) -> dict[Listed, str]:
        """Return the parts of files where a column, or the names of the tables, say several."""
        found: dict[Listed, str] = {}
        for one in self.all:
            column = next(filter(None, map(parts_in, one.grid.columns)), None)
            said = column or [_part(one.name)] * len(one.grid)
            files = (names.find(cell, one.name) for cell in one.cells(one.file_column))
            pairs = zip(files, said, strict=True)
            found |= {file: part for file, part in pairs if file is not None and part}
        return found if len(set(found.values())) > 1 else {}

    def cells(self, column: int) -> list[str]:
        """Return the cells of a column."""
        found: list[str] = self.grid.columns[column].tolist()
        return found


def found_labels(
    root: Path,
    others: Sequence[Listed],
    names: Names,
    wanted: Mapping[str, str],
    watch: Watch | None = None,
) -> Labels | None:
    """Return the table among `others` that names pictures, as `wanted` or as its content tells.

    `wanted` has the settings labels, file_column and label_column, each of which may be empty.
    Raises FileError or DataError where a table that was asked for does not do.
    """
    if wanted["labels"]:
        return read_labels(root, wanted["labels"], names, wanted, watch)
    tables = [file for file in others if 0 < file.size <= LARGEST and len(file.folders) < 3]
    tables.sort(key=_rank)
    for file in tables[:_TRIED]:
        try:
            table = read_labels(root, file.name, names, wanted, watch)
        except (FileError, DataError):
            continue
        return replace(table, others=_of_other_parts(root, table, tables, names, watch))
    return None


def _of_other_parts(
    root: Path, table: Labels, tables: Sequence[Listed], names: Names, watch: Watch | None
) -> tuple[Labels, ...]:
    """Return the tables like one of the training part that are of other parts."""
    if _part(table.name) != "train" or table.label_column is None:
        return ()
    wanted = {
        "file_column": table.columns[table.file_column],
        "label_column": table.columns[table.label_column],
    }
    found = []
    for file in tables[:_TRIED]:
        if _part(file.name) not in {"", "train"}:
            with contextlib.suppress(FileError, DataError):
                other = read_labels(root, file.name, names, wanted, watch)
                found += [other] if other.columns == table.columns else []
    return tuple(found)


def _part(name: str) -> str:
    """Return which part a table is of, by its name or the folder it lies in."""
    return part_of(name) or next(filter(None, map(part_of, reversed(name.split("/")[:-1]))), "")


def _rank(file: Listed) -> tuple[bool, bool]:
    """Return what sorts tables: those of the training part first, called so or not."""
    return file.suffix not in {".csv", ".tsv"}, _part(file.name) not in {"", "train"}


def read_labels(
    root: Path, name: str, names: Names, wanted: Mapping[str, str], watch: Watch | None = None
) -> Labels:
    """Return one table; raises FileError if it is none, DataError if it names no pictures."""
    grid = described_in(root / name) or read_grid(root / name, Reading(header="no"), watch)
    head = list(grid.names) if grid.is_named else [str(cells[0]) for cells in grid.columns]
    named = wanted["file_column"]
    files = _column(head, named, name) if named else _file_column(grid, names, name)
    columns = tuple(str(number + 1) for number in range(len(head)))
    if grid.is_named:
        columns = grid.names
    elif not names.find(head[files], name):
        columns, grid = tuple(head), grid.kept(np.arange(1, len(grid)))
    table = _gathered(Labels(name, columns, grid, files))
    if wanted["label_column"]:
        column: int | None = _column(table.columns, wanted["label_column"], name)
    else:
        column = _label_column(table, names)
    if column is not None:
        return replace(table, label_column=column, is_number=_is_measured(table, column))
    some = (place for place in range(len(table.columns)) if place != table.file_column)
    number = next((place for place in some if _is_measured(table, place)), None)
    return replace(table, label_column=number, is_number=number is not None)


def _is_measured(table: Labels, column: int) -> bool:
    """Return whether a column holds numbers of too many kinds, or with fractions, to be classes."""
    kind = kind_of(table.columns[column], table.grid.columns[column])
    if kind.kind != "number" or kind.numbers is None or kind.numbers.is_bad.any():
        return False
    values = kind.numbers.values[np.isfinite(kind.numbers.values)]
    kinds = len(np.unique(values))
    return kinds > 2 and bool((values % 1 > 0).any() or kinds > max(20, len(values) // 5))


def _gathered(table: Labels) -> Labels:
    """Return the table with one column of classes behind, where each has a column of ones."""
    columns = [column for column in range(len(table.columns)) if column != table.file_column]
    cells = [np.isin(table.grid.columns[column], _ONES) for column in columns]
    known = all(set(table.cells(column)) <= {*_ONES, *_ZEROS} for column in columns)
    if len(columns) < _FEWEST or not known or not (np.sum(cells, axis=0) == 1).all():
        return table
    names = np.array([table.columns[column] for column in columns], table.grid.columns[0].dtype)
    words = names[np.argmax(cells, axis=0)]
    grid = replace(table.grid, columns=(*table.grid.columns, words))
    return replace(table, columns=(*table.columns, "class"), grid=grid)


def _column(columns: Sequence[str], wanted: str, name: str) -> int:
    if wanted in columns:
        return columns.index(wanted)
    if wanted.isdecimal() and 1 <= int(wanted) <= len(columns):
        return int(wanted) - 1
    raise DataError(
        _("{path} has no column “{wanted}”.").format(path=shown(name), wanted=wanted),
        _("The columns are: {columns}.").format(columns=", ".join(columns)),
    )


def _file_column(grid: Grid, names: Names, name: str) -> int:
    """Return the column most of whose cells, the first one aside, name pictures."""
    counts = [
        sum(names.find(cell, name) is not None for cell in cells[1 : _SEEN_ROWS + 1].tolist())
        for cells in grid.columns
    ]
    best = max(range(len(counts)), key=counts.__getitem__)
    if len(grid) < 2 or counts[best] * 2 < min(len(grid) - 1, _SEEN_ROWS):
        raise DataError(
            _("{path} has no column that names the pictures.").format(path=shown(name)),
            _("Choose the column of the file names."),
        )
    return best


def _label_column(table: Labels, names: Names) -> int | None:
    """Return the column that most looks like classes: few different words, each several times."""
    best: tuple[tuple[bool, bool, int], int] | None = None
    files = [names.find(cell, table.name) for cell in table.cells(table.file_column)]
    most = _SEVERAL * len(set(files))
    for column, name in enumerate(table.columns):
        words = set(table.cells(column)) - {""}
        if column == table.file_column or not 2 <= len(words) <= max(2, len(table.grid) // 2):
            continue
        if parts_in(table.grid.columns[column]) is not None:
            continue
        if (
            _is_measured(table, column)
            or len(set(zip(files, table.cells(column), strict=True))) > most
        ):
            continue  # sentences on pictures, some of which happen to be said again
        numeric = all(word.replace(".", "", 1).lstrip("-").isdecimal() for word in words)
        rank = (name.casefold() in _MEANS_CLASS, not numeric, -len(words))
        if best is None or rank > best[0]:
            best = (rank, column)
    return None if best is None else best[1]
