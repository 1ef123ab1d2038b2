"""How surely a file is a table of measurements rather than of texts."""

from itertools import islice
from pathlib import Path

import numpy as np

from studio.datasets.parting import part_of
from studio.datasets.problems import Problem
from studio.datasets.reading.grid import Grid
from studio.datasets.reading.parted import sampled
from studio.datasets.reading.sole import few_files
from studio.datasets.tables.kinds import MEASURED, kind_of

_DOUBTFUL = 0.2
_FEW = 3
"""Columns beside which a text is what the rows are about."""


def likely_file(path: Path) -> Path | None:
    """Return the file itself, or the table to train on in a folder of a few files."""
    files = few_files(path)
    if len(files) < 2:
        return files[0] if files else None
    tables = [file for file in files if looks_like_table(sampled(file)) > _DOUBTFUL]
    return max(tables, key=_training, default=None)


def _training(file: Path) -> tuple[bool, bool, int]:
    part = part_of(file.name)
    return part == "train", not part, file.stat().st_size


def looks_like_table(grid: Grid | None) -> float:
    """Return how surely rows are a table: 0 if not at all, little if they hold mostly texts."""
    if grid is None or any(problem.kind == "ragged" for problem in _grave(grid)):
        return 0.0
    kinds = (kind_of(name, grid.column(name)).kind for name in grid.names)
    some = list(kinds) if len(grid.names) <= _FEW else kinds  # of a thousand, the first ones do
    usable = len(list(islice((kind for kind in some if kind in MEASURED), 2)))
    if usable < 2 or (isinstance(some, list) and _is_told(grid, some)):
        return _DOUBTFUL
    return 0.7 if grid.is_named else 0.6


def _is_told(grid: Grid, kinds: list[str]) -> bool:
    """Return whether a few columns are about the text that one of them holds."""
    longest = max(float(np.strings.str_len(cells).mean()) for cells in grid.columns)
    return "text" in kinds or (len(kinds) < _FEW and longest > 20)


def _grave(grid: Grid) -> list[Problem]:
    return [problem for problem in grid.problems if problem.count * 4 > len(grid)]
