"""How to visit every node of a graph, inside blocks too, by its path."""

from collections.abc import Iterator

from studio.graph.block import Block
from studio.graph.model import Frozen, Graph, Node


def walk(graph: Graph, prefix: str = "") -> Iterator[tuple[str, Node]]:
    """Yield (path, node) of every node; what is inside a block follows it ("block_1/conv2d_2")."""
    for name, node in graph.nodes.items():
        yield prefix + name, node
        if isinstance(node.layer, Block):
            yield from walk(node.layer.graph, f"{prefix}{name}/")


def frozen_paths(graph: Graph) -> dict[str, Frozen]:
    """Return the nodes marked frozen, by path; a frozen block speaks for what is inside."""
    return {path: node.frozen for path, node in walk(graph) if node.frozen}
