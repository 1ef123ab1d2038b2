"""What advice looks at: one page with its facts, and what several remarks ask of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from studio.analysis.report import NodeFacts, Task
from studio.catalogue.layer import Layer
from studio.catalogue.shape import Shape
from studio.errors import StudioError
from studio.graph.model import Graph, Node

PASSING = ("identity", "dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout",
           "drop_path", "flatten", "reshape")  # fmt: skip
"""Layers that hand numbers on without computing anything from them."""


@dataclass(frozen=True)
class View:
    """A page after the walk, before anything is said about it."""

    graph: Graph
    order: tuple[str, ...]
    facts: Mapping[str, NodeFacts]
    refusals: Mapping[str, StudioError]
    task: Task | None = None
    inside: bool = False
    """Whether this is the page of a block."""
    held: bool = False
    """Whether a block around it is frozen."""

    @cached_property
    def by_key(self) -> Mapping[str, tuple[str, ...]]:
        """Nodes by the key of their layer, in order."""
        found: dict[str, list[str]] = {}
        nodes = self.graph.nodes
        for name in self.order:
            found.setdefault(nodes[name].layer.key, []).append(name)
        return {key: tuple(names) for key, names in found.items()}

    def of(self, *keys: str) -> Iterator[tuple[str, Node]]:
        """Yield the nodes whose layer has one of these keys."""
        for key in keys:
            for name in self.by_key.get(key, ()):
                yield name, self.graph[name]

    def layer(self, name: str) -> Layer:
        """Return the layer of a node."""
        return self.graph[name].layer

    def source(self, name: str, slot: int = 0) -> str:
        """Return the node that feeds an input, or "" where no wire arrives."""
        sources = self.graph[name].sources
        wire = sources[slot] if slot < len(sources) else None
        return wire.node if wire is not None and wire.node in self.graph else ""

    def origin(self, name: str) -> str:
        """Return the nearest node before `name` that computes something, or ""."""
        seen = {name}
        found = self.source(name)
        while found and found not in seen and self.layer(found).key in PASSING:
            seen.add(found)
            found = self.source(found)
        return found

    def output(self, name: str) -> Shape | None:
        """Return the shape that leaves a node, if it is known."""
        return self.facts[name].output if name else None

    def is_frozen(self, name: str) -> bool:
        """Whether training leaves the parameters of a node alone."""
        return self.held or self.graph[name].frozen is True

    @cached_property
    def is_known(self) -> bool:
        """Whether every shape on the page is known."""
        return all(facts.outputs for facts in self.facts.values())
