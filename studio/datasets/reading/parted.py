"""The files beside one of rows or text that hold its other parts."""

from functools import lru_cache
from pathlib import Path
from typing import Self

from studio.datasets.parting import part_of
from studio.datasets.reading.grid import Grid, Reading, read_grid
from studio.datasets.reading.sole import few_files
from studio.datasets.watching import Watch
from studio.errors import StudioError
from studio.fields import Declared, text

SAMPLE, MOST_SEEN = 250, 100
"""Rows by which a file is judged, and columns in which texts are looked for."""


class Parted(Declared):
    """Which files beside the chosen one are parts of their own."""

    validation_file: str = text(
        default="",
        hint="A file beside it that is the validation part; empty takes a share.",
        label="Validation file",
    )
    test_file: str = text(
        default="",
        hint="A file beside it that is the test part; empty takes a share.",
        label="Test file",
    )

    def rows(self, place: Path, reading: Reading, watch: Watch) -> Grid:
        """Return the rows of the file at `place`, and behind them those of the other parts."""
        grid = read_grid(place, reading, watch)
        for part, file in (("validation", self.validation_file), ("test", self.test_file)):
            if file:
                grid = grid.with_part(part, read_grid(place.parent / file, reading, watch), file)
        return grid

    def beside(self, path: Path, grid: Grid) -> Self:
        """Return the source with the other parts in a folder: files with the same columns."""
        return self.changed(
            validation_file=_of_part("validation", path, grid),
            test_file=_of_part("test", path, grid),
        )


def training_file(path: Path) -> Path | None:
    """Return the file itself, the only one of a folder, or the one of the training part."""
    files = few_files(path)
    some = files if len(files) == 1 else [f for f in files if part_of(f.name) == "train"]
    return some[0] if len(some) == 1 else None


def sampled(path: Path) -> Grid | None:
    """Return the first rows of a table, or None for what is no table."""
    try:
        stat = path.stat()
        return _sampled(path, (stat.st_size, stat.st_mtime_ns)) if path.is_file() else None
    except (StudioError, OSError):
        return None


@lru_cache(maxsize=8)  # every source that looks at a file asks for them
def _sampled(path: Path, _stamp: tuple[int, int]) -> Grid:
    return read_grid(path, Reading(), most_rows=SAMPLE)


def _of_part(part: str, path: Path, grid: Grid) -> str:
    """Return the name of the file of a part with the same columns, or nothing."""
    files = few_files(path)
    for file in files if len(files) > 1 else ():
        other = sampled(file) if part_of(file.name) == part else None
        fits = other is not None and other.is_named == grid.is_named
        if other is not None and fits and set(grid.names) <= set(other.names):
            return file.name
    return ""
