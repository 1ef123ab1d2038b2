"""Which files lie in a folder, in the same order on every machine; nothing is opened.

Pipes, devices and dangling links are never touched, links never lead out of the folder.
"""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.datasets.naming import order
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.wording import _, full

DEEPEST = 12
MOST_FILES = 2_000_000
_JUNK = {"thumbs.db", "desktop.ini", "__macosx", "ehthumbs.db", "icon\r", "$recycle.bin"}


@dataclass(frozen=True)
class Listed:
    """One file of a folder."""

    name: str
    """Its path below the folder, with slashes."""
    size: int
    stamp: int
    """When it was changed, in nanoseconds."""

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders it lies in, from the outermost."""
        return tuple(self.name.split("/")[:-1])

    @property
    def suffix(self) -> str:
        """The ending of its name in small letters, as ".jpg"."""
        return os.path.splitext(self.name)[1].lower()  # noqa: PTH122


@dataclass(frozen=True)
class Listing:
    """All files of a folder and of those in it."""

    root: Path
    files: tuple[Listed, ...]
    folders: tuple[str, ...]
    """Every folder below the root, with slashes."""
    left_out: tuple[tuple[str, str], ...] = ()
    """What is not looked at: (why, name), why as in `REASONS`."""
    stamps: tuple[tuple[str, int], ...] = ()
    """When each folder was changed, the root first."""


REASONS = ("dangling_link", "outside_link", "special_file", "no_permission", "too_deep")
_kept: dict[str, Listing] = {}
"""The latest listings by folder, for facts that have to be there at once."""


def listed(root: Path, watch: Watch | None = None) -> Listing:
    """Return everything in a folder, sorted by name.

    Raises DataError for more than `MOST_FILES` files.
    """
    walk = _Walk(root, watch)
    walk.enter("", 0)
    files = tuple(sorted(walk.files, key=lambda file: order(file.name)))
    folders = tuple(sorted(walk.folders, key=order))
    left_out = tuple(sorted(walk.left_out, key=lambda one: (one[0], order(one[1]))))
    found = Listing(root, files, folders, left_out, tuple(walk.stamps))
    if len(_kept) > 8:
        _kept.clear()
    _kept[str(root)] = found
    return found


def remembered(root: Path) -> Listing:
    """Return the listing of before where no folder has changed since, else a new one."""
    kept = _kept.get(str(root))
    if kept and all(_stamp(root / name) == stamp for name, stamp in kept.stamps):
        return kept
    return listed(root)


class _Walk:
    """One walk through a folder, and what it found."""

    def __init__(self, root: Path, watch: Watch | None) -> None:
        self.files: list[Listed] = []
        self.folders: list[str] = []
        self.left_out: list[tuple[str, str]] = []
        self.stamps: list[tuple[str, int]] = []
        self._root, self._watch = root, watch
        self._real = os.path.realpath(root)

    def enter(self, folder: str, depth: int) -> None:
        """List one folder and those in it."""
        self.stamps.append((folder, _stamp(self._root / folder)))
        try:
            for entry in _entries(self._root / folder):
                self._take(entry, f"{folder}/{entry.name}" if folder else entry.name, depth)
        except OSError:
            self.left_out.append(("no_permission", folder or "."))

    def _take(self, entry: "os.DirEntry[str]", name: str, depth: int) -> None:
        if self._watch is not None and not len(self.files) % 64:
            self._watch.check()
        if entry.is_symlink() and (why := self._led_astray(entry)):
            self.left_out.append((why, name))
        elif entry.is_dir():
            self._go_down(name, depth)
        else:
            self._note(entry, name)

    def _go_down(self, name: str, depth: int) -> None:
        if depth >= DEEPEST:
            self.left_out.append(("too_deep", name))
            return
        self.folders.append(name)
        self.enter(name, depth + 1)

    def _led_astray(self, entry: "os.DirEntry[str]") -> str:
        target = os.path.realpath(entry.path)
        try:
            entry.stat()
        except OSError as error:
            return "dangling_link" if error.errno != errno.EACCES else "no_permission"
        inside = target.startswith(self._real + os.sep)
        return "" if inside and entry.is_file() else "outside_link"

    def _note(self, entry: "os.DirEntry[str]", name: str) -> None:
        try:
            found = entry.stat()
        except OSError:
            self.left_out.append(("no_permission", name))
            return
        if not stat.S_ISREG(found.st_mode):
            self.left_out.append(("special_file", name))
            return
        self.files.append(Listed(name, found.st_size, found.st_mtime_ns))
        if len(self.files) > MOST_FILES:
            raise DataError(
                _("{folder} has more than {most} files.").format(
                    folder=self._root, most=full(MOST_FILES)
                ),
                _("Choose a folder further down."),
            )


def _entries(folder: Path) -> "Iterator[os.DirEntry[str]]":
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith((".", "~$")) and entry.name.casefold() not in _JUNK:
                yield entry


def _stamp(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return -1


def glimpsed(root: Path, entries: int = 48, folders: int = 24) -> tuple[Listed, ...]:
    """Return some files of a folder and of a few of those in it, at once whatever it holds.

    Which ones is up to the file system.
    """
    found: list[Listed] = []
    waiting = [""]
    for folder in waiting:  # grows while it is gone through
        seen = 0
        try:
            for entry in _entries(root / folder):
                name = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting += [name] if len(waiting) < folders else []
                elif entry.is_file():
                    found.append(Listed(name, 1, 0))
                seen += 1
                if seen >= entries:
                    break
        except OSError:
            continue
    return tuple(found)
