"""How a file writes its rows down: what delimits cells, whether quotes and names are there."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = {"tab": "\t", "semicolon": ";", "bar": "|", "comma": ","}
"""By the words of the setting, the least ambiguous first."""
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
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?%?")


@dataclass(frozen=True)
class Dialect:
    """How rows are written down."""

    delimiter: str
    quoted: bool
    """Whether a cell in double quotes may hold delimiters and line breaks."""
    header: bool
    """Whether the first row names the columns."""

    def options(self) -> dict[str, object]:
        """Return the options of csv.reader."""
        quoting = csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE
        return {"delimiter": self.delimiter, "quoting": quoting}


def find_dialect(
    text: str, delimiter: str = "found", quoting: str = "found", header: str = "found"
) -> Dialect | None:
    """Return the dialect of the beginning of a file, or None where no row has two cells.

    `delimiter`, `quoting` and `header` are the words of the settings; what is given is not judged.
    """
    lines = [line for line in text.splitlines()[: 2 * _SAMPLE] if line.strip()][:_SAMPLE]
    asked = [DELIMITERS[delimiter]] if delimiter in DELIMITERS else list(DELIMITERS.values())
    found = [_judged(lines, mark, quoting) for mark in asked]
    share, rows, mark, quoted = max(found, key=lambda item: item[0], default=(0.0, [], "", False))
    if not rows or not (share or delimiter in DELIMITERS):
        return None
    named = _is_header(rows) if header == "found" else header == "yes"
    return Dialect(mark, quoted, named)


def is_number(cell: str) -> bool:
    """Return whether a cell reads as one plain number, with a point or a comma."""
    return _NUMBER.fullmatch(cell.strip()) is not None


def _judged(
    lines: Sequence[str], delimiter: str, quoting: str
) -> tuple[float, list[list[str]], str, bool]:
    """Return how well a delimiter fits: the share of rows with the usual number of cells."""
    quoted = _is_quoted(lines, delimiter) if quoting == "found" else quoting == "double"
    options = Dialect(delimiter, quoted, header=False).options()
    try:
        rows = [row for row in csv.reader([f"{line}\n" for line in lines], **options) if row]  # type: ignore[arg-type]
    except csv.Error:
        return 0.0, [], delimiter, quoted
    widths = Counter(len(row) for row in rows)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return (count / len(rows) if width > 1 else 0.0), rows, delimiter, quoted


def _is_quoted(lines: Sequence[str], delimiter: str) -> bool:
    """Return whether most cells that begin with a quote end with one."""
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
    if any(map(is_number, first)) or len(set(first)) < len(first):
        return False
    return any(cell.strip().lower() in _KNOWN for cell in first)


def _names_numbers(head: str, cells: Sequence[str]) -> bool:
    """Return whether a word stands above a column of numbers."""
    filled = [cell for cell in cells if cell.strip()]
    if not head.strip() or is_number(head) or len(head) > 200 or not filled:
        return False
    return sum(map(is_number, filled)) >= 0.9 * len(filled)
