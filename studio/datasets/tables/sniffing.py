"""How surely a file is a table of measurements rather than of texts."""

from pathlib import Path

import numpy as np

from studio.datasets.parting import part_of
from studio.datasets.problems import Problem
from studio.datasets.reading.grid import Grid, Reading, read_grid
from studio.datasets.reading.sole import few_files
from studio.datasets.tables.kinds import MEASURED, kind_of
from studio.errors import StudioError

SAMPLE = 250
"""Rows by which a file is judged."""
_DOUBTFUL = 0.2


def sampled(path: Path) -> Grid | None:
    """Return the first rows of a table, or None for what is no table."""
    try:
        return read_grid(path, Reading(), most_rows=SAMPLE) if path.is_file() else None
    except (StudioError, OSError):
        return None


def likely_file(path: Path) -> Path | None:
    """Return the file itself, or the table to train on in a folder of a few files."""
    files = few_files(path)
    if len(files) < 2:
        return files[0] if files else None
    tables = [file for file in files if looks_like_table(sampled(file)) > _DOUBTFUL]
    return max(tables, key=_training, default=None)


def test_beside(path: Path, grid: Grid) -> str:
    """Return the name of a file for the test in a folder that has the same columns, or nothing."""
    files = few_files(path)
    for file in files if len(files) > 1 else ():
        other = sampled(file) if part_of(file.name) == "test" else None
        fits = other is not None and other.is_named == grid.is_named
        if other is not None and fits and set(grid.names) <= set(other.names):
            return file.name
    return ""


def _training(file: Path) -> tuple[bool, bool, int]:
    part = part_of(file.name)
    return part == "train", not part, file.stat().st_size


def looks_like_table(grid: Grid | None) -> float:
    """Return how surely rows are a table: 0 if not at all, little if they hold mostly texts."""
    if grid is None or any(problem.kind == "ragged" for problem in _grave(grid)):
        return 0.0
    kinds = [kind_of(name, grid.column(name)).kind for name in grid.names]
    usable = sum(kind in MEASURED for kind in kinds)
    longest = max(float(np.strings.str_len(cells).mean()) for cells in grid.columns)
    if usable < 2 or ("text" in kinds and len(kinds) <= 3) or (len(kinds) <= 2 and longest > 20):
        return _DOUBTFUL
    return 0.7 if grid.is_named else 0.6


def _grave(grid: Grid) -> list[Problem]:
    return [problem for problem in grid.problems if problem.count * 4 > len(grid)]
