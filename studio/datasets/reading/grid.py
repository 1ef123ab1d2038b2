"""A delimited file as columns of text, with the line each row stands on."""

import codecs
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array
from studio.datasets.naming import shown
from studio.datasets.origins import COLUMN, ROW, ROW_OF_FILE, as_kept
from studio.datasets.places import require_file, unreadable
from studio.datasets.problems import Problem
from studio.datasets.reading.dialect import Dialect, find_dialect
from studio.datasets.reading.encoding import encoding_of
from studio.datasets.reading.faults import Faults
from studio.datasets.reading.heading import below, named, unnamed
from studio.datasets.reading.leading import leading_in, marked_in
from studio.datasets.reading.lines import Lines
from studio.datasets.reading.objects import objects_in
from studio.datasets.reading.records import records
from studio.datasets.watching import Watch
from studio.errors import DataError, FileError
from studio.fields import nearest
from studio.wording import Plural, _, byte_size

MOST_COLUMNS = 10_000
MOST_BYTES = 2**31
_HEAD = 2**18
_HEADS = 200
"""Rows that are looked at for the names of the columns."""
_BLOCK = 8192
"""Rows that are turned into columns at once."""


@dataclass(frozen=True)
class Reading:
    """What was asked for, in the words of the settings; "found" lets the file decide."""

    delimiter: str = "found"
    quoting: str = "found"
    header: str = "found"
    encoding: str = "found"


@dataclass(frozen=True, eq=False)
class Grid:
    """Columns of text, all of one length."""

    names: tuple[str, ...]
    columns: tuple[Array, ...]
    """[rows] each, variable-width strings without white space around them."""
    lines: npt.NDArray[np.int64]
    """The line in the file on which each row begins, counted from 1."""
    problems: tuple[Problem, ...] = ()
    is_named: bool = True
    """Whether the file names its columns."""
    parts: tuple[str, ...] = ()
    """The part each row is in, where that is said."""
    files: tuple[str, ...] = ()
    """The file each row stands in, empty for the first, where there are several."""

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> Array:
        """Return the cells under a name."""
        return self.columns[self.names.index(self._kept(name))]

    def require(self, names: Sequence[str]) -> None:
        """Do nothing if there is a column of each name; raises DataError for one there is not."""
        for name in names:
            if self._kept(name) not in self.names:
                raise DataError(
                    _("The table has no column “{column}”.").format(column=name),
                    nearest(name, self.names)
                    or _("Its columns are: {columns}.").format(columns=", ".join(self.names[:20])),
                )

    def _kept(self, name: str) -> str:
        return name if name in self.names else as_kept(name)

    def kept(self, rows: Array) -> "Grid":
        """Return only some rows: a mask, or numbers in a new order."""
        places = np.arange(len(self))[rows].tolist()
        return replace(
            self,
            columns=tuple(cells[rows] for cells in self.columns),
            lines=self.lines[rows],
            parts=tuple(self.parts[place] for place in places) if self.parts else (),
            files=tuple(self.files[place] for place in places) if self.files else (),
        )

    def of_part(self, part: str) -> Array | None:
        """Return the numbers of the rows that are said to be in a part, None if there are none."""
        found = [row for row, said in enumerate(self.parts) if said == part]
        return np.array(found, np.int64) if found else None

    def narrowed(self, most: int) -> "Grid":
        """Return only the first columns, so many at most."""
        return replace(self, names=self.names[:most], columns=self.columns[:most])

    def with_part(self, part: str, other: "Grid", file: str) -> "Grid":
        """Return these rows and behind them those of another file, which are of another part.

        Raises DataError if that lacks a column.
        """
        other.require(self.names)
        both = ((self.column(name), other.column(name)) for name in self.names)
        return replace(
            self,
            columns=tuple(map(np.concatenate, both)),
            lines=np.concatenate([self.lines, other.lines]),
            problems=(*self.problems, *other.problems),
            parts=(*(self.parts or ("",) * len(self)), *(part,) * len(other)),
            files=(*(self.files or ("",) * len(self)), *(file,) * len(other)),
        )

    def origins(self) -> list[str]:
        """Return where the rows stand: on which line, and in which file but for the first."""
        files = self.files or ("",) * len(self)
        return [
            (ROW_OF_FILE if file else ROW).format(file=file, row=line)
            for line, file in zip(self.lines.tolist(), files, strict=True)
        ]


@contextmanager
def opened(path: Path, encoding: str = "found", most: int | None = None) -> Iterator[TextIO]:
    """Open a text file of any encoding; bytes that are no characters read as U+FFFD.

    An encoding to be found is judged by the first `most` bytes, by all where that is not said.
    Raises FileError for what is no readable file.
    """
    require_file(path)
    if encoding == "found":
        encoding = encoding_of(path, most)
    elif encoding == "utf-8":
        encoding = "utf-8-sig"
    try:
        codecs.lookup(encoding)
        with path.open(encoding=encoding, errors="replace") as stream:
            yield stream
    except OSError as error:
        raise unreadable(path, error) from error
    except UnicodeError as error:
        raise FileError(
            _("{path} is not a text file in {encoding}.").format(path=path, encoding=encoding)
        ) from error


def dialect_of(path: Path, asked: Reading) -> Dialect | None:
    """Return how the rows of a file are written down, or None where it has but one column."""
    require_file(path)
    stat = path.stat()
    return _dialect(path, asked, (stat.st_size, stat.st_mtime_ns))


@lru_cache(maxsize=8)  # every source that looks at a file asks for it
def _dialect(path: Path, asked: Reading, _stamp: tuple[int, int]) -> Dialect | None:
    with opened(path, asked.encoding, _HEAD) as stream:
        head = stream.read(_HEAD)
    whole = head if len(head) < _HEAD else head[: head.rfind("\n") + 1]
    found = find_dialect(whole, asked.delimiter, asked.quoting, asked.header)
    if asked.delimiter != "found":
        return found
    return objects_in(whole) or marked_in(whole) or found or leading_in(whole)


def read_grid(
    path: Path, asked: Reading, watch: Watch | None = None, most_rows: int | None = None
) -> Grid:
    """Read a table, or its first `most_rows` rows.

    Raises FileError for what is no readable text, DataError for what has no rows, one column only,
    or too many.
    """
    require_file(path)
    size = require_size(path, MOST_BYTES)
    dialect = dialect_of(path, asked)
    if dialect is None:
        raise DataError(
            _("{path} has one column only: no row has two cells.").format(path=shown(path.name)),
            _("Choose the delimiter, or a file with several columns."),
        )
    faults = Faults()
    with opened(path, asked.encoding, _HEAD if most_rows else None) as stream:
        names = _names(path, stream, dialect, watch)
        stream.seek(0)
        rows = records(Lines(stream, faults, watch, size), dialect, len(names))
        if dialect.header:
            rows = below(rows, faults)
        columns, lines = _columns(itertools.islice(rows, most_rows), len(names), faults)
    if not len(lines):
        raise DataError(_("{path} has no rows.").format(path=shown(path.name)))
    unique, doubled = _unique(names)
    problems = (*faults.problems(shown(path.name)), *doubled)
    return Grid(unique, columns, lines, problems, is_named=dialect.is_named)


def require_size(path: Path, most: int) -> int:
    """Return how many bytes a file has; raises FileError for more than `most`."""
    size = path.stat().st_size
    if size > most:
        raise FileError(
            _("{path} has {size}, but a table may have {most}.").format(
                path=path, size=byte_size(size), most=byte_size(most)
            ),
            _("Split the file."),
        )
    return size


def _names(path: Path, stream: TextIO, dialect: Dialect, watch: Watch | None) -> list[str]:
    """Return the names of the columns: the first row, or numbers where it names none."""
    lines = Lines(stream, Faults(), watch, 1)
    heads = [cells for _line, cells in itertools.islice(records(lines, dialect, 0), _HEADS)]
    widest = max((*map(len, heads), len(dialect.names)), default=0)
    if not heads or widest > MOST_COLUMNS:
        raise DataError(
            _("{path} has {count} columns, but a table may have {most}.").format(
                path=shown(path.name), count=widest, most=MOST_COLUMNS
            )
        )
    rows = heads[1:] if dialect.header else heads
    names = dialect.names or (named(heads[0], rows) if dialect.header else unnamed(rows))
    return [name or COLUMN.format(number=place + 1) for place, name in enumerate(names)]


def _unique(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Return the names with a number behind those that were there before."""
    found: dict[str, int] = {}
    unique = []
    for name in names:
        found[name] = found.get(name, 0) + 1
        unique.append(name if found[name] == 1 else f"{name} ({found[name]})")
    doubled = tuple(name for name, count in found.items() if count > 1)
    if not doubled:
        return tuple(unique), ()
    problem = Problem(
        "duplicate_name",
        "warning",
        Plural(
            "{count} name stands above several columns.",
            "{count} names stand above several columns.",
        ).of(len(doubled)),
        _("The later ones have a number behind their name here."),
        places=doubled[:100],
        count=len(doubled),
    )
    return tuple(unique), (problem,)


def _columns(
    rows: Iterator[tuple[int, list[str]]], width: int, faults: Faults
) -> tuple[tuple[Array, ...], npt.NDArray[np.int64]]:
    text: Any = np.dtypes.StringDType()
    parts: list[list[Array]] = [[] for _column in range(width)]
    numbers: list[int] = []
    while block := list(itertools.islice(rows, _BLOCK)):
        fitting = [item for item in block if _fits(item, width, faults)]
        numbers.extend(line for line, _cells in fitting)
        for part, cells in zip(
            parts, zip(*(row for _line, row in fitting), strict=True), strict=False
        ):
            part.append(np.array([cell.strip() for cell in cells], dtype=text))
    columns = tuple(np.concatenate(part) if part else np.array([], dtype=text) for part in parts)
    return columns, np.array(numbers, dtype=np.int64)


def _fits(item: tuple[int, list[str]], width: int, faults: Faults) -> bool:
    """Return whether a row has the cells it should; empty ones behind are cut off."""
    line, cells = item
    if len(cells) > width and not any(cells[width:]):
        del cells[width:]
    if len(cells) != width:
        faults.add("ragged", line)
    return len(cells) == width
