"""What a column holds: numbers, categories, dates, text, or nothing a network could use."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.datasets.dataset import Array
from studio.datasets.parting import parts_in
from studio.datasets.tables.dates import date_format
from studio.datasets.tables.numerals import MISSING, Numbers, numbers_of
from studio.datasets.tables.phrases import is_worded

MEASURED = ("number", "category", "date")
"""Kinds of which tables are made, rather than collections of texts."""
INPUTS = (*MEASURED, "text")
"""Kinds that become inputs."""
KINDS = (*INPUTS, "identifier", "constant", "empty", "part", "ignore")
_ENOUGH = 0.9
"""Share of filled cells that must be numbers for the column to be one of numbers."""
_CODE = re.compile(r"0\d+")
_ID = re.compile(r"(^|[\W_])(id|idx|index|nr|no|key|uuid|guid)$|[a-z]I[dD]$", re.IGNORECASE)
_FEW = 10
_SAMPLE = 5000


@dataclass(frozen=True, eq=False)
class Kind:
    """What one column holds, and the numbers in it where it holds some."""

    name: str
    kind: str
    numbers: Numbers | None = None
    form: str = ""
    """The format of its dates."""
    has_codes: bool = False
    """Whether its numbers begin with zeros and were taken for names therefore."""


def kind_of(name: str, cells: Array, asked: str = "", decimal: str = "found") -> Kind:
    """Return what a column of strings holds; `asked` is what people said it does."""
    if asked == "number":
        return Kind(name, "number", numbers_of(cells, decimal))
    if asked == "date":
        return Kind(name, "date", form=date_format(cells.tolist()) or "iso")
    if asked:
        return Kind(name, asked)
    if not _may_count(cells, decimal):
        return _worded(name, cells.tolist())
    numbers = numbers_of(cells, decimal)
    filled = int((~numbers.is_missing).sum())
    if not filled:
        return Kind(name, "empty")
    if filled - int(numbers.is_bad.sum()) >= _ENOUGH * filled:
        return _numeric(name, cells, numbers)
    return _worded(name, cells.tolist())


def _may_count(cells: Array, decimal: str) -> bool:
    """Return whether a sample of a long column leaves open that it holds numbers: it is quicker."""
    if len(cells) <= _SAMPLE:
        return True
    sample = numbers_of(cells[:: len(cells) // _SAMPLE], decimal)
    bad, filled = int(sample.is_bad.sum()), int((~sample.is_missing).sum())
    return bad * 2 <= filled


def _numeric(name: str, cells: Array, numbers: Numbers) -> Kind:
    values = numbers.values[~np.isnan(numbers.values)]
    if len(values) == len(cells) and (values == values[0]).all():
        return Kind(name, "constant", numbers)
    if _has_codes(cells):
        worded = _worded(name, cells.tolist())
        return Kind(name, worded.kind, numbers, has_codes=True)
    if len(values) == len(cells) and _counts_rows(name, values):
        return Kind(name, "identifier", numbers)
    return Kind(name, "number", numbers)


def _has_codes(cells: Array) -> bool:
    """Return whether whole numbers begin with a zero, as postal codes do."""
    zeros = cells[np.strings.startswith(cells, "0") & (np.strings.str_len(cells) > 1)]
    return any(_CODE.fullmatch(cell) for cell in zeros.tolist())


def _counts_rows(name: str, values: Array) -> bool:
    """Return whether numbers merely tell rows apart: 1, 2, 3, or unique ones called an id."""
    if len(values) < _FEW or not np.isfinite(values).all() or (values % 1).any():
        return False
    steps = np.diff(values)
    if (steps == 1).all():
        return True
    return _ID.search(name) is not None and len(np.unique(values)) == len(values)


def _worded(name: str, cells: Sequence[str]) -> Kind:
    filled = [cell for cell in cells if cell not in MISSING]
    if parts_in(cells) is not None:
        return Kind(name, "part")
    if form := date_format(filled[:20]) and date_format(filled):
        return Kind(name, "date", form=form)
    unique = len(set(filled))
    if unique == 1 and len(filled) == len(cells):
        return Kind(name, "constant")
    if unique == len(filled) >= _FEW:
        long = sum(map(len, filled)) > 30 * len(filled)
        return Kind(name, "text" if long or is_worded(filled) else "identifier")
    if unique <= 20 or unique <= 0.3 * len(filled):
        return Kind(name, "category")
    return Kind(name, "text")
