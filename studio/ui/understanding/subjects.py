"""Which networks can be compared, and how each is opened."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studio import gallery
from studio.analysis.analyze import analyze
from studio.analysis.report import Report
from studio.graph.file import read_project
from studio.runs.info import read_info
from studio.wording import _
from studio.workspace import Workspace


@dataclass(frozen=True)
class Subject:
    """A network to compare."""

    name: str
    report: Report | None
    """None stands for the network that is open, which may change at any time."""


OPEN = Subject("", None)


def from_gallery(name: str) -> Subject:
    """Return a network of the gallery; raises StudioError if it cannot be opened."""
    return Subject(_(gallery.entry(name).title), analyze(gallery.load(name).graph))


def from_file(path: Path) -> Subject:
    """Return the network of a project file; raises StudioError if it cannot be read."""
    return Subject(path.stem, analyze(read_project(path).graph))


def from_run(folder: Path) -> Subject:
    """Return the network of a run as it was at its start; raises StudioError if it is broken."""
    return Subject(folder.name, analyze(read_info(folder).graph))


def offered_runs(workspace: Workspace) -> Iterator[Path]:
    """Yield the folders of this project's runs that can be read, the newest first."""
    for run in workspace.runs():
        if run.status != "broken":
            yield run.folder
