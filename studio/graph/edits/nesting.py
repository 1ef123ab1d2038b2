"""How the pages inside blocks are reached and edited."""

from collections.abc import Callable, Sequence

from studio.errors import EditError
from studio.graph.block import Block
from studio.graph.edits.naming import require
from studio.graph.edits.ports import fitted
from studio.graph.model import Graph
from studio.wording import _


def page(graph: Graph, location: Sequence[str]) -> Graph:
    """Return the graph inside the blocks that `location` names, outermost first; () is the top.

    Raises EditError if there is no such block.
    """
    for name in location:
        graph = _block(graph, name).graph
    return graph


def at_location(graph: Graph, location: Sequence[str], edit: Callable[[Graph], Graph]) -> Graph:
    """Return the whole graph with `edit` applied to the page at `location`.

    Raises EditError if there is no such page, and whatever the edit refuses.
    """
    if not location:
        return edit(graph)
    name = location[0]
    block = _block(graph, name)
    inner = at_location(block.graph, location[1:], edit)
    return graph if inner is block.graph else fitted(graph, name, block.with_page(inner))


def _block(graph: Graph, name: str) -> Block:
    require(graph, name)
    found = graph[name].layer
    if not isinstance(found, Block):
        raise EditError(
            _("{name} is no block, so there is nothing inside to open.").format(name=name)
        )
    return found
