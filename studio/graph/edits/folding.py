"""How a selection is folded into a block."""

from collections.abc import Iterable

from studio.catalogue.inputs import Input, Output
from studio.catalogue.layer import Layer
from studio.errors import EditError
from studio.graph.block import Block, outlets
from studio.graph.edits.naming import fresh_name, require
from studio.graph.model import Graph, Node, Wire
from studio.graph.names import objection
from studio.graph.topology import ancestors, descendants
from studio.wording import _


def group(graph: Graph, names: Iterable[str], block_name: str | None = None) -> Graph:
    """Return the graph with `names` inside a new block that stands in their place.

    Each outer wire that came in gets an inner Input, each inner wire that went out an inner Output.
    Raises EditError for a selection that cannot be folded, or a name that cannot be had.
    """
    chosen = frozenset(names)
    name = fresh_name(graph, Block()) if block_name is None else block_name
    _check_selection(graph, chosen)
    _check_name(graph, chosen, name)
    inside = {node: graph[node] for node in graph if node in chosen}
    came = tuple(dict.fromkeys(_incoming(inside)))
    gone = _outgoing(graph, inside)
    places = [node.at for node in inside.values() if node.at is not None]
    block = Node(
        Block(graph=_inner(inside, came, gone)), sources=came, at=places[0] if places else None
    )
    moves = {wire: Wire(name, index) for index, wire in enumerate(gone)}
    nodes: dict[str, Node] = {}
    for outer, node in graph.nodes.items():
        if outer not in chosen:
            nodes[outer] = _rewired(node, moves)
        elif name not in nodes:
            nodes[name] = block
    return Graph(nodes)


def _incoming(inside: dict[str, Node]) -> Iterable[Wire]:
    for node in inside.values():
        for wire in node.sources:
            if wire is not None and wire.node not in inside:
                yield wire


def _outgoing(graph: Graph, inside: dict[str, Node]) -> tuple[Wire, ...]:
    """Return the wires that leave the selection; if none does, those its last layers would feed."""
    found = [
        wire
        for name in inside
        for wire in sorted(_used(graph, name, inside), key=lambda wire: wire.output)
    ]
    loose = (name for name in inside if not graph.consumers[name])
    return tuple(found) or tuple(Wire(name) for name in loose if outlets(graph[name].layer) != 0)


def _used(graph: Graph, name: str, inside: dict[str, Node]) -> set[Wire]:
    pairs = (pair for pair in graph.consumers[name] if pair[0] not in inside)
    return {wire for node, slot in pairs if (wire := graph[node].sources[slot]) is not None}


def _inner(inside: dict[str, Node], came: tuple[Wire, ...], gone: tuple[Wire, ...]) -> Graph:
    taken = set(inside)
    ports = {wire: _port(Input(), taken) for wire in came}
    results = {wire: _port(Output(), taken) for wire in gone}
    moves = {wire: Wire(port) for wire, port in ports.items()}
    return Graph(
        {
            **{port: Node(Input()) for port in ports.values()},
            **{name: _rewired(node, moves) for name, node in inside.items()},
            **{port: Node(Output(), sources=(wire,)) for wire, port in results.items()},
        }
    )


def _port(layer: Layer, taken: set[str]) -> str:
    name = fresh_name(taken, layer)
    taken.add(name)
    return name


def _rewired(node: Node, moves: dict[Wire, Wire]) -> Node:
    sources = tuple(wire if wire is None else moves.get(wire, wire) for wire in node.sources)
    return node if sources == node.sources else node.changed(sources=sources)


def _check_selection(graph: Graph, chosen: frozenset[str]) -> None:
    require(graph, *chosen)
    if not chosen:
        raise EditError(_("Nothing is selected to group."), _("Select some layers first."))
    for name in graph:
        if name in chosen and isinstance(graph[name].layer, Input | Output):
            raise EditError(
                _("{name} cannot go into a block: the network would lose its end.").format(
                    name=name
                ),
                _("Leave inputs and outputs out of the selection."),
            )
    between = descendants(graph, chosen) & ancestors(graph, chosen) - chosen
    if between:
        raise EditError(
            _("The block would feed itself through {names}.").format(
                names=", ".join(name for name in graph if name in between)
            ),
            _("Select what lies between too."),
        )
    _check_ties(graph, chosen)


def _check_ties(graph: Graph, chosen: frozenset[str]) -> None:
    for name, node in graph.nodes.items():
        for owner in node.tied.values():
            lender = owner.partition(".")[0]
            if (name in chosen) != (lender in chosen):
                raise EditError(
                    _("{name} borrows {owner}, so both must go into the block or neither.").format(
                        name=name, owner=owner
                    ),
                    _("Select both, or untie the weight first."),
                )


def _check_name(graph: Graph, chosen: frozenset[str], name: str) -> None:
    if problem := objection(name):
        raise EditError(problem)
    if name in graph and name not in chosen:
        raise EditError(
            _("The block cannot be called {name}: another layer has that name.").format(name=name),
            _("Choose another name."),
        )
