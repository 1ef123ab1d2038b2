"""How layers travel as text: copied, pasted here or in another window, duplicated."""

from collections.abc import Iterable

from studio.errors import EditError, FileError
from studio.graph.edits.naming import fresh_name, renamed, require
from studio.graph.edits.placing import Place
from studio.graph.edits.wiring import without
from studio.graph.file import ProjectFile, project_from_json, project_to_json
from studio.graph.layout import pinned
from studio.graph.model import Graph, Node
from studio.graph.text import json_text, json_value
from studio.wording import _

BESIDE = 248.0
"""How far to the right a duplicate is drawn: one card and a gap."""


def copy(graph: Graph, names: Iterable[str]) -> str:
    """Return `names` as JSON text, with the wires and ties between them."""
    return json_text(project_to_json(ProjectFile(_part(graph, names))))


def paste(text: str, graph: Graph, at: Place | None = None) -> tuple[Graph, tuple[str, ...]]:
    """Return the graph with the layers that `text` holds, under fresh names, and those names.

    `at` is where the top left corner of what is pasted will lie. Raises EditError for other text.
    """
    try:
        part = project_from_json(json_value(text)).graph
    except FileError as error:
        raise EditError(
            _("The clipboard holds no layers: {problem}").format(problem=error.problem),
            error.remedy,
        ) from error
    return _merged(graph, part) if at is None else _merged(pinned(graph), _moved_to(part, at))


def duplicate(graph: Graph, names: Iterable[str]) -> tuple[Graph, tuple[str, ...]]:
    """Return the graph with copies of `names` beside them, and the names of the copies."""
    part = _part(graph, names)
    nodes = {name: _shifted(node, (BESIDE, 0.0)) for name, node in part.nodes.items()}
    return _merged(graph, Graph(nodes))


def _part(graph: Graph, names: Iterable[str]) -> Graph:
    wanted = frozenset(names)
    require(graph, *wanted)
    return Graph(
        {name: _inner(node, wanted) for name, node in graph.nodes.items() if name in wanted}
    )


def _inner(node: Node, wanted: frozenset[str]) -> Node:
    outer = {
        slot
        for slot, wire in enumerate(node.sources)
        if wire is not None and wire.node not in wanted
    }
    tied = {own: owner for own, owner in node.tied.items() if owner.partition(".")[0] in wanted}
    return node.changed(sources=without(node, outer), tied=tied)


def _merged(graph: Graph, part: Graph) -> tuple[Graph, tuple[str, ...]]:
    taken = set(graph)
    names: dict[str, str] = {}
    for name, node in part.nodes.items():
        names[name] = fresh_name(taken, node.layer)
        taken.add(names[name])
    return Graph({**graph.nodes, **renamed(part, names).nodes}), tuple(names.values())


def _moved_to(part: Graph, at: Place) -> Graph:
    held = pinned(part)
    places = [node.at for node in held.nodes.values() if node.at is not None]
    if not places:
        return part
    by = (at[0] - min(x for x, _y in places), at[1] - min(y for _x, y in places))
    return Graph({name: _shifted(node, by) for name, node in held.nodes.items()})


def _shifted(node: Node, by: Place) -> Node:
    return node if node.at is None else node.changed(at=(node.at[0] + by[0], node.at[1] + by[1]))
