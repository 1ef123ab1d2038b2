"""What folders say of the files in them: a class each, and the publisher's parts above or below."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from studio.datasets.listing import Listed

PARTS = {
    **dict.fromkeys(("train", "training", "train_set", "training_set"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev", "val_set"), "validation"),
    **dict.fromkeys(("test", "testing", "test_set", "eval"), "test"),
}
"""The names under which publishers keep their parts."""
LEVELS = ("first", "last", "path")
"""Which of several nested folders names the class."""
_DEEPEST_PART = 4


@dataclass(frozen=True)
class Placed:
    """A file with its class, and the part its publisher put it in."""

    file: Listed
    label: str
    part: str = ""
    """train, validation, test, or nothing where no parts are given."""


@dataclass
class Arrangement:
    """Files that have a class, and those that have none."""

    placed: list[Placed] = field(default_factory=list)
    outside: list[Listed] = field(default_factory=list)
    """Files beside the folders of the classes."""
    apart: list[Listed] = field(default_factory=list)
    """Files beside the folders of the parts."""


def arranged(files: Sequence[Listed], level: str = "first") -> Arrangement:
    """Return the class and part of each file by the folders it lies in.

    Folders that all files lie in say nothing. Where train stands beside test or validation at some
    depth, these are parts; of what is left, `level` says which folder names the class.
    """
    found = Arrangement()
    paths = {file: file.folders for file in files}
    depth = _part_depth(list(paths.values()))
    parts = dict.fromkeys(files, "")
    if depth is not None:
        found.apart = [file for file in files if not _part(paths[file], depth)]
        parts = {file: part for file in files if (part := _part(paths[file], depth))}
        paths = {file: _without(paths[file], depth) for file in parts}
    shared = _shared([path for path in paths.values() if path])
    for file, part in parts.items():
        rest = paths[file][shared:]
        if rest:
            found.placed.append(Placed(file, _label(rest, level), part))
        else:
            found.outside.append(file)
    return found


def parts_of(files: Sequence[Listed]) -> dict[Listed, str]:
    """Return the part each file lies in, without regard to classes; "" where there are none."""
    depth = _part_depth([file.folders for file in files])
    return {file: "" if depth is None else _part(file.folders, depth) for file in files}


def _part_depth(paths: Sequence[tuple[str, ...]]) -> int | None:
    """Return the depth at which folders are called train and test or validation."""
    for depth in range(min(_DEEPEST_PART, max(map(len, paths), default=0))):
        parts = {_part(path, depth) for path in set(paths)} - {""}
        if "train" in parts and len(parts) > 1:
            return depth
    return None


def _part(path: tuple[str, ...], depth: int) -> str:
    return PARTS.get(path[depth].casefold(), "") if len(path) > depth else ""


def _without(path: tuple[str, ...], depth: int) -> tuple[str, ...]:
    return path[:depth] + path[depth + 1 :]


def _shared(paths: list[tuple[str, ...]]) -> int:
    """Return how many leading folders all files share, the last one left to name a class."""
    if not paths:
        return 0
    levels = (len(set(level)) == 1 for level in zip(*paths, strict=False))
    shared = sum(1 for _same in itertools.takewhile(bool, levels))
    return min(shared, min(map(len, paths)) - 1)


def _label(path: tuple[str, ...], level: str) -> str:
    return {"first": path[0], "last": path[-1], "path": "/".join(path)}[level]
