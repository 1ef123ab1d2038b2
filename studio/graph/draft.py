"""How a network is written down in Python: layer by layer, each fed by earlier ones."""

from collections.abc import Mapping
from typing import Any

from studio.catalogue.inputs import Input, Output
from studio.catalogue.layer import Layer
from studio.graph.block import Block
from studio.graph.model import Frozen, Graph, Node, Wire


class Draft:
    """A graph in the making; every method returns the id of what it adds, to feed others with.

    A further output of a layer is named as in files: "split_1.1".
    """

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}

    def add(
        self,
        name: str,
        layer: Layer,
        *sources: str,
        frozen: Frozen = False,
        tied: Mapping[str, str] | None = None,
    ) -> str:
        """Add a layer that reads `sources`, in order; `tied` lets it borrow weights."""
        assert name not in self._nodes, f"{name} is there already"
        wires = tuple(map(Wire.parse, sources))
        assert all(wire.node in self._nodes for wire in wires), f"{name} reads what is not there"
        self._nodes[name] = Node(layer, wires, frozen, tied=tied or {})
        return name

    def chain(self, source: str, /, **layers: Layer) -> str:
        """Add layers that follow each other, named by their keywords; return the last."""
        for name, layer in layers.items():
            source = self.add(name, layer, source)
        return source

    def input(self, name: str, *shape: int, dtype: str = "float32") -> str:
        """Add an input; inside a block its shape is whatever arrives."""
        return self.add(name, Input(sample=shape, dtype=dtype) if shape else Input())

    def output(self, name: str, source: str) -> str:
        """Add an output."""
        return self.add(name, Output(), source)

    def block(self, name: str, graph: Graph, *sources: str, **settings: Any) -> str:
        """Add a block around `graph`, with settings of Block such as `repeat`."""
        return self.add(name, Block(graph=graph, **settings), *sources)

    def graph(self) -> Graph:
        """Return what was drawn."""
        return Graph(self._nodes)
