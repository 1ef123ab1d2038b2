"""How a block is unfolded into the layers it holds."""

from studio.errors import EditError
from studio.graph.block import Block
from studio.graph.edits.naming import fresh_name, require
from studio.graph.edits.wiring import trimmed
from studio.graph.model import Frozen, Graph, Node, Wire
from studio.wording import _

_MOST_LAYERS = 10_000


def ungroup(graph: Graph, name: str) -> Graph:
    """Return the graph with the layers of a block in its place; a repeated block is written out.

    Raises EditError if `name` is no block, or its copies cannot follow each other.
    """
    require(graph, name)
    block = graph[name].layer
    if not isinstance(block, Block):
        raise EditError(_("{name} is no block, so it cannot be opened up.").format(name=name))
    _check_copies(name, block)
    unfolding = _Unfolding(graph, name, block)
    for number in range(block.repeat):
        unfolding.add_copy(block.page(number))
    nodes: dict[str, Node] = {}
    for outer, node in graph.nodes.items():
        if outer == name:
            nodes.update(unfolding.nodes)
        else:
            nodes[outer] = unfolding.outside(node)
    return Graph(nodes)


class _Unfolding:
    """Writes out the copies of a block, each fed by the one before it."""

    def __init__(self, graph: Graph, name: str, block: Block) -> None:
        self.graph, self.name, self.block = graph, name, block
        self.nodes: dict[str, Node] = {}
        self.names: dict[str, str] = {}
        self.feeds: tuple[Wire | None, ...] = graph[name].sources

    def add_copy(self, page: Graph) -> None:
        """Add the layers of one more copy; inputs beyond its outputs reach every copy."""
        ports, results = self.block.ports()
        taken = (set(self.graph) - {self.name}) | set(self.nodes)
        self.names = {}
        for inner, node in page.nodes.items():
            if inner not in ports and inner not in results:
                self.names[inner] = inner if inner not in taken else fresh_name(taken, node.layer)
                taken.add(self.names[inner])
        for inner, name in self.names.items():
            self.nodes[name] = self._placed(page[inner])
        leaving = tuple(self._wire(Wire(port)) for port in results)
        self.feeds = (*leaving, *self.feeds[len(leaving) :])

    def outside(self, node: Node) -> Node:
        """Return a node of the outer graph as it is fed and tied after the unfolding."""
        ends = {Wire(self.name, index): wire for index, wire in enumerate(self.feeds)}
        wires = (ends.get(wire) if wire is not None and wire.node == self.name else wire
                 for wire in node.sources)  # fmt: skip
        sources = trimmed(tuple(wires))
        tied = {own: owner for own, old in node.tied.items() if (owner := self._owner(old))}
        if sources == node.sources and tied == node.tied:
            return node
        return node.changed(sources=sources, tied=tied)

    def _placed(self, node: Node) -> Node:
        tied = {}
        for own, owner in node.tied.items():
            lender, dot, weight = owner.partition(".")
            tied[own] = f"{self.names.get(lender, lender)}{dot}{weight}"
        sources = trimmed(
            tuple(None if wire is None else self._wire(wire) for wire in node.sources)
        )
        frozen = self.graph[self.name].frozen
        return node.changed(sources=sources, tied=tied, frozen=_colder(frozen, node.frozen))

    def _wire(self, wire: Wire) -> Wire | None:
        """Return the outer wire that carries what an inner one did."""
        ports, results = self.block.ports()
        while wire.node in results:
            source = next(iter(self.block.graph[wire.node].sources), None)
            if source is None:
                return None
            wire = source
        if wire.node in ports:
            slot = ports.index(wire.node)
            return self.feeds[slot] if slot < len(self.feeds) else None
        return Wire(self.names[wire.node], wire.output)

    def _owner(self, owner: str) -> str:
        """Return the new path of a weight inside the block, or nothing if it now has many."""
        lender, _dot, weight = owner.partition(".")
        if lender != self.name:
            return owner
        inner, dot, rest = weight.partition(".")
        known = self.block.repeat == 1 and inner in self.names
        return f"{self.names[inner]}{dot}{rest}" if known else ""


def _colder(block: Frozen, node: Frozen) -> Frozen:
    return True if block is True else node or block


def _check_copies(name: str, block: Block) -> None:
    ports, results = block.ports()
    if block.shared and block.repeat > 1:
        raise EditError(
            _("The {count} copies of {name} share their weights, so they stay a block.").format(
                count=block.repeat, name=name
            ),
            _("Let each copy have its own weights first."),
        )
    if block.repeat > 1 and not 1 <= len(results) <= len(ports):
        raise EditError(
            _("{name} is repeated, but has {inputs} inputs and {outputs} outputs.").format(
                name=name, inputs=len(ports), outputs=len(results)
            ),
            _("Set its repeat to 1 first."),
        )
    count = block.repeat * len(block.graph)
    if block.repeat > 1 and count > _MOST_LAYERS:
        raise EditError(
            _("{name} would become {count:,} layers; at most {most:,} are written out.").format(
                name=name, count=count, most=_MOST_LAYERS
            ),
            _("Keep it as a block, or set a smaller repeat first."),
        )
