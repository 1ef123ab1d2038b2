"""How a project lies on disk: one JSON file that a person can read, write and compare."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.errors import FileError
from studio.graph.migrations import VERSION, migrated
from studio.graph.model import Graph
from studio.graph.spelling import graph_from_json, graph_json
from studio.graph.text import LARGEST, json_text, json_value
from studio.storage import sweep_halves, write_bytes
from studio.wording import _

_OWN_KEYS = frozenset({"layerwise", "graph", "data", "plan"})


@dataclass(frozen=True)
class ProjectFile:
    """What a project file says; data and plan stay as they were written."""

    graph: Graph = field(default_factory=Graph)
    data: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    """Keys that this version does not know, kept for the round trip."""


def read_project(path: Path) -> ProjectFile:
    """Return the project in a file; raises FileError naming the file, whatever its bytes are."""
    content = _bytes(path)
    try:
        return project_from_json(json_value(content))
    except FileError as error:
        raise FileError(
            _("{file}: {problem}").format(file=path.name, problem=error.problem), error.remedy
        ) from error


def write_project(path: Path, project: ProjectFile) -> None:
    """Write a project whole or not at all; raises FileError if the place cannot be written.

    Halves of it that a power cut left beside it go.
    """
    write_bytes(path, json_text(project_to_json(project)).encode())
    sweep_halves(path)


def project_from_json(value: Any) -> ProjectFile:
    """Return the project that a JSON value spells; raises FileError for anything else."""
    if not isinstance(value, Mapping):
        raise FileError(
            _("A project must be a JSON object, but it is of type {type}.").format(
                type=type(value).__name__
            )
        )
    project = migrated(dict(value))
    return ProjectFile(
        graph=graph_from_json(project.get("graph", {})),
        data=_part(project, "data"),
        plan=_part(project, "plan"),
        extra={key: item for key, item in project.items() if key not in _OWN_KEYS},
    )


def project_to_json(project: ProjectFile) -> dict[str, Any]:
    """Return the JSON form of a project, in the order in which a person reads it."""
    known = {"layerwise": VERSION, "graph": graph_json(project.graph)}
    parts = {"data": project.data, "plan": project.plan}
    said = {key: part for key, part in parts.items() if part}
    rest = {key: item for key, item in project.extra.items() if key not in _OWN_KEYS}
    return known | said | rest


def _part(project: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = project.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise FileError(
            _("{key} must be an object, but it is of type {type}.").format(
                key=key, type=type(value).__name__
            )
        )
    return value


def _bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise FileError(_("{path} is not a file.").format(path=path))
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(
            _("Cannot read {path}: {reason}.").format(path=path, reason=reason),
            _("Check the path and the permissions."),
        ) from error
    if len(content) > LARGEST:
        raise FileError(
            _("{path} is larger than {most} MB, so it can be no project.").format(
                path=path, most=LARGEST // 1_000_000
            )
        )
    return content
