"""How surely a file is a table of measurements rather than of texts."""

from pathlib import Path

import numpy as np

from studio.datasets.problems import Problem
from studio.datasets.reading.grid import Grid, Reading, read_grid
from studio.datasets.tables.kinds import INPUTS, kind_of
from studio.errors import StudioError

_SAMPLE = 200


def sampled(path: Path) -> Grid | None:
    """Return the first rows of a table, or None for what is no table."""
    try:
        return read_grid(path, Reading(), most_rows=_SAMPLE) if path.is_file() else None
    except (StudioError, OSError):
        return None


def looks_like_table(path: Path) -> float:
    """Return how surely a file is a table: 0 if not at all, little if it holds mostly texts."""
    grid = sampled(path)
    if grid is None or any(problem.kind == "ragged" for problem in _grave(grid)):
        return 0.0
    kinds = [kind_of(name, grid.column(name)).kind for name in grid.names]
    usable = sum(kind in INPUTS for kind in kinds)
    longest = max(float(np.strings.str_len(cells).mean()) for cells in grid.columns)
    if usable < 2 or ("text" in kinds and len(kinds) <= 3) or (len(kinds) <= 2 and longest > 20):
        return 0.2
    return 0.7 if grid.is_named else 0.6


def _grave(grid: Grid) -> list[Problem]:
    return [problem for problem in grid.problems if problem.count * 4 > len(grid)]
