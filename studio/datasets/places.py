"""Whether a file or folder that a person named can be looked at."""

import os
from itertools import islice
from pathlib import Path

from studio.errors import FileError
from studio.wording import _


def expanded(path: Path) -> Path:
    """Return `path` with a leading ~ replaced; raises FileError if that user has no home."""
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise FileError(
            _("{path} begins in the home of a user who is not known here.").format(path=path),
            _("Write the whole path."),
        ) from error


def is_file(path: Path) -> bool:
    """Return whether there is such a file; raises FileError where that cannot be found out."""
    try:
        return path.is_file()
    except OSError as error:
        raise unreadable(path, error) from error


def some_of(folder: Path, most: int = 200) -> list[Path]:
    """Return some of what lies in a folder, at once whatever it holds; raises OSError.

    Which ones is up to the file system if there are more than `most`.
    """
    with os.scandir(folder) as entries:
        return [Path(entry.path) for entry in islice(entries, most)]


def require_file(path: Path) -> None:
    """Do nothing if there is such a file; raises FileError with the reason otherwise."""
    if not is_file(path):
        raise FileError(_("There is no file {path}.").format(path=path))


def unreadable(path: Path, error: OSError) -> FileError:
    """Return the refusal that says why the system does not give a file or folder."""
    return FileError(
        _("Cannot read {path}: {reason}.").format(path=path, reason=error.strerror or error)
    )


def require_place(path: Path) -> Path:
    """Return `path` if a file or folder lies there; raises FileError with the reason otherwise.

    Pipes, devices and sockets are none: opening one could wait for ever.
    """
    try:
        if path.is_file() or path.is_dir():
            return path
        exists = path.exists() or path.is_symlink()
    except (OSError, ValueError) as error:
        reason = error if isinstance(error, OSError) else OSError(22, str(error))
        raise unreadable(path, reason) from error
    if exists:
        raise FileError(
            _("{path} is neither a file nor a folder that can be read.").format(path=path)
        )
    raise FileError(_("There is no file or folder {path}.").format(path=path))
