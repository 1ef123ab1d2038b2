"""What the columns of a file are called, as its first rows tell."""

from collections import Counter
from collections.abc import Sequence


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


def _filled(row: Sequence[str]) -> int:
    """Return how many cells a row has, empty ones behind aside."""
    return next((place for place in range(len(row), 0, -1) if row[place - 1].strip()), 0)
