"""What a node is, apart from its name and its place on the canvas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.catalogue.layer import Layer
from studio.catalogue.unknown import Unknown
from studio.graph.block import Block
from studio.graph.model import Frozen, Graph


@dataclass(frozen=True)
class Print:
    """Nodes are alike when their prints are equal: type, settings, wires by distance, inside."""

    key: str
    settings: tuple[tuple[str, Any], ...]
    frozen: Frozen
    wires: tuple[tuple[int, int] | None, ...]
    """For each input: how many nodes back its source is, and which output of it."""
    tied: tuple[str, ...]
    """Names of the weights it borrows."""
    inside: tuple["Print", ...] = ()


def fingerprint(graph: Graph, order: Sequence[str]) -> Mapping[str, Print]:
    """Return the print of each node of `order`, which lists all nodes of the graph."""
    place = {name: index for index, name in enumerate(order)}
    return {name: _print(graph, name, place) for name in order}


def _print(graph: Graph, name: str, place: Mapping[str, int]) -> Print:
    node = graph[name]
    layer = node.layer
    inside: tuple[Print, ...] = ()
    if isinstance(layer, Block):
        inside = tuple(fingerprint(layer.graph, tuple(layer.graph)).values())
    return Print(
        key=layer.type if isinstance(layer, Unknown) else layer.key,
        settings=_settings(layer),
        frozen=node.frozen,
        wires=tuple(
            None if wire is None else (place[name] - place.get(wire.node, -1), wire.output)
            for wire in node.sources
        ),
        tied=tuple(sorted(node.tied)),
        inside=inside,
    )


def _settings(layer: Layer) -> tuple[tuple[str, Any], ...]:
    """Return what the layer is set to; of a block without the network inside."""
    skipped = {"graph"} if isinstance(layer, Block) else set()
    return tuple((n, repr(v)) for n, v in layer.values().items() if n not in skipped)
