"""How a file is written so that a crash, a kill or a full disk leaves the old one whole."""

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from studio.errors import FileError
from studio.wording import _

_DEAD = 600.0
"""Seconds after which a half-written file that nobody touched has no writer any more."""


@contextlib.contextmanager
def replacing(path: Path, *, lasting: bool = True, size: int = 0) -> Iterator[BinaryIO]:
    """Open a sibling for writing; it takes the place of `path` only when it is complete on disk.

    Its name outlasts a power cut, unless it is not `lasting` by itself but by a later file beside.
    Raises FileError when the folder is read-only or the disk full; `path` is untouched then.
    `size` are the bytes to come, for the sentence.
    """
    path = path.resolve()  # the file behind a link, not the link
    try:
        make_folder(path.parent)
        prefix = f".{path.name}.{os.getpid()}-"
        handle, name = tempfile.mkstemp(prefix=prefix, suffix=".part", dir=path.parent)
    except OSError as error:
        raise unwritable(path, error, size) from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(_mode(path))
        part.replace(path)
        if lasting:
            make_durable(path.parent)
    except OSError as error:
        raise unwritable(path, error, size) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """Write a whole file or nothing; see `replacing` for `lasting`."""
    with replacing(path, lasting=lasting, size=len(content)) as stream:
        stream.write(content)


def write_json(path: Path, value: object) -> None:
    """Write one JSON document, indented so that it diffs well.

    Halves of characters, which names of files may hold, are written as JSON spells them.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    write_bytes(path, text.encode(errors="backslashreplace"))


def sweep_halves(path: Path) -> None:
    """Delete what writers of a file left beside it when they were killed or the power was cut.

    What a living process wrote stays, and what was touched in the last minutes. What cannot be
    deleted stays as well.
    """
    path = path.resolve()
    # earlier versions did not name the process
    ours = re.compile(rf"\.{re.escape(path.name)}\.(?:(\d+)-)?[a-z0-9_]{{8}}\.part")
    with contextlib.suppress(OSError):
        for file in path.parent.iterdir():
            found = ours.fullmatch(file.name)
            if found is None or is_running(int(found[1] or 0)):
                continue
            if file.is_file() and file.stat().st_mtime < time.time() - _DEAD:
                file.unlink(missing_ok=True)


def is_running(process: int) -> bool:
    """Whether there is a process of that number; systems that do not tell have only this one."""
    if process == os.getpid():
        return True
    if os.name != "posix" or process <= 0:  # elsewhere signal 0 is no question
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True  # it runs, but belongs to someone else
    return True


def read_json(path: Path) -> object:
    """Return what a JSON file holds.

    Raises FileError naming the line for a missing, unreadable or malformed file.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(
            _("Cannot read {path}: {reason}.").format(path=path, reason=reason),
            _("Check the path and the permissions."),
        ) from error
    except UnicodeDecodeError as error:
        raise FileError(_("{path} is not a UTF-8 text file.").format(path=path)) from error
    except json.JSONDecodeError as error:
        raise FileError(
            _("{path} is not valid JSON: {reason} in line {line}, column {column}.").format(
                path=path, reason=error.msg, line=error.lineno, column=error.colno
            )
        ) from error
    except (RecursionError, ValueError) as error:
        raise FileError(
            _("{path} is not usable JSON: {reason}.").format(path=path, reason=error)
        ) from error


def write_sealed(path: Path, values: Mapping[str, Any]) -> None:
    """Write a JSON object that only programs write, so that `read_sealed` sees every change."""
    write_json(path, {**values, "check": check_of(values)})


def read_sealed(path: Path) -> object:
    """Return what such a file holds, without its checksum; earlier versions wrote none.

    Raises FileError like `read_json`, and for content that is not what was written.
    """
    values = read_json(path)
    if isinstance(values, dict) and values.pop("check", None) not in {None, check_of(values)}:
        raise FileError(
            _("{path} is damaged: it is not what was written.").format(path=path),
            _("Take it from a backup, or delete it."),
        )
    return values


def check_of(values: Mapping[str, Any]) -> str:
    """Return the hash of a JSON object, however it is laid out."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def unwritable(path: Path, error: OSError, size: int = 0) -> FileError:
    """Return the refusal for a file or folder that the system does not let us write.

    `size` are the bytes it takes, if they are known; a full disk is told with both numbers.
    """
    reason = error.strerror or str(error)
    problem = _("Cannot write {path}: {reason}.")
    if error.errno == errno.ENOSPC and size:
        problem = _("Cannot write {path}: {reason}; it takes {size}, and {free} are free.")
    return FileError(
        problem.format(path=path, reason=reason, size=_told(size), free=_told(_free(path))),
        _("Choose another folder or free some space; nothing was lost."),
    )


def make_folder(folder: Path) -> None:
    """Make a folder, and those it lies in, so that they survive a power cut."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for place in missing:
        make_durable(place.parent)


def make_durable(folder: Path) -> None:
    """Have the names in a folder survive a power cut; where that is not known, nothing is done."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # file systems that cannot sync a folder
            raise
    finally:
        os.close(handle)


def _free(path: Path) -> int:
    """Return the bytes that are free where a file is to lie, 0 where nobody says."""
    place = next((folder for folder in path.parents if folder.exists()), path)
    try:
        return shutil.disk_usage(place).free
    except OSError:
        return 0


def _told(size: int) -> str:
    """Return a number of bytes as people read it."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return f"{size} B"


def _mode(path: Path) -> int:
    """Return the permissions of the file to replace, or those of a new one."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
