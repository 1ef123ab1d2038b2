"""The folder that a source names: whole, there, and one that can be listed."""

import os
from pathlib import Path

from studio.datasets.naming import shown
from studio.datasets.places import expanded
from studio.errors import FileError
from studio.wording import _


def require_folder(place: Path) -> Path:
    """Return `place` if it is a folder that can be listed; raises FileError otherwise."""
    if not place.is_dir():
        raise FileError(
            _("{path} is a file, but a folder is needed.").format(path=shown(str(place))),
            _("Choose the folder it lies in."),
        )
    if not os.access(place, os.R_OK | os.X_OK):
        raise FileError(_("{path} may not be listed.").format(path=shown(str(place))))
    return place


def resolved_place(place: str, base: Path) -> str:
    """Return a file or folder of a setting as a whole path, taken from `base` if it is relative."""
    if not place:
        return place
    try:
        return str(base.absolute() / expanded(Path(place)))
    except FileError:
        return place  # reading says what is wrong with it


def relative_place(place: str, base: Path) -> str:
    """Return a whole path that lies in the folder `base` as it is named from there."""
    if Path(place).is_relative_to(base.absolute()):
        return Path(place).relative_to(base.absolute()).as_posix()
    return place
