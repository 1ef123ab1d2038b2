"""How layers come onto a page, move on it and leave it."""

from collections.abc import Iterable, Mapping

from studio.catalogue.inputs import Input, Output
from studio.catalogue.layer import Layer
from studio.errors import EditError
from studio.graph.block import inlets
from studio.graph.edits.naming import fresh_name, require
from studio.graph.edits.wiring import connect, without
from studio.graph.layout import pinned
from studio.graph.model import FARTHEST, Graph, Node, Wire, objection_to_place
from studio.wording import _

Place = tuple[float, float]


def add(graph: Graph, layer: Layer, at: Place | None = None, after: str | None = None) -> Graph:
    """Return the graph with a new node, called `fresh_name(graph, layer)`.

    `after` names the node it follows: what that one fed is then fed by the new node. An Output
    stays the end: behind it means before it, and a new Output branches off.
    """
    if after is not None:
        require(graph, after)
    name = fresh_name(graph, layer)
    held = graph if at is None else pinned(graph)
    grown = _with_node(held, name, Node(layer, at=at), behind=after)
    if after is None:
        return grown
    if inlets(layer)[1] == 0:
        return grown
    if isinstance(graph[after].layer, Output):
        return _before_output(grown, name, after)
    if isinstance(layer, Output):
        return connect(grown, after, name)
    fed = graph.consumers[after]
    moved = [(node, slot) for node, slot in fed if graph[node].sources[slot] == Wire(after)]
    return _handed_over(connect(grown, after, name), moved, name)


def insert_on_wire(
    graph: Graph, what: Layer | str, target: str, slot: int = 0, at: Place | None = None
) -> Graph:
    """Return the graph with a new layer, or the node called `what`, put into a wire.

    Raises EditError if there is no wire, or the node cannot take it (no free input, a circle).
    """
    require(graph, target)
    sources = graph[target].sources
    wire = sources[slot] if 0 <= slot < len(sources) else None
    if wire is None:
        raise EditError(
            _("No wire comes into input {slot} of {target}.").format(slot=slot + 1, target=target)
        )
    if isinstance(what, Layer):
        name = fresh_name(graph, what)
        graph = _with_node(graph, name, Node(what), behind=wire.node)
    else:
        name = what
    graph = graph if at is None else move(graph, {name: at})
    return connect(connect(graph, wire, name), name, target, slot)


def remove(graph: Graph, names: Iterable[str]) -> Graph:
    """Return the graph without `names`; the wires of a removed layer with one input are joined.

    Weights borrowed from a removed layer become the borrower's own.
    """
    gone = frozenset(names)
    require(graph, *gone)
    if not gone:
        return graph
    healed = _bridged(graph, gone)
    return Graph({name: _untied(healed[name], gone) for name in healed if name not in gone})


def detach(graph: Graph, names: Iterable[str]) -> Graph:
    """Return the graph with `names` pulled out of the chain: loose, wired only to each other."""
    loose = frozenset(names)
    require(graph, *loose)
    freed = {name: _inward(graph[name], loose) for name in graph if name in loose}
    nodes = {**_bridged(graph, loose).nodes, **freed}
    return graph if nodes == graph.nodes else Graph(nodes)


def move(graph: Graph, positions: Mapping[str, Place]) -> Graph:
    """Return the graph with some nodes drawn elsewhere; a place is the card's top left corner.

    Cards that were placed automatically are held where they are, so that they do not jump.
    Raises EditError for a place that is not on the canvas.
    """
    require(graph, *positions)
    for name, place in positions.items():
        if objection_to_place(place):
            raise EditError(
                _("{name} cannot be drawn at {place}: the canvas ends at {end:,.0f}.").format(
                    name=name, place=tuple(place), end=FARTHEST
                )
            )
    graph = pinned(graph)
    moved = {
        name: graph[name].changed(at=(float(x), float(y))) for name, (x, y) in positions.items()
    }
    return Graph({**graph.nodes, **moved}) if moved else graph


def tidy(graph: Graph) -> Graph:
    """Return the graph with every card where the automatic layout puts it."""
    nodes = {name: node.changed(at=None) for name, node in graph.nodes.items() if node.at}
    return Graph({**graph.nodes, **nodes}) if nodes else graph


def _with_node(graph: Graph, name: str, node: Node, behind: str | None) -> Graph:
    """Return the graph with a new node next to another; new ends come last, after older ports."""
    if behind is None or isinstance(node.layer, Input | Output):
        return graph.with_node(name, node)
    before = isinstance(graph[behind].layer, Output)
    nodes: dict[str, Node] = {}
    for other, old in graph.nodes.items():
        pair = {name: node, other: old} if before else {other: old, name: node}
        nodes.update(pair if other == behind else {other: old})
    return Graph(nodes)


def _before_output(graph: Graph, name: str, output: str) -> Graph:
    wire = next((wire for wire in graph[output].sources if wire is not None), None)
    if isinstance(graph[name].layer, Output):
        return graph if wire is None else connect(graph, wire, name)
    if wire is not None:
        graph = connect(graph, wire, name)
    return connect(graph, name, output, 0)


def _handed_over(graph: Graph, inputs: Iterable[tuple[str, int]], source: str) -> Graph:
    for name, slot in inputs:
        graph = connect(graph, source, name, slot)
    return graph


def _bridged(graph: Graph, gone: frozenset[str]) -> Graph:
    """Return the graph in which nothing outside `gone` is fed by it any more."""
    fed = {consumer for name in gone for consumer, _slot in graph.consumers[name]} - gone
    nodes = {name: _refed(graph, name, gone) for name in graph if name in fed}
    return Graph({**graph.nodes, **nodes})


def _refed(graph: Graph, name: str, gone: frozenset[str]) -> Node:
    node = graph[name]
    sources, lost = list(node.sources), set()
    for slot, wire in enumerate(node.sources):
        if wire is None or wire.node not in gone:
            continue
        origin = _origin(graph, wire, gone)
        if origin is None or origin in sources:  # a shortcut twice would add a value to itself
            lost.add(slot)
        else:
            sources[slot] = origin
    node = node.changed(sources=tuple(sources))
    return node.changed(sources=without(node, lost))


def _origin(graph: Graph, wire: Wire, gone: frozenset[str]) -> Wire | None:
    """Follow a wire back through layers with one input until it leaves `gone`."""
    for _step in gone:
        inputs = [source for source in graph[wire.node].sources if source is not None]
        if wire.output or len(inputs) != 1:
            return None
        wire = inputs[0]
        if wire.node not in gone:
            return wire
    return None


def _inward(node: Node, inside: frozenset[str]) -> Node:
    slots = {
        slot
        for slot, wire in enumerate(node.sources)
        if wire is not None and wire.node not in inside
    }
    return node.changed(sources=without(node, slots)) if slots else node


def _untied(node: Node, gone: frozenset[str]) -> Node:
    tied = {own: owner for own, owner in node.tied.items() if owner.partition(".")[0] not in gone}
    return node if len(tied) == len(node.tied) else node.changed(tied=tied)
