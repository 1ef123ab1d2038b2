"""How a file writes its rows down: what delimits cells, whether quotes and names are there."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

DELIMITERS = {"tab": "\t", "semicolon": ";", "bar": "|", "comma": ",", "blank": " "}
"""By the words of the setting, the least ambiguous first."""
MOST_CELL = 2**20
"""Characters of one cell."""
if csv.field_size_limit() < MOST_CELL:  # one for the whole process: raised once, never lowered
    csv.field_size_limit(MOST_CELL)
_LONG_MARKS = ("_!_", "+++$+++", "|||", "||", "::")
"""Delimiters that no text has by chance: of Toutiao, Cornell and MovieLens."""
_SAMPLE = 200
_KNOWN = frozenset(
    (
        *("text", "sentence", "review", "content", "comment", "title", "headline", "tweet"),
        *("message", "body", "label", "class", "category", "target", "sentiment", "polarity"),
        *("source", "question", "answer", "premise", "hypothesis", "sentence1", "sentence2"),
        *("text1", "text2", "english", "chinese", "id", "index", "date", "name", "y"),
        *("标签", "文本", "内容", "类别", "评论", "标题"),
    )
)
"""Words that name columns, for tables of nothing but words."""
_HINT = re.compile(r'"?sep=([,;|\t])"?', re.IGNORECASE)
"""What Excel writes above a table."""
_REMARKS = ("#", "%", "@", "//")
_MOST_ABOVE = 100
_EVEN = 0.95
"""Share of rows with the usual number of cells from which on blanks may delimit them."""
_CLAUSES = 3
"""Parts that commas divide a sentence into, at most."""
_OFTEN, _SHORT = 5, 40
"""How often a class is met at least, and the characters of a name, for a header to be told."""
_FEWEST = 20
"""Numbers that make a column when nothing else stands beside them."""
_UNIT = re.compile(r"(\d)\s*[a-zA-Z]{1,5}$")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?%?")


@dataclass(frozen=True)
class Dialect:
    """How rows are written down."""

    delimiter: str
    quoted: bool
    """Whether a cell in double quotes may hold delimiters and line breaks."""
    header: bool
    """Whether the first row names the columns."""
    skipped: int = 0
    """How many lines stand above the table: a title, remarks."""
    names: tuple[str, ...] = ()
    """The columns where the way of writing names them, whatever the rows say."""

    @property
    def is_named(self) -> bool:
        """Whether the columns have names."""
        return self.header or bool(self.names)

    def cells(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Yield the cells of each row, empty rows included; raises csv.Error for what is none."""
        if len(self.delimiter) > 1:
            return (line.rstrip("\r\n").split(self.delimiter) for line in lines)
        is_blank = self.delimiter == " "
        return csv.reader(
            (line.replace("\t", " ").strip() for line in lines) if is_blank else lines,
            delimiter=self.delimiter,
            quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
            skipinitialspace=is_blank,
        )


def find_dialect(
    text: str, delimiter: str = "found", quoting: str = "found", header: str = "found"
) -> Dialect | None:
    """Return the dialect of the beginning of a file, or None where no row has two cells.

    `delimiter`, `quoting` and `header` are the words of the settings; what is given is not judged.
    """
    numbered = [(n, line) for n, line in enumerate(text.split("\n")) if line.strip()][:_SAMPLE]
    lines = [line for _number, line in numbered]
    hint = _HINT.fullmatch(lines[0].strip()) if lines else None
    if hint and delimiter == "found":
        asked = [hint[1]]
    elif delimiter == "found" and (long := _long_mark(lines)):
        asked = [long]
    else:
        asked = [DELIMITERS[delimiter]] if delimiter in DELIMITERS else list(DELIMITERS.values())
    best = _best([_judged(lines, mark, quoting) for mark in asked])
    if not best.rows or not (best.share or delimiter in DELIMITERS):
        return _sole(lines)
    above = max(_above(lines, best), 1 if hint else 0)
    rows = _judged(lines[above:], best.delimiter, quoting).rows if above else best.rows
    named = bool(rows) and _is_header(rows) if header == "found" else header == "yes"
    if delimiter == "found" and not named and best.is_prose:
        return None
    return Dialect(best.delimiter, best.quoted, named, numbered[above][0] if above else 0)


def is_number(cell: str) -> bool:
    """Return whether a cell reads as one plain number, with a point or a comma."""
    return _NUMBER.fullmatch(cell.strip()) is not None


def is_amount(cell: str) -> bool:
    """Return whether a cell reads as a number that may have a unit behind it: 23.4 kmpl."""
    return is_number(_UNIT.sub(r"\1", cell.strip()))


@dataclass(frozen=True)
class _Fit:
    """What rows a delimiter makes of lines."""

    delimiter: str
    quoted: bool = False
    rows: Sequence[Sequence[str]] = ()
    width: int = 0
    """The usual number of cells."""
    share: float = 0.0
    """How many of the rows have it; nothing for a single cell."""

    @property
    def numbers(self) -> float:
        """The share of cells that are numbers."""
        cells = [cell for row in self.rows for cell in row if cell]
        return sum(map(is_number, cells)) / max(1, len(cells))

    @property
    def is_prose(self) -> bool:
        """Whether the delimiters are the commas of sentences: followed by a blank, then a word."""
        later = [cell for row in self.rows for cell in row[1:] if cell]
        spaced = sum(cell.startswith(" ") and not is_number(cell) for cell in later)
        return self.delimiter == "," and self.width <= _CLAUSES and spaced >= 0.9 * len(later)


def _judged(lines: Sequence[str], delimiter: str, quoting: str) -> _Fit:
    quoted = _is_quoted(lines, delimiter) if quoting == "found" else quoting == "double"
    dialect = Dialect(delimiter, quoted, header=False)
    try:
        rows = [row for row in dialect.cells(f"{line}\n" for line in lines) if row]
    except csv.Error:
        return _Fit(delimiter, quoted)
    widths = Counter(len(row) for row in rows)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return _Fit(delimiter, quoted, rows, width, count / len(rows) if width > 1 else 0.0)


def _best(fits: Sequence[_Fit]) -> _Fit:
    """Return the delimiter that fits; blanks do where nothing else makes rows of numbers."""
    if len(fits) == 1:
        return fits[0]
    *others, blank = fits
    best = max(others, key=lambda fit: fit.share)
    is_even = blank.share >= _EVEN and blank.numbers >= 0.5
    if is_even and not (best.share >= min(_EVEN, blank.share) and best.numbers > 0.5):
        return blank
    return best


def _long_mark(lines: Sequence[str]) -> str:
    """Return a delimiter of several characters that nearly every line has as often, or nothing."""
    for mark in _LONG_MARKS:
        counts = Counter(line.count(mark) for line in lines)
        count, times = max(counts.items(), key=lambda item: item[1], default=(0, 0))
        if count and len(lines) > 1 and times >= _EVEN * len(lines):
            return mark
    return ""


def _above(lines: Sequence[str], fit: _Fit) -> int:
    """Return how many lines stand above the table: what comes before a row of the usual width.

    The names may be one less than the cells of a row, as where the rows have names themselves.
    """
    dialect = Dialect(fit.delimiter, fit.quoted, header=False)
    for number, line in enumerate(lines[:_MOST_ABOVE]):
        cells = next(dialect.cells([line]), [])
        missing = fit.width - len(cells)
        if missing and line.lstrip().startswith(_REMARKS):
            continue
        if missing <= 0 or (missing == 1 and len(cells) > 1 and not any(map(is_number, cells))):
            return number
    return 0


def _sole(lines: Sequence[str]) -> Dialect | None:
    """Return the dialect of a single column of numbers, which may have a name."""
    numbers = [is_number(line) for line in lines]
    if len(lines) < _FEWEST or not all(numbers[1:]):
        return None
    return Dialect(",", quoted=False, header=not numbers[0])


def _is_quoted(lines: Sequence[str], delimiter: str) -> bool:
    """Return whether most cells that begin with a quote end with one."""
    if len(delimiter) > 1:
        return False
    mark = re.escape(delimiter)
    text = "\n".join(lines)
    starts = len(re.findall(rf'(?:^|{mark})"', text, re.MULTILINE))
    wholes = len(re.findall(rf'(?:^|{mark})"(?:[^"]|"")*"(?={mark}|$)', text, re.MULTILINE))
    if delimiter == "\t":  # sentences in quotes are common there, quoting is not
        return 0 < starts <= wholes
    return wholes * 2 >= starts


def _is_header(rows: Sequence[Sequence[str]]) -> bool:
    first, rest = rows[0], rows[1:]
    if not rest:
        return not any(map(is_number, first))
    columns = list(zip(first, *(row for row in rest if len(row) == len(first)), strict=True))
    if not columns or len(columns[0]) < 2:
        return not any(map(is_number, first))
    if any(_names_numbers(column[0], column[1:]) for column in columns):
        return True
    filled = [cell for cell in first if cell.strip()]
    if any(map(is_number, first)) or len(set(filled)) < len(filled):
        return False
    if any(cell.strip().lower() in _KNOWN for cell in first):
        return True
    return any(_names_classes(column[0], column[1:]) for column in columns)


def _names_classes(head: str, cells: Sequence[str]) -> bool:
    """Return whether a short word stands above words that each are met several times."""
    counts = Counter(cells)
    often = len(counts) > 1 and min(counts.values()) >= _OFTEN
    return often and 0 < len(head.strip()) < _SHORT and head not in counts


def _names_numbers(head: str, cells: Sequence[str]) -> bool:
    """Return whether a word stands above a column of numbers."""
    filled = [cell for cell in cells if cell.strip()]
    if not head.strip() or is_number(head) or len(head) > 200 or not filled:
        return False
    return sum(map(is_number, filled)) >= 0.9 * len(filled)
