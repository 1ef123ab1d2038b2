"""How work that was never saved survives a crash: a side file, read at the next start."""

import os
from dataclasses import dataclass
from pathlib import Path

from studio.errors import StudioError
from studio.graph.file import ProjectFile, project_from_json, project_to_json
from studio.paths import home
from studio.storage import is_running, read_json, write_json


@dataclass(frozen=True)
class Recovered:
    """A project as it was when the program that had it open went away."""

    file: Path
    name: str
    path: Path | None
    """Where the project itself lies, if it was ever saved."""
    project: ProjectFile


def _own_file() -> Path:
    return home() / "recovery" / f"{os.getpid()}.json"


def keep_aside(name: str, path: Path | None, project: ProjectFile) -> None:
    """Write the present state to this program's side file; raises FileError if it cannot."""
    record = {
        "name": name,
        "path": str(path) if path else None,
        "project": project_to_json(project),
    }
    write_json(_own_file(), record)


def forget() -> None:
    """Remove this program's side file: all is saved, or was given up on purpose."""
    _own_file().unlink(missing_ok=True)


def left_behind(project: Path | None = None) -> tuple[Recovered, ...]:
    """Return what programs that are gone left unsaved, the newest first, whole files only.

    Of one `project`, if it is given, or else of all.
    """
    folder = home() / "recovery"
    files = sorted(folder.glob("*.json"), key=lambda file: -file.stat().st_mtime)
    found = (work for file in files if (work := _read(file)) is not None)
    return tuple(work for work in found if project is None or work.path == project.resolve())


def _read(file: Path) -> Recovered | None:
    if not file.stem.isdecimal() or is_running(int(file.stem)):
        return None
    try:
        record = read_json(file)
        if not isinstance(record, dict):
            return None
        path = record.get("path")
        project = project_from_json(record.get("project"))
        return Recovered(file, str(record.get("name")), Path(path) if path else None, project)
    except StudioError:
        return None
