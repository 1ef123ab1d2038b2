"""Small networks to try things on."""

from typing import Any

from studio.catalogue import CATALOGUE
from studio.catalogue.layer import Layer
from studio.families import read
from studio.graph.block import Block
from studio.graph.command import apply, parse
from studio.graph.edits import connect
from studio.graph.model import Graph, Wire


def network(line: str) -> Graph:
    """Return the chain that a command line asks for."""
    return apply(Graph(), parse(line))


def residual() -> Graph:
    """Return input → linear → relu → add → output, where the input also goes around to the add."""
    graph = network("input 4 → linear 4 → relu → add → output")
    return connect(graph, "input_1", "add_1")


def layer(key: str, **settings: Any) -> Layer:
    """Return a layer of the catalogue."""
    return read(CATALOGUE[key], settings)


def block(graph: Graph, name: str) -> Block:
    """Return the block of that name."""
    found = graph[name].layer
    assert isinstance(found, Block)
    return found


def names(wires: tuple[Wire | None, ...]) -> list[str | None]:
    """Return wires as a file would name them."""
    return [None if wire is None else str(wire) for wire in wires]
