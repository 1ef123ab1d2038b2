"""How the wires of a block follow its ports when the network inside changes."""

from collections.abc import Sequence

from studio.graph.block import Block
from studio.graph.edits.wiring import trimmed, without
from studio.graph.model import Graph, Wire


def fitted(graph: Graph, name: str, block: Block) -> Graph:
    """Return the graph with `block` in the place of the one called `name`, its wires kept by port.

    A port that was renamed keeps its wire; a port that is gone leaves what it fed waiting.
    """
    node = graph[name]
    before = node.layer.ports() if isinstance(node.layer, Block) else ((), ())
    after = block.ports()
    came = _moves(before[0], after[0])
    sources = list[Wire | None]([None] * len(after[0]))
    for slot, wire in enumerate(node.sources):
        if (place := came.get(slot)) is not None:
            sources[place] = wire
    fresh = graph.with_node(name, node.changed(layer=block, sources=trimmed(tuple(sources))))
    return fresh if before[1] == after[1] else _refed(fresh, name, _moves(before[1], after[1]))


def _moves(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """Return where each port went: to its name, or to its place if only names changed."""
    place = {port: index for index, port in enumerate(after)}
    if len(before) == len(after):
        free = [index for index, port in enumerate(after) if port not in before]
        lost = [index for index, port in enumerate(before) if port not in place]
        renamed = dict(zip(lost, free, strict=True))
    else:
        renamed = {}
    known = {index: place[port] for index, port in enumerate(before) if port in place}
    return known | renamed


def _refed(graph: Graph, name: str, moves: dict[int, int]) -> Graph:
    nodes = dict(graph.nodes)
    for consumer in {consumer for consumer, _slot in graph.consumers[name]}:
        node = graph[consumer]
        sources, lost = list(node.sources), set()
        for slot, wire in enumerate(node.sources):
            if wire is None or wire.node != name:
                continue
            if wire.output in moves:
                sources[slot] = Wire(name, moves[wire.output])
            else:
                lost.add(slot)
        node = node.changed(sources=tuple(sources))
        nodes[consumer] = node.changed(sources=without(node, lost))
    return Graph(nodes)
