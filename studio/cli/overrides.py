"""How `--set plan.epochs=2` changes a project before it is used."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.catalogue.layer import CATALOGUE
from studio.datasets.source import SOURCES, read_source, source_json
from studio.errors import SettingError, StudioError
from studio.fields import nearest
from studio.graph.file import ProjectFile, project_from_json, project_to_json
from studio.training.plan import plan_json, read_plan
from studio.training.ticks.sources import resolved, sources_of
from studio.wording import _

_NODE_KEYS = ("type", "from", "frozen", "tied", "at")
_PARTS = ("plan", "data", "graph")


def overridden(project: ProjectFile, assignments: Iterable[str], base: Path) -> ProjectFile:
    """Return the project with "part.name=value" applied in order; paths in its data are resolved.

    A relative path in the file is taken from `base`, one in an assignment from the working folder.
    A value is JSON where it can be, else text. Raises SettingError with the nearest known name for
    what does not exist, FileError or SettingError for a value that does not fit.
    """
    project = _resolved(replace(project, plan=plan_json(read_plan(project.plan))), base)
    for assignment in assignments:
        path, equals, text = assignment.partition("=")
        names = path.strip().split(".")
        if not equals or names[0] not in _PARTS or (len(names) < 2 and names[0] != "data"):
            raise SettingError(
                _("--set needs something like plan.epochs=2, but {text} was given.").format(
                    text=assignment
                ),
                nearest(names[0], _PARTS),
            )
        try:
            project = _applied(project, names, _value(text.strip()))
        except StudioError as error:
            raise SettingError(
                _("--set {text}: {problem}").format(text=assignment, problem=error.problem),
                error.remedy,
            ) from error
    return project


def _applied(project: ProjectFile, names: list[str], value: Any) -> ProjectFile:
    part, *path = names
    if part == "plan":
        plan = _replaced(project.plan, path, value)
        return replace(project, plan=plan_json(read_plan(plan)))
    if part == "data":
        data = _replaced(project.data, path, value) if path else value
        data = source_json(read_source(data))
        return _resolved(replace(project, data=data), Path.cwd())
    whole = project_to_json(project)
    whole["graph"] = _rewired(whole["graph"], path, value)
    return project_from_json(whole)


def _replaced(values: Mapping[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    """Return a copy of nested settings with one replaced; the names in it must exist already."""
    name, *rest = path
    if name == "type" and not rest:
        return {"type": value}  # another member has other settings
    if name not in values:
        raise _unknown(name, values)
    if rest and not isinstance(values[name], Mapping):
        raise SettingError(_("{name} has no settings of its own.").format(name=name))
    return {**values, name: _replaced(values[name], rest, value) if rest else value}


def _rewired(graph: Mapping[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    """Return a copy of a graph with one setting of one layer replaced ("block_1/conv2d_2")."""
    first, *rest = path
    name, _slash, inner = first.partition("/")
    if name not in graph:
        raise _unknown(name, graph)
    node = dict(graph[name])
    if inner:
        if "graph" not in node:
            raise SettingError(_("{name} is no block.").format(name=name))
        return {**graph, name: {**node, "graph": _rewired(node["graph"], [inner, *rest], value)}}
    if len(rest) != 1:
        raise SettingError(
            _("A layer's setting is named like graph.{name}.frozen.").format(name=name)
        )
    known = _known(node)
    if rest[0] not in known:
        raise _unknown(rest[0], known)
    return {**graph, name: {**node, rest[0]: value}}


def _known(node: Mapping[str, Any]) -> tuple[str, ...]:
    kind = node.get("type")
    declared = CATALOGUE[kind].declared.values() if kind in CATALOGUE else ()
    return (*(setting.key for setting in declared), *_NODE_KEYS)


def _resolved(project: ProjectFile, base: Path) -> ProjectFile:
    plan = read_plan(project.plan)
    if sources_of(plan.ticks):
        there = plan_json(plan.changed(ticks=resolved(plan.ticks, base)))
        project = replace(project, plan=there)
    if not project.data:
        return project
    return replace(project, data=source_json(SOURCES.member(project.data).resolved(base)))


def _unknown(name: str, known: Iterable[str]) -> SettingError:
    names = tuple(known)
    return SettingError(
        _("There is no {name}.").format(name=name),
        nearest(name, names) or _("Known: {names}.").format(names=", ".join(names)),
    )


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
