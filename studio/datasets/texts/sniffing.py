"""How surely a file or folder holds texts, judged by a few of its files."""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from studio.datasets.dataset import Array
from studio.datasets.parting import part_of
from studio.datasets.places import is_file
from studio.datasets.reading import parted
from studio.datasets.reading.dialect import is_amount
from studio.datasets.reading.encoding import encoding_of_bytes
from studio.datasets.reading.grid import Grid, Reading, dialect_of
from studio.datasets.texts.lined import kinds_of
from studio.datasets.texts.rowed import are_named, columns_of, has_flags, is_spoken
from studio.errors import StudioError

_FEW = 6
"""Columns that rows of texts have at most, unless their names tell what they are."""
_PAIR = 2
"""Columns of nothing but a text, or a single word, and its class."""
_SENTENCE = 4
"""Words that such a text has then on average at least."""
_MOST_MEASURED = 3
"""Columns of numbers beside a text: a class, an id, a time."""
_ENTRIES = 64
_LOOKED_INTO = 4
_ASIDE = ("source", "readme", "license", "class", "classes", "labels")


def looks_like_texts(path: Path) -> float:
    """Return how surely there are texts with classes: 0 if not at all."""
    try:
        if path.is_dir():
            return _of_folder(path)
        grid = sampled(path)
        return 0.0 if grid is None else _of_grid(grid)
    except (StudioError, OSError, ValueError):
        return 0.0


def sampled(path: Path) -> Grid | None:
    """Return the first rows of a file of rows, or None for what is none."""
    try:
        if not is_file(path) or dialect_of(path, Reading()) is None:
            return None
    except StudioError:
        return None
    grid = parted.sampled(path)
    if grid is None:
        return None
    ragged = sum(problem.count for problem in grid.problems if problem.kind == "ragged")
    return None if ragged * 4 > len(grid) else grid


def beginning(path: Path, most: int = 2**16) -> str:
    """Return the first characters of a text file, or nothing for what is no text."""
    if not is_file(path):
        return ""
    with path.open("rb") as stream:
        content = stream.read(most)
    encoding = encoding_of_bytes(content)
    found = content.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    strange = sum(not (letter.isprintable() or letter.isspace()) for letter in found)
    broken = found.count("\ufffd")
    return "" if "\0" in found or (strange + broken) * 20 > len(found) else found


def _of_grid(grid: Grid) -> float:
    """Return how surely rows are texts, rather than measurements that have one beside them."""
    grid = grid.narrowed(parted.MOST_SEEN)
    columns = columns_of(grid)
    if columns is None or not is_spoken(grid, columns):
        return 0.0
    if are_named(grid, columns) or has_flags(grid, columns):
        words = np.strings.count(grid.column(columns[0]), " ").mean() + 1
        return 0.85 if len(grid.names) <= _FEW or words >= _SENTENCE else 0.0
    measured = sum(_is_measured(grid.column(name)) for name in grid.names)
    if len(grid.names) > _PAIR and _are_words(grid.column(columns[0])):
        return 0.0
    return 0.85 if len(grid.names) <= _FEW and measured <= _MOST_MEASURED else 0.0


def _are_words(cells: Array) -> bool:
    """Return whether cells are single words of Latin letters rather than texts."""
    listed = cells.tolist()
    return all(map(str.isascii, listed)) and float(np.strings.count(cells, " ").mean()) < 0.5


def _is_measured(cells: Array) -> bool:
    filled = [cell for cell in cells.tolist() if cell]
    return len(set(filled)) > 1 and sum(map(is_amount, filled)) > 0.9 * len(filled)


def _of_folder(root: Path) -> float:
    """Return how surely a folder holds texts: of its first entries, none is told by its name."""
    files, folders = _entries(root)
    while not files and len(folders) == 1:
        files, folders = _entries(folders[0])
    named = [file for file in files if not file.stem.casefold().startswith(_ASIDE)]
    nested = [file for folder in folders[:_LOOKED_INTO] for file in _entries(folder)[0][:3]]
    some = [file for file in (*named[:_LOOKED_INTO], *nested) if file.stat().st_size]
    if sum(not beginning(file) for file in some) * 2 > len(some):
        return 0.0
    rowed = [file for file in named[:4] if (grid := sampled(file)) and _of_grid(grid)]
    if rowed:
        return 0.85
    below = [folder for folder in folders if part_of(folder.name)]
    classes = _entries(below[0])[1] if below else folders
    if len(classes) < 2:
        lines = [file for file in named[:4] if beginning(file) and sampled(file) is None]
        kinds = set(kinds_of([file.name for file in named]))
        return 0.5 if len(kinds) > 1 and len(lines) == len(named[:4]) else 0.0
    texts = [beginning(file) for folder in classes[:3] for file in _entries(folder)[0][:3]]
    return 0.85 if texts and all(texts) else 0.0


def _entries(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return some of the files and of the folders in a folder."""
    files, folders = [], []
    for entry in _scanned(folder):
        if entry.is_dir(follow_symlinks=False):
            folders.append(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            files.append(Path(entry.path))
    return sorted(files), sorted(folders)


def _scanned(folder: Path) -> "Iterator[os.DirEntry[str]]":
    with os.scandir(folder) as entries:
        yield from islice((one for one in entries if not one.name.startswith(".")), _ENTRIES)
