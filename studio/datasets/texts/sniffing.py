"""How surely a file or folder holds texts, judged by a few of its files."""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from studio.datasets.places import is_file
from studio.datasets.reading.encoding import encoding_of_bytes
from studio.datasets.reading.grid import Grid, Reading, dialect_of, read_grid
from studio.datasets.texts.gathered import part_of
from studio.datasets.texts.rowed import columns_of, is_spoken
from studio.errors import StudioError

_ROWS = 200
_ENTRIES = 64
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
        return read_grid(path, Reading(), most_rows=_ROWS)
    except StudioError:
        return None


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
    if len(grid.names) > 6:
        return 0.0
    columns = columns_of(grid)
    return 0.85 if columns is not None and is_spoken(grid, columns) else 0.0


def _of_folder(root: Path) -> float:
    """Return how surely a folder holds texts: of its first entries, none is told by its name."""
    files, folders = _entries(root)
    while not files and len(folders) == 1:
        files, folders = _entries(folders[0])
    named = [file for file in files if not file.stem.casefold().startswith(_ASIDE)]
    rowed = [file for file in named[:4] if (grid := sampled(file)) and _of_grid(grid)]
    if rowed:
        return 0.85
    below = [folder for folder in folders if part_of(folder.name)]
    classes = _entries(below[0])[1] if below else folders
    if len(classes) < 2:
        lines = [file for file in named[:4] if beginning(file) and sampled(file) is None]
        return 0.5 if len(named) > 1 and len(lines) == len(named[:4]) else 0.0
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
