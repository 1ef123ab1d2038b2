"""Which one file is meant by a file, or by a folder that holds nothing else of use."""

import os
from itertools import islice
from pathlib import Path

_ENTRIES = 16
_ASIDE = ("source", "readme", "license", "licence", "notice", "manifest", "citation")


def sole_file(path: Path, *, largest: bool = False) -> Path | None:
    """Return the file itself, or the only one in a folder beside what merely explains it.

    With `largest`, a folder of a few files stands for the largest of them.
    """
    try:
        if path.is_file():
            return path
        for _depth in range(3):
            files, folders = _entries(path)
            if len(files) == 1 and not folders:
                return files[0]
            if files or len(folders) != 1:
                return max(files, key=_size) if largest and files and not folders else None
            path = folders[0]
    except OSError:
        return None
    return None


def _size(path: Path) -> tuple[int, str]:
    return path.stat().st_size, path.name


def _entries(folder: Path) -> tuple[list[Path], list[Path]]:
    files, folders = [], []
    with os.scandir(folder) as entries:
        for entry in islice(entries, _ENTRIES):
            if entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
            elif not entry.name.casefold().startswith((".", *_ASIDE)):
                files.append(Path(entry.path))
    regular = [path for path in files if path.is_file()]
    return regular, folders
