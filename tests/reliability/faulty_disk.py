"""A disk that tests look at and break: every call that changes it is written down and may fail.

It lies between the program and the system, below one folder: files are opened, written, made
durable, renamed and removed as always, but for the calls that are told to fail.
"""

import contextlib
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

SHORT = "short"
"""Instead of an error: a write that takes only a part of what it was given."""
Fault = Callable[[int, str], OSError | str | None]
"""The number of a call, from 1, and what it does → what is wrong with it, or None."""


@dataclass(frozen=True)
class Call:
    """One change of the disk. What a file is called may change, its number does not."""

    does: str
    """One of make, cut, write, sync, sync folder, rename, unlink, mkdir, rmdir and said."""
    path: str = ""
    to: str = ""
    file: int = 0
    offset: int = 0
    content: bytes = b""
    said: Any = None


@dataclass
class Disk:
    """Watches what lies below `root` while it is patched in."""

    root: Path
    fault: Fault | None = None
    trace: list[Call] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    """What every call did that could fail."""
    files: dict[str, int] = field(default_factory=dict)
    """Path → number of the file that is there now."""
    before: dict[str, bytes] = field(default_factory=dict)
    """What was there at the beginning."""
    files_at_first: dict[str, int] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    """Those that were there at the beginning."""
    _opened: dict[int, str | int] = field(default_factory=dict)
    _last: int = 0

    def __post_init__(self) -> None:
        for path in sorted(self.root.rglob("*")):
            name = str(path.relative_to(self.root))
            if path.is_dir():
                self.folders.add(name)
            else:
                self.files[name] = self._number()
                self.before[name] = path.read_bytes()
        self.files_at_first = dict(self.files)

    def said(self, value: Any) -> None:
        """Note that the program reported something to be saved."""
        self.trace.append(Call("said", said=value))

    def name(self, path: Any) -> str | None:
        """Return a path inside the folder, None for one elsewhere."""
        if not isinstance(path, str | os.PathLike):
            return None
        try:
            return str(Path(path).relative_to(self.root))
        except ValueError:
            return None

    def called(self, does: str) -> str:
        """Count a call; raises what is wrong with it, or returns SHORT."""
        self.calls.append(does)
        wrong = self.fault(len(self.calls), does) if self.fault else None
        if isinstance(wrong, OSError):
            raise wrong
        return wrong or ""

    def _number(self) -> int:
        self._last += 1
        return self._last

    def made(self, name: str, handle: int) -> int:
        """Take note of an open file, which may be new; return its number."""
        if name not in self.files:
            self.files[name] = self._number()
            self.trace.append(Call("make", name, file=self.files[name]))
        self._opened[handle] = self.files[name]
        return self.files[name]

    @contextlib.contextmanager
    def watching(self) -> Iterator["Disk"]:
        """Stand between the program and the system."""
        with contextlib.ExitStack() as patches:
            for owner, name, by in (
                (os, "open", self._open),
                (os, "fdopen", self._fdopen),
                (os, "fsync", self._fsync),
                (os, "chmod", self._chmod),
                (os, "replace", self._rename),
                (os, "rename", self._rename),
                (os, "unlink", self._unlink),
                (os, "mkdir", self._mkdir),
                (os, "rmdir", self._rmdir),
                (io, "open", self._io_open),
            ):
                bound = _bound(getattr(owner, name), by)
                patches.enter_context(mock.patch.object(owner, name, bound))
            yield self

    def _open(self, system: Any, path: Any, flags: int, *rest: Any, **more: Any) -> int:
        name = self.name(path)
        if name is None:
            handle = int(system(path, flags, *rest, **more))
            self._opened.pop(handle, None)
            return handle
        if flags & getattr(os, "O_DIRECTORY", 0):
            self.called("open folder")
            handle = int(system(path, flags, *rest, **more))
            self._opened[handle] = name
            return handle
        self.called("open")
        handle = int(system(path, flags, *rest, **more))
        self.made(name, handle)
        return handle

    def _fdopen(self, system: Any, handle: int, mode: str = "r", *rest: Any, **more: Any) -> Any:
        number = self._opened.get(handle)
        if not isinstance(number, int):
            return system(handle, mode, *rest, **more)
        return io.BufferedWriter(_File(self, number, handle, mode))

    def _io_open(self, system: Any, path: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
        name = self.name(path)
        if name is None or not set(mode) & set("wa+"):
            return system(path, mode, *rest, **more)
        self.called("open")
        raw = _File(self, 0, str(path), mode.replace("b", ""))
        raw.number = self.made(name, raw.fileno())
        if "w" in mode:
            self.trace.append(Call("cut", name, file=raw.number))
        if (rest[0] if rest else more.get("buffering", -1)) == 0:
            return raw
        return io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)

    def _fsync(self, system: Any, handle: int) -> None:
        found = self._opened.get(handle)
        if found is None:
            system(handle)
            return
        is_file = isinstance(found, int)
        self.called("sync" if is_file else "sync folder")
        # not of the real disk: nothing here outlives the test
        if isinstance(found, int):
            self.trace.append(Call("sync", file=found))
        else:
            self.trace.append(Call("sync folder", found))

    def _chmod(self, system: Any, path: Any, *rest: Any, **more: Any) -> None:
        if self.name(path) is not None:
            self.called("chmod")
        system(path, *rest, **more)

    def _rename(self, system: Any, path: Any, to: Any, *rest: Any, **more: Any) -> None:
        name, target = self.name(path), self.name(to)
        if name is None or target is None:
            system(path, to, *rest, **more)
            return
        self.called("rename")
        system(path, to, *rest, **more)
        assert name in self.files, "folders are not renamed by what is tested here"
        self.files[target] = self.files.pop(name)
        self.trace.append(Call("rename", name, target, self.files[target]))

    def _unlink(self, system: Any, path: Any, *rest: Any, **more: Any) -> None:
        name = self.name(path)
        if name is not None:
            self.called("unlink")
        system(path, *rest, **more)
        if name is not None:
            self.files.pop(name, None)
            self.trace.append(Call("unlink", name))

    def _mkdir(self, system: Any, path: Any, *rest: Any, **more: Any) -> None:
        name = self.name(path)
        if name is not None:
            self.called("mkdir")
        system(path, *rest, **more)
        if name is not None:
            self.trace.append(Call("mkdir", name))

    def _rmdir(self, system: Any, path: Any, *rest: Any, **more: Any) -> None:
        name = self.name(path)
        if name is not None:
            self.called("rmdir")
        system(path, *rest, **more)
        if name is not None:
            self.trace.append(Call("rmdir", name))


class _File(io.FileIO):
    """An open file whose writes are seen."""

    def __init__(self, disk: Disk, number: int, file: str | int, mode: str) -> None:
        super().__init__(file, mode.replace("b", ""))
        self._disk, self.number = disk, number

    def write(self, content: Any) -> int:
        """Write what may be written of it."""
        given = bytes(content)
        if self._disk.called("write") == SHORT:
            given = given[: max(1, len(given) // 2)]
        end = os.fstat(self.fileno()).st_size
        offset = end if "a" in self.mode else self.tell()
        written = super().write(given)
        self._disk.trace.append(
            Call("write", file=self.number, offset=offset, content=given[:written])
        )
        return written


def _bound(system: Any, by: Callable[..., Any]) -> Callable[..., Any]:
    def called(*args: Any, **options: Any) -> Any:
        return by(system, *args, **options)

    return called
