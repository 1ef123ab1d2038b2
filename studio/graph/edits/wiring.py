"""How wires are drawn and taken away."""

from collections.abc import Sequence

from studio.errors import EditError
from studio.graph.block import inlets, outlets
from studio.graph.edits.naming import require
from studio.graph.model import Graph, Node, Wire
from studio.graph.topology import would_cycle
from studio.wording import _

Sources = tuple[Wire | None, ...]


def connect(graph: Graph, source: Wire | str, target: str, slot: int | None = None) -> Graph:
    """Return the graph with a wire from `source` into an input of `target`.

    Without `slot` the first input that waits takes it; with one, a wire that is there gives way.
    Raises EditError if the wire would close a circle, or no input of that number exists or is free.
    """
    wire = source if isinstance(source, Wire) else Wire.parse(source)
    require(graph, wire.node, target)
    _check_outlet(graph, wire)
    _check_circle(graph, wire.node, target)
    return _with_wire(graph, wire, target, free_slot(graph, wire, target, slot))


def disconnect(graph: Graph, target: str, slot: int) -> Graph:
    """Return the graph without the wire into input `slot` of `target`.

    A layer that takes any number of inputs closes the gap; others leave the input waiting.
    """
    require(graph, target)
    node = graph[target]
    if not 0 <= slot < len(node.sources) or node.sources[slot] is None:
        raise EditError(
            _("No wire comes into input {slot} of {target}.").format(slot=slot + 1, target=target)
        )
    return graph.with_node(target, node.changed(sources=without(node, {slot})))


def reorder_inputs(graph: Graph, name: str, order: Sequence[int]) -> Graph:
    """Return the graph with the inputs of `name` in another order, a list of present slots."""
    require(graph, name)
    node = graph[name]
    width = max(len(node.sources), inlets(node.layer)[0])
    if sorted(order) != list(range(width)):
        raise EditError(
            _("{name} has {count} inputs; {order} does not name each of them once.").format(
                name=name, count=width, order=", ".join(str(slot + 1) for slot in order) or "–"
            )
        )
    wires = _padded(node.sources, width)
    sources = trimmed(tuple(wires[slot] for slot in order))
    return graph.with_node(name, node.changed(sources=sources))


def swap_inputs(graph: Graph, name: str, first: int = 0, second: int = 1) -> Graph:
    """Return the graph with two inputs of `name` exchanged."""
    require(graph, name)
    node = graph[name]
    order = list(range(max(len(node.sources), inlets(node.layer)[0])))
    if not (0 <= first < len(order) and 0 <= second < len(order)):
        raise EditError(
            _("{name} has {count} inputs; inputs {first} and {second} cannot be exchanged.").format(
                name=name, count=len(order), first=first + 1, second=second + 1
            )
        )
    order[first], order[second] = order[second], order[first]
    return reorder_inputs(graph, name, order)


def free_slot(graph: Graph, wire: Wire, target: str, slot: int | None) -> int:
    """Return the input of `target` that a wire would take; raises EditError if there is none."""
    sources = graph[target].sources
    fewest, most = inlets(graph[target].layer)
    if most == 0:
        raise EditError(
            _("{target} takes no inputs, so {source} cannot feed it.").format(
                target=target, source=wire.node
            )
        )
    if slot is None:
        slot = sources.index(None) if None in sources else len(sources)
    elif slot < 0 or (most is not None and slot >= most):
        raise EditError(
            _("{target} has no input {slot} for {source}; its last one is input {most}.").format(
                target=target, slot=slot + 1, source=wire.node, most=most
            )
        )
    if most is None:
        return min(slot, max(len(sources), fewest - 1))
    if slot >= most:
        raise _full(graph, wire, target)
    return slot


def without(node: Node, slots: set[int]) -> Sources:
    """Return the sources of `node` after the wires in `slots` are gone."""
    fewest, most = inlets(node.layer)
    kept = list(node.sources)
    for slot in sorted(slots, reverse=True):
        if most is None and len(kept) > fewest:
            del kept[slot]
        else:
            kept[slot] = None
    return trimmed(tuple(kept))


def trimmed(sources: Sources) -> Sources:
    """Return the sources in normal form: nothing waits behind the last wire."""
    end = len(sources)
    while end and sources[end - 1] is None:
        end -= 1
    return sources[:end]


def _with_wire(graph: Graph, wire: Wire, target: str, slot: int) -> Graph:
    node = graph[target]
    sources = list(_padded(node.sources, slot + 1))
    if sources[slot] == wire:
        return graph
    sources[slot] = wire
    return graph.with_node(target, node.changed(sources=tuple(sources)))


def _padded(sources: Sources, width: int) -> Sources:
    return sources + (None,) * (width - len(sources))


def _check_outlet(graph: Graph, wire: Wire) -> None:
    count = outlets(graph[wire.node].layer)
    if wire.output < 0 or (count is not None and wire.output >= count):
        raise EditError(
            _("{source} has no output {output}; it has {count}.").format(
                source=wire.node, output=wire.output + 1, count=count or 0
            )
        )


def _check_circle(graph: Graph, source: str, target: str) -> None:
    if source == target:
        raise EditError(
            _("{target} cannot feed itself.").format(target=target),
            _("Data flows one way; use a recurrent layer for loops over time."),
        )
    if would_cycle(graph, source, target):
        raise EditError(
            _(
                "A wire from {source} to {target} would close a circle, "
                "because {target} already feeds {source}."
            ).format(source=source, target=target),
            _("Draw it the other way round."),
        )


def _full(graph: Graph, wire: Wire, target: str) -> EditError:
    holders = ", ".join(str(held) for held in graph[target].sources if held is not None)
    return EditError(
        _("{source} cannot feed {target}, whose inputs are all taken by {holders}.").format(
            source=wire.node, target=target, holders=holders
        ),
        _("Take that wire away first, or join the two with an Add or a Concat."),
    )
