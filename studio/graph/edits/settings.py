"""How layers are set up, exchanged, frozen, and made to share weights."""

from collections.abc import Iterable, Mapping
from typing import Any

from studio.catalogue.layer import Layer
from studio.errors import EditError
from studio.graph.block import Block, inlets
from studio.graph.edits.naming import require
from studio.graph.edits.ports import fitted
from studio.graph.edits.wiring import trimmed
from studio.graph.model import Frozen, Graph
from studio.wording import _


def configure(graph: Graph, name: str, /, **settings: Any) -> Graph:
    """Return the graph with some settings of one layer changed.

    Raises SettingError for an unknown setting or a value out of bounds.
    """
    require(graph, name)
    return replace_layer(graph, name, graph[name].layer.changed(**settings))


def replace_layer(graph: Graph, name: str, layer: Layer) -> Graph:
    """Return the graph with another layer in the place of `name`, which keeps its id and wires.

    Wires beyond what the new layer takes are dropped; ports of a block keep their wires by name.
    """
    require(graph, name)
    node = graph[name]
    if node.layer == layer:
        return graph
    if isinstance(node.layer, Block) and isinstance(layer, Block):
        return fitted(graph, name, layer)
    most = inlets(layer)[1]
    kept = node.sources if most is None else trimmed(node.sources[:most])
    return graph.with_node(name, node.changed(layer=layer, sources=kept))


def set_frozen(graph: Graph, names: Iterable[str], frozen: Frozen) -> Graph:
    """Return the graph with `names` frozen (True), trained (False), or with frozen "statistics"."""
    wanted = tuple(names)
    require(graph, *wanted)
    changed = {
        name: graph[name].changed(frozen=frozen) for name in wanted if graph[name].frozen != frozen
    }
    return Graph({**graph.nodes, **changed}) if changed else graph


def tie(graph: Graph, name: str, weight: str, owner: str) -> Graph:
    """Return the graph in which `weight` of `name` is borrowed: `owner` is "node.weight".

    Raises EditError if the owner borrows that weight itself, or is the borrower.
    """
    node, _dot, borrowed = owner.partition(".")
    require(graph, name, node)
    lent = {one for other in graph.nodes.values() for one in other.tied.values()}
    if node == name or borrowed in graph[node].tied or f"{name}.{weight}" in lent:
        raise EditError(
            _("{name} cannot borrow {owner}: one of the two weights is borrowed already.").format(
                name=name, owner=owner
            ),
            _("Tie both to the layer that owns the weight."),
        )
    return _with_ties(graph, name, {**graph[name].tied, weight: owner})


def untie(graph: Graph, name: str, weight: str) -> Graph:
    """Return the graph in which `weight` of `name` is its own again."""
    require(graph, name)
    tied = graph[name].tied
    if weight not in tied:
        return graph
    return _with_ties(graph, name, {own: owner for own, owner in tied.items() if own != weight})


def _with_ties(graph: Graph, name: str, tied: Mapping[str, str]) -> Graph:
    return graph.with_node(name, graph[name].changed(tied=tied))
