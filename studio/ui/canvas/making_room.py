"""How cards that were put by hand step aside for a layer that comes between them."""

from collections.abc import Iterable

from studio.graph import edits
from studio.graph.layout import CARD, Gaps
from studio.graph.model import Graph

_STEP = CARD[1] + Gaps().row


def with_room(graph: Graph, fresh: Iterable[str]) -> Graph:
    """Return the page with `fresh` right below what feeds them; the column below moves down.

    Cards that no hand has placed need no room: the layout finds their places.
    """
    for name in fresh:
        sources = [wire.node for wire in graph[name].sources if wire is not None]
        above = graph[sources[0]].at if sources else None
        if graph[name].at is None and above is not None:
            graph = _let_in(graph, name, (above[0], above[1] + _STEP))
    return graph


def _let_in(graph: Graph, name: str, place: tuple[float, float]) -> Graph:
    moved = {name: place}
    level = place[1]
    for y, other in _below(graph, place):
        if y >= level + _STEP - 1:
            break
        level += _STEP
        x = (graph[other].at or place)[0]
        moved[other] = (x, level)
    return edits.move(graph, moved)


def _below(graph: Graph, place: tuple[float, float]) -> list[tuple[float, str]]:
    """Return the cards of the column from `place` downwards, the highest first."""
    found = ((node.at, name) for name, node in graph.nodes.items() if node.at is not None)
    return sorted(
        (at[1], name)
        for at, name in found
        if abs(at[0] - place[0]) < CARD[0] and at[1] > place[1] - CARD[1]
    )
