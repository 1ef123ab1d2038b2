"""Whether what a run does inside is still what the graph on the canvas would do."""

from typing import Literal

from studio.graph.block import Block
from studio.graph.model import Graph, Node

Standing = Literal["same", "before", "changed", "absent"]


def standing(shown: Graph, asked: Graph, path: str) -> Standing:
    """Compare a layer of the shown graph with that of the graph of a run.

    “same”: it is computed as it is shown. “before”: itself is, but not all that leads to it.
    “changed”: it has other settings or wires, or its block has. “absent”: the run has no such
    layer. Names, places, ties and what is frozen do not count, for they change no answer.
    """
    own = True
    fed = True
    *blocks, name = path.split("/")
    for block in blocks:
        one, other = _node(shown, block), _node(asked, block)
        if one is None or other is None:
            return "absent"
        if not isinstance(one.layer, Block) or not isinstance(other.layer, Block):
            return "absent"
        own = own and _settings(one) == _settings(other)
        fed = fed and _leads_alike(shown, asked, block, itself=False)
        shown, asked = one.layer.graph, other.layer.graph
    one, other = _node(shown, name), _node(asked, name)
    if one is None or other is None:
        return "absent"
    if not own or not _alike(one, other):
        return "changed"
    return "same" if fed and _leads_alike(shown, asked, name, itself=True) else "before"


def _node(graph: Graph, name: str) -> Node | None:
    return graph.nodes.get(name)


def _leads_alike(shown: Graph, asked: Graph, name: str, *, itself: bool) -> bool:
    """Whether all that leads to a node is alike in both, and the node too if that is asked."""
    left, seen = [name], {name}
    while left:
        name = left.pop()
        one, other = _node(shown, name), _node(asked, name)
        if one is None or other is None or one.sources != other.sources:
            return False
        if itself and not _alike(one, other):
            return False
        itself = True
        further = {wire.node for wire in one.sources if wire is not None} - seen
        seen |= further
        left += further
    return True


def _alike(one: Node, other: Node) -> bool:
    if one.sources != other.sources or _settings(one) != _settings(other):
        return False
    if isinstance(one.layer, Block) and isinstance(other.layer, Block):
        inner, outer = one.layer.graph, other.layer.graph
        return set(inner) == set(outer) and all(_alike(inner[n], outer[n]) for n in inner)
    return True


def _settings(node: Node) -> tuple[str, str]:
    values = node.layer.values()
    return node.layer.key, repr({name: value for name, value in values.items() if name != "graph"})
