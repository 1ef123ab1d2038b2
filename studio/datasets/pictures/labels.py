"""Which table beside pictures names them, and which of its columns say what each one is."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.datasets.listing import Listed
from studio.datasets.naming import shown
from studio.datasets.places import unreadable
from studio.errors import DataError, FileError
from studio.wording import _, byte_size

LARGEST = 64 * 2**20
_SEPARATORS = ",\t;|"
_TRIED = 12
_SEEN_ROWS = 200
_MEANS_CLASS = ("label", "class", "category", "target", "kind", "type", "breed", "species", "y")


@dataclass(frozen=True)
class Labels:
    """A table with one row for a picture: its columns by name, and which ones matter."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """Each row with the number of its line."""
    file_column: int
    label_column: int | None
    """None where no column holds classes."""

    def cells(self, column: int) -> list[str]:
        """Return the cells of a column."""
        return [row[column].strip() for _line, row in self.rows]


class Names:
    """Finds the picture that a cell names: by path, by file name, or without its ending."""

    def __init__(self, files: Sequence[Listed]) -> None:
        self._by_path = {file.name: file for file in files}
        self._by_tail: dict[str, Listed | None] = {}
        for file in files:
            tail = file.name.rsplit("/", 1)[-1]
            for word in {tail, tail.rsplit(".", 1)[0]}:
                self._by_tail[word] = None if word in self._by_tail else file

    def find(self, cell: str, folder: str) -> Listed | None:
        """Return the picture a cell of a table in `folder` names, None if there is no such one."""
        word = cell.strip().replace("\\", "/").removeprefix("./")
        beside = f"{folder}/{word}" if folder else word
        found = self._by_path.get(beside) or self._by_path.get(word)
        return found or self._by_tail.get(word.rsplit("/", 1)[-1])


def found_labels(
    root: Path, others: Sequence[Listed], names: Names, wanted: Mapping[str, str]
) -> Labels | None:
    """Return the table among `others` that names pictures, as `wanted` or as its content tells.

    `wanted` has the settings labels, file_column and label_column, each of which may be empty.
    Raises FileError or DataError where a table that was asked for does not do.
    """
    if wanted["labels"]:
        return read_labels(root, wanted["labels"], names, wanted)
    tables = [file for file in others if 0 < file.size <= LARGEST and len(file.folders) < 3]
    tables.sort(key=lambda file: file.suffix not in {".csv", ".tsv"})
    for file in tables[:_TRIED]:
        try:
            return read_labels(root, file.name, names, wanted)
        except (FileError, DataError):
            continue
    return None


def read_labels(root: Path, name: str, names: Names, wanted: Mapping[str, str]) -> Labels:
    """Return one table; raises FileError if it is none, DataError if it names no pictures."""
    lines = _lines(root / name)
    width = max((len(cells) for _line, cells in lines[:_SEEN_ROWS]), default=0)
    rows = [(line, cells) for line, cells in lines if len(cells) == width]
    if width < 2 or len(rows) < 2:
        raise DataError(_("{path} is no table of several columns.").format(path=shown(name)))
    folder = name.rpartition("/")[0]
    head = rows[0][1]
    named = wanted["file_column"]
    files = _column(head, named, name) if named else _file_column(rows, names, folder, name)
    if not names.find(head[files], folder):
        columns, rows = tuple(cell.strip() for cell in head), rows[1:]
    else:
        columns = tuple(str(number + 1) for number in range(width))
    table = Labels(name, columns, tuple(rows), files, None)
    if wanted["label_column"]:
        return _with_label(table, _column(columns, wanted["label_column"], name))
    return _with_label(table, _label_column(table))


def _with_label(table: Labels, column: int | None) -> Labels:
    return Labels(table.name, table.columns, table.rows, table.file_column, column)


def _lines(path: Path) -> list[tuple[int, tuple[str, ...]]]:
    text = _text(path)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=first.count))
    try:
        return [(reader.line_num, tuple(cells)) for cells in reader if any(cells)]
    except csv.Error as error:
        raise FileError(
            _("{path} is not a readable table: {reason} in line {line}.").format(
                path=shown(str(path)), reason=error, line=reader.line_num
            )
        ) from error


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size if path.is_file() else -1
        if not 0 <= size <= LARGEST:
            raise FileError(
                _("{path} is no file of at most {most}.").format(
                    path=shown(str(path)), most=byte_size(LARGEST)
                )
            )
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error if isinstance(error, OSError) else OSError(22, str(error))
        raise unreadable(path, reason) from error
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError(_("{path} is not a text file.").format(path=shown(str(path))))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _column(head: Sequence[str], wanted: str, name: str) -> int:
    columns = [cell.strip() for cell in head]
    if wanted in columns:
        return columns.index(wanted)
    if wanted.isdecimal() and 1 <= int(wanted) <= len(columns):
        return int(wanted) - 1
    raise DataError(
        _("{path} has no column “{wanted}”.").format(path=shown(name), wanted=wanted),
        _("The columns are: {columns}.").format(columns=", ".join(columns)),
    )


def _file_column(
    rows: Sequence[tuple[int, Sequence[str]]], names: Names, folder: str, name: str
) -> int:
    """Return the column most of whose cells name pictures."""
    seen = rows[1 : _SEEN_ROWS + 1]
    counts = [
        sum(names.find(cells[column], folder) is not None for _line, cells in seen)
        for column in range(len(rows[0][1]))
    ]
    best = max(range(len(counts)), key=counts.__getitem__)
    if counts[best] * 2 < len(seen):
        raise DataError(
            _("{path} has no column that names the pictures.").format(path=shown(name)),
            _("Choose the column of the file names."),
        )
    return best


def _label_column(table: Labels) -> int | None:
    """Return the column that most looks like classes: few different words, each several times."""
    best: tuple[tuple[bool, bool, int], int] | None = None
    for column, name in enumerate(table.columns):
        words = set(table.cells(column)) - {""}
        if column == table.file_column or not 2 <= len(words) <= max(2, len(table.rows) // 2):
            continue
        numeric = all(word.replace(".", "", 1).lstrip("-").isdecimal() for word in words)
        rank = (name.casefold() in _MEANS_CLASS, not numeric, -len(words))
        if best is None or rank > best[0]:
            best = (rank, column)
    return None if best is None else best[1]
