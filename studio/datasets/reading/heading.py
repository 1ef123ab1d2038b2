"""What the columns of a file are called, as its first rows tell."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from studio.datasets.reading.faults import Faults

_RULE = re.compile(r"\s*(:-+:?|-+:|--+)?\s*")
"""What stands below the names in Markdown: |---|:-:|."""


def named(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Sequence[str]:
    """Return the names in the first row, without empty ones behind that stand above nothing.

    Rows that have names themselves, as R writes them, are one cell longer than the first one.
    """
    names = [cell.strip() for cell in head]
    names[0] = names[0].lstrip("# ") or names[0]
    filled = [_filled(row) for row in rows]
    while len(names) > 1 and not names[-1] and max(filled, default=0) < len(names):
        names.pop()
    return ["", *names] if filled.count(len(names) + 1) * 2 > len(rows) else names


def unnamed(rows: Sequence[Sequence[str]]) -> Sequence[str]:
    """Return no names, as many as rows usually have cells; empty ones behind do not count."""
    widths = Counter(map(len, rows))
    width = max(widths, key=lambda width: (widths[width], width))
    return [""] * max(1, min(width, max(map(_filled, rows))))


def below(rows: Iterator[tuple[int, list[str]]], faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows below the one that names the columns, without those that say it once more."""
    _line, names = next(rows, (0, []))
    for line, cells in rows:
        if cells == names:
            faults.add("names_again", line)
        elif not all(map(_RULE.fullmatch, cells)):
            yield line, cells


def _filled(row: Sequence[str]) -> int:
    """Return how many cells a row has, empty ones behind aside."""
    return next((place for place in range(len(row), 0, -1) if row[place - 1].strip()), 0)
