"""The rows of a delimited file, one after the other, with what is torn in it passed over."""

import csv
import itertools
from collections.abc import Iterator
from dataclasses import replace

from studio.datasets.reading.dialect import MOST_CELL, Dialect
from studio.datasets.reading.lines import Lines, OpenQuoteError

_MOST_TORN = 100
"""After so many open quotes, quotes are taken for characters."""


def records(lines: Lines, dialect: Dialect, width: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of the first line, cells) of every row that is not empty.

    A row that spans lines without having `width` cells has a quote that was never closed: its
    first line is left out and the others are read once more.
    """
    _pass_over(lines, dialect.skipped)
    reader = dialect.cells(lines)
    while True:
        first = lines.number + 1
        try:
            cells = next(reader, None)
            _require_short(lines.held, cells)
        except csv.Error:
            lines.faults.add("long_field", first)
            lines.release()
            continue
        except OpenQuoteError:
            cells = []
        if cells is None:
            return
        if _is_torn(lines.held, cells, width, quoted=dialect.quoted):
            lines.faults.add("unclosed_quote", first)
            lines.take_back()
            if lines.faults.count("unclosed_quote") > _MOST_TORN:
                dialect = replace(dialect, quoted=False)
            reader = dialect.cells(lines)
            continue
        lines.release()
        if any(cells):
            yield first, cells


def _pass_over(lines: Lines, count: int) -> None:
    """Leave out the lines above a table, and note those that say something."""
    for line in itertools.islice(lines, count):
        if line.strip():
            lines.faults.add("above", lines.number)
    lines.release()


def _require_short(held: list[str], cells: list[str] | None) -> None:
    """Raise csv.Error for a cell that is too long, should others have raised the limit of csv."""
    if cells and held and len(held[0]) > MOST_CELL and max(map(len, cells)) > MOST_CELL:
        raise csv.Error


def _is_torn(held: list[str], cells: list[str], width: int, *, quoted: bool) -> bool:
    if not quoted or not held or (len(cells) == width and len(held) == 1):
        return False
    return (len(held) > 1 and len(cells) != width) or sum(line.count('"') for line in held) % 2 == 1
