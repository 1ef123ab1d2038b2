"""What a network is: named nodes, the wires between them, and nothing that can change."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from studio.catalogue.layer import Layer

Frozen = bool | Literal["statistics"]
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OUTPUT = re.compile(r"[0-9]{1,4}")
FARTHEST = 1e6  # pixels from the middle of the canvas; beyond, drawing loses its precision


def objection_to_place(place: Sequence[Any]) -> bool:
    """Return whether `place` is not a pair of numbers on the canvas."""
    return len(place) != 2 or not all(
        isinstance(axis, int | float) and not isinstance(axis, bool) and abs(axis) <= FARTHEST
        for axis in place
    )


@dataclass(frozen=True, slots=True)
class Wire:
    """Where an input comes from: a node and which of its outputs."""

    node: str
    output: int = 0

    @classmethod
    def parse(cls, text: str) -> "Wire":
        """Read "node" or "node.1"."""
        node, dot, output = text.partition(".")
        return cls(node, int(output)) if dot and _OUTPUT.fullmatch(output) else cls(text)

    def __str__(self) -> str:
        return f"{self.node}.{self.output}" if self.output else self.node


@dataclass(frozen=True)
class Node:
    """A layer at its place: what it computes, what feeds it, if it is frozen, where it is drawn."""

    layer: Layer
    sources: tuple[Wire | None, ...] = ()
    """One per input, in order; None is an input that waits for a wire."""
    frozen: Frozen = False
    at: tuple[float, float] | None = None
    tied: Mapping[str, str] = field(default_factory=dict)
    """Own weight name → "node.weight" that it borrows."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Keys of the file that this version does not know, kept for the round trip."""

    def changed(self, **values: Any) -> "Node":
        """Return the same node with some parts replaced."""
        return replace(self, **values)


@dataclass(frozen=True)
class Graph:
    """Nodes by id in the order they were added; an id is also the module's name."""

    nodes: Mapping[str, Node] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", MappingProxyType(dict(self.nodes)))

    def __getitem__(self, node: str) -> Node:
        return self.nodes[node]

    def __iter__(self) -> Iterator[str]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, node: object) -> bool:
        return node in self.nodes

    def with_node(self, name: str, node: Node) -> "Graph":
        """Return the graph with `name` added, or replaced in place."""
        return Graph({**self.nodes, name: node})

    @cached_property
    def consumers(self) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """Who is fed by each node: (node, which of its inputs)."""
        found: dict[str, list[tuple[str, int]]] = {name: [] for name in self.nodes}
        for name, node in self.nodes.items():
            for slot, wire in enumerate(node.sources):
                if wire is not None and wire.node in found:
                    found[wire.node].append((name, slot))
        return {name: tuple(pairs) for name, pairs in found.items()}
