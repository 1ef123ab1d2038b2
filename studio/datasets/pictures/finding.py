"""How surely a file or folder that somebody brings is one of pictures, found out at a glance."""

from pathlib import Path

from studio.datasets.listing import Listed, glimpsed
from studio.datasets.pictures.sniffing import sniffed
from studio.datasets.places import some_of
from studio.datasets.reading.grid import Reading, read_grid
from studio.errors import StudioError

_SNIFFED = 24
_LEAST_SHARE = 0.4
"""Of pictures; remarks on each of them often lie beside them."""
_ROWS, _COLUMNS = 12, 40
"""Of a table that are looked at: each cell may name a file in one of several folders."""
_ENDINGS = ("", ".jpg", ".png", ".jpeg")


def likeness(path: Path) -> tuple[float, Path, str]:
    """Return how surely `path` is of pictures, the folder of it all, and the table if it is one."""
    if path.is_dir():
        return _folder(path), path, ""
    sure, folder = _table(path)
    return (sure, folder, path.relative_to(folder).as_posix()) if sure else (0.0, path, "")


def _folder(folder: Path) -> float:
    files = sorted(glimpsed(folder), key=lambda file: file.name)
    if not files:
        return 0.0
    count = min(_SNIFFED, len(files))
    some = [files[number * len(files) // count] for number in range(count)]
    pictures = [file for file in some if sniffed(folder / file.name)]
    share = len(pictures) / count
    if share < _LEAST_SHARE:
        return 0.0
    tables = [file for file in files if file.suffix in {".csv", ".tsv"}]
    if any(_table(folder / file.name)[0] for file in tables[:4]):
        return 0.6 + 0.35 * share
    return 0.6 + 0.35 * share if _has_folders(pictures) else 0.4 + 0.3 * share


def _has_folders(pictures: list[Listed]) -> bool:
    return len({file.folders for file in pictures}) > 1


def _table(path: Path) -> tuple[float, Path]:
    """Return how surely a file is a table that names pictures beside it or one folder down."""
    try:
        grid = read_grid(path, Reading(header="no"), most_rows=_ROWS)
    except StudioError:
        return 0.0, path
    folders = _folders(path.parent)
    for column in grid.columns[:_COLUMNS]:
        cells = column[1:].tolist()
        named = sum(any(_is_picture(folder, cell) for folder in folders) for cell in cells)
        if named * 2 > len(cells):
            return 0.95, path.parent
    return 0.0, path


def _folders(folder: Path) -> list[Path]:
    """Return a folder and some of those in it."""
    try:
        return [folder, *[entry for entry in some_of(folder, 48) if entry.is_dir()][:8]]
    except OSError:
        return [folder]


def _is_picture(folder: Path, cell: str) -> bool:
    if not cell or len(cell) > 200 or "\0" in cell:
        return False
    paths = (folder / (cell.replace("\\", "/") + ending) for ending in _ENDINGS)
    try:
        return any(path.is_file() and bool(sniffed(path)) for path in paths)
    except (OSError, ValueError):
        return False
