"""What a run was asked to do, as it is kept in its folder from before the first step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.datasets.normalization import Scaling
from studio.errors import FileError, StudioError
from studio.graph.file import ProjectFile, project_from_json, project_to_json
from studio.graph.model import Graph
from studio.storage import read_sealed, write_sealed
from studio.wording import _

INFO = "run.json"


@dataclass(frozen=True)
class RunInfo:
    """The project of a run, and what else is needed to use its weights without the data."""

    project: ProjectFile
    """Graph and data as they were at the start, and the plan it follows by now."""
    created: str = ""
    """UTC, ISO 8601."""
    parent: str = ""
    """Name of the run whose weights it started from, or nothing."""
    checkpoint: str = ""
    """Which checkpoint of the parent that was."""
    parent_step: int = 0
    """How many steps the parent had made there."""
    scaling: Scaling = field(default_factory=Scaling)
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    target_name: str = ""
    light_on_dark: bool = False
    learned: Mapping[str, Any] = field(default_factory=dict)
    """What preparing the samples learned from the training part (see `Dataset.learned`)."""
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def graph(self) -> Graph:
        """The network as it was at the start."""
        return self.project.graph

    @property
    def more_classes(self) -> Mapping[str, tuple[str, ...]]:
        """The classes of each further answer by its field; empty for one of numbers."""
        learned = self.learned.get("targets", ())
        classes = {item["name"]: tuple(map(str, item.get("classes", ()))) for item in learned}
        return {name: classes.get(name, ()) for name in self.scaling.more_targets}


def write_info(folder: Path, info: RunInfo) -> None:
    """Write what a run is about, whole or not at all; raises FileError if that fails."""
    write_sealed(folder / INFO, info_json(info))


def read_info(folder: Path) -> RunInfo:
    """Return what a run is about; raises FileError if the folder is not a run or is broken."""
    path = folder / INFO
    if not path.is_file():
        raise FileError(
            _("{folder} is not a run: it has no {file}.").format(folder=folder, file=INFO),
            _("Choose a folder such as digits.runs/run-0001."),
        )
    value = read_sealed(path)
    try:
        return _info(value)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise FileError(_("{path} does not describe a run.").format(path=path)) from error
    except StudioError as error:
        raise FileError(
            _("{path} does not describe a run: {reason}").format(path=path, reason=error.problem),
            error.remedy,
        ) from error


def info_json(info: RunInfo) -> dict[str, Any]:
    """Return the JSON form: a project file with a "run" beside its graph."""
    return project_to_json(info.project) | {
        "run": {
            "created": info.created,
            "parent": info.parent,
            "checkpoint": info.checkpoint,
            "parent_step": info.parent_step,
            "scaling": info.scaling.to_json(),
            "classes": list(info.classes),
            "columns": list(info.columns),
            "target_name": info.target_name,
            "light_on_dark": info.light_on_dark,
            "learned": dict(info.learned),
            "versions": dict(info.versions),
        }
    }


def _info(value: Any) -> RunInfo:
    run = value["run"]
    project = project_from_json({name: part for name, part in value.items() if name != "run"})
    return RunInfo(
        project=project,
        created=str(run.get("created", "")),
        parent=str(run.get("parent") or ""),
        checkpoint=str(run.get("checkpoint") or ""),
        parent_step=int(run.get("parent_step") or 0),
        scaling=Scaling.from_json(run["scaling"]),
        classes=tuple(map(str, run.get("classes", ()))),
        columns=tuple(map(str, run.get("columns", ()))),
        target_name=str(run.get("target_name", "")),
        light_on_dark=run.get("light_on_dark") is True,
        learned=dict(run.get("learned", {})),
        versions={str(name): str(part) for name, part in dict(run.get("versions", {})).items()},
    )
