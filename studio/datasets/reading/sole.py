"""Which one file is meant by a file, or by a folder that holds nothing else of use."""

import os
from itertools import islice
from pathlib import Path

_ENTRIES = 16
_ASIDE = ("source", "readme", "license", "licence", "notice", "manifest", "citation", "__macosx")


def sole_file(path: Path) -> Path | None:
    """Return the file itself, or the only one in a folder beside what merely explains it."""
    files = few_files(path)
    return files[0] if len(files) == 1 else None


def few_files(path: Path) -> list[Path]:
    """Return the file itself, or those of a folder of a few files and nothing else of use."""
    try:
        if path.is_file():
            return [path]
        for _depth in range(3):
            files, folders = _entries(path)
            if not folders:
                return files
            if files or len(folders) != 1:
                return []
            path = folders[0]
    except OSError:
        pass
    return []


def _entries(folder: Path) -> tuple[list[Path], list[Path]]:
    files, folders = [], []
    with os.scandir(folder) as entries:
        for entry in islice(entries, _ENTRIES):
            if entry.name.casefold().startswith((".", *_ASIDE)):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
            else:
                files.append(Path(entry.path))
    return sorted(path for path in files if path.is_file()), folders
