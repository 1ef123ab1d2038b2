"""How a summary is spelled as comma-separated values, for spreadsheets and programs."""

import csv
import io

from studio.export.summary import Row, Summary

HEAD = (
    "path",
    "level",
    "type",
    "repeat",
    "settings",
    "output_shape",
    "parameters",
    "trainable",
    "multiply_adds",
    "depth",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(summary: Summary) -> str:
    """Return one line per node and a last one with the totals; numbers are bare digits.

    The heads stay English, because programs read them.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for row in (*summary.rows, summary.total):
        writer.writerow(_cells(row))
    return out.getvalue()


def _cells(row: Row) -> tuple[str | int, ...]:
    words = (row.path, row.level, row.title, row.repeat, row.settings, row.shape)
    return tuple(_inert(cell) if isinstance(cell, str) else cell for cell in words) + row.numbers()


def _inert(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, whoever wrote the file."""
    return f"'{text}" if text.startswith(_FORMULA) else text
