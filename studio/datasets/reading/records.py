"""The rows of a delimited file, one after the other, with what is torn in it passed over."""

import csv
from collections.abc import Iterator

from studio.datasets.reading.dialect import Dialect
from studio.datasets.reading.lines import Lines, OpenQuoteError

MOST_FIELD = 2**20
"""Characters of one cell."""
_MOST_TORN = 100
"""After so many open quotes, quotes are taken for characters."""


def records(lines: Lines, dialect: Dialect, width: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of the first line, cells) of every row that is not empty.

    A row that spans lines without having `width` cells has a quote that was never closed: its
    first line is left out and the others are read once more.
    """
    csv.field_size_limit(MOST_FIELD)
    options = dialect.options()
    reader = csv.reader(lines, **options)  # type: ignore[arg-type]
    while True:
        first = lines.number + 1
        try:
            cells = next(reader, None)
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
                options = Dialect(dialect.delimiter, quoted=False, header=False).options()
            reader = csv.reader(lines, **options)  # type: ignore[arg-type]
            continue
        lines.release()
        if any(cells):
            yield first, cells


def _is_torn(held: list[str], cells: list[str], width: int, *, quoted: bool) -> bool:
    if not quoted or not held or (len(cells) == width and len(held) == 1):
        return False
    return (len(held) > 1 and len(cells) != width) or sum(line.count('"') for line in held) % 2 == 1
