"""How a file is written so that a crash, a kill or a full disk leaves the old one whole."""

import contextlib
import errno
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from studio.errors import FileError
from studio.wording import _


@contextlib.contextmanager
def replacing(path: Path, *, lasting: bool = True) -> Iterator[BinaryIO]:
    """Open a sibling for writing; it takes the place of `path` only when it is complete on disk.

    Its name outlasts a power cut, unless it is not `lasting` by itself but by a later file beside.
    Raises FileError when the folder is read-only or the disk full; `path` is untouched then.
    """
    path = path.resolve()  # the file behind a link, not the link
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(_mode(path))
        part.replace(path)
        if lasting:
            _make_durable(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        part.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """Write a whole file or nothing; see `replacing` for `lasting`."""
    with replacing(path, lasting=lasting) as stream:
        stream.write(content)


def write_json(path: Path, value: object) -> None:
    """Write one JSON document, indented so that it diffs well."""
    write_bytes(path, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())


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


def unwritable(path: Path, error: OSError) -> FileError:
    """Return the refusal for a file or folder that the system does not let us write."""
    reason = error.strerror or str(error)
    return FileError(
        _("Cannot write {path}: {reason}.").format(path=path, reason=reason),
        _("Choose another folder or free some space; nothing was lost."),
    )


def _make_durable(folder: Path) -> None:
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


def _mode(path: Path) -> int:
    """Return the permissions of the file to replace, or those of a new one."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
