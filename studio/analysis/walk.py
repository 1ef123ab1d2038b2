"""Which facts hold for each node of a page, walking from the inputs to the outputs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from studio.analysis.blocks import Shapes, alike, origins
from studio.analysis.facts import layer_facts, with_depth, with_depths
from studio.analysis.report import NodeFacts, Report
from studio.catalogue.inputs import Input, Output
from studio.catalogue.shape import Shape
from studio.catalogue.unknown import Unknown
from studio.errors import StudioError
from studio.graph.block import Block, inlets
from studio.graph.model import Graph, Node
from studio.graph.topology import order

BlockFacts = Callable[[Node, Shapes, NodeFacts, bool, frozenset[str]], NodeFacts]
"""Answers for a block: its node, what arrives, what was known of it, whether it is held still, and
the weights inside that a frozen layer outside borrows.
"""

_NOTHING: frozenset[str] = frozenset()
_NO_FACTS = NodeFacts()


@dataclass(frozen=True)
class Walked:
    """What a walk found."""

    order: tuple[str, ...]
    facts: Mapping[str, NodeFacts]
    refusals: Mapping[str, StudioError]
    """Why a layer cannot take what arrives; only where everything did arrive."""


@dataclass(frozen=True)
class Walk:
    """One way through a page; nodes that an earlier report knows are not worked out again."""

    graph: Graph
    previous: Report | None
    block_facts: BlockFacts
    given: Shapes | None = None
    """What arrives at the inputs of a block's page; None where inputs speak for themselves."""
    held: bool = False
    """Whether a block around this page is frozen."""
    lent: frozenset[str] = _NOTHING
    """Weights of this page that a frozen layer outside borrows."""
    twins: dict[tuple[object, ...], NodeFacts] = field(default_factory=dict)
    """Facts found on this walk, by layer and inputs: networks repeat themselves."""

    def walked(self) -> Walked:
        """Return the facts of all nodes; whatever follows a refusal stays unknown."""
        sequence = self._order()
        locked = locked_weights(self.graph, self.lent, held=self.held)
        arrivals = self._arrivals()
        facts: dict[str, NodeFacts] = {}
        refusals: dict[str, StudioError] = {}
        for name in sequence:
            node = self.graph.nodes[name]
            inputs = _arriving(node, facts)
            before = self._before(name)
            try:
                if name in arrivals:
                    found = _port(arrivals[name])
                elif name not in locked and self._still_true(name, node, inputs, before):
                    found = before
                else:
                    found = self._fresh(node, inputs, before, locked.get(name, _NOTHING))
            except StudioError as error:
                refusals[name] = error
                found = NodeFacts(inputs=inputs)
            if found.ways:
                facts[name] = with_depths(found, tuple(_depths_before(node, facts)))
            else:
                facts[name] = with_depth(found, _deepest_before(node, facts))
        return Walked(sequence, _in_order(self.graph, sequence, facts), refusals)

    def _order(self) -> tuple[str, ...]:
        if self.previous is not None and _same_wires(self.graph, self.previous.graph):
            return self.previous.order
        return order(self.graph)

    def _arrivals(self) -> Mapping[str, Shape | None]:
        if self.given is None:
            return {}
        ports = (n for n, node in self.graph.nodes.items() if isinstance(node.layer, Input))
        return dict(zip(ports, self.given, strict=False))

    def _before(self, name: str) -> NodeFacts:
        """Return what the earlier report says of the node, or nothing."""
        return _NO_FACTS if self.previous is None else self.previous.nodes.get(name, _NO_FACTS)

    def _still_true(self, name: str, node: Node, inputs: Shapes, before: NodeFacts) -> bool:
        if self.previous is None or not before.outputs or not alike(before.inputs, inputs):
            return False
        twin = self.previous.graph.nodes[name]
        if twin.layer is not node.layer or twin.tied != node.tied:
            return False
        still = self.held or node.frozen is True
        return before.trainable == (0 if still else before.parameters)

    def _fresh(
        self, node: Node, inputs: Shapes, before: NodeFacts, locked: frozenset[str]
    ) -> NodeFacts:
        arrived = tuple(shape for shape in inputs if shape is not None)
        fewest, most = inlets(node.layer)
        if len(arrived) < max(len(inputs), fewest) or (most is not None and len(inputs) > most):
            return NodeFacts(inputs=inputs)
        still = self.held or node.frozen is True
        if isinstance(node.layer, Block):
            return self.block_facts(node, inputs, before, still, locked)
        if node.tied or locked or isinstance(node.layer, Unknown):
            return layer_facts(node, arrived, still=still, locked=locked)
        key = (node.layer, arrived, origins(arrived), still)
        found = self.twins.get(key)
        if found is None:
            found = layer_facts(node, arrived, still=still)
            if self.given is not None and isinstance(node.layer, Output):
                found = replace(found, activation_bytes=0)  # a port: its tensor is counted already
            self.twins[key] = found
        return found


def locked_weights(
    graph: Graph, lent: frozenset[str] = _NOTHING, *, held: bool = False
) -> Mapping[str, frozenset[str]]:
    """Return the weights that are held still because a frozen node borrows them, by their owner.

    Frozen nodes outside the page borrow the weights `lent`. The owner of a weight inside a block is
    the block: "body" holds "conv.weight" still.
    """
    owners = set(lent)
    for node in graph.nodes.values():
        if node.tied and (held or node.frozen is True):
            owners.update(node.tied.values())
    found: dict[str, frozenset[str]] = {}
    for owner in owners:
        name, weight = _lender(graph, owner)
        found[name] = found.get(name, _NOTHING) | {weight}
    return found


def _lender(graph: Graph, owner: str) -> tuple[str, str]:
    """Follow ties of ties to the node and its weight that everyone borrows in the end."""
    seen: set[str] = set()
    while True:
        seen.add(owner)
        name, _dot, weight = owner.partition(".")
        further = graph[name].tied.get(weight) if name in graph else None
        if further is None or further in seen:
            return name, weight
        owner = further


def _arriving(node: Node, facts: Mapping[str, NodeFacts]) -> Shapes:
    shapes: list[Shape | None] = []
    for wire in node.sources:
        outputs = facts[wire.node].outputs if wire is not None and wire.node in facts else ()
        shapes.append(outputs[wire.output] if wire and wire.output < len(outputs) else None)
    return tuple(shapes)


def _depths_before(node: Node, facts: Mapping[str, NodeFacts]) -> Iterator[int]:
    """Yield at which depth each wire that comes in lies."""
    for wire in node.sources:
        found = facts.get(wire.node) if wire is not None else None
        yield 0 if wire is None or found is None else found.depth_of(wire.output)


def _deepest_before(node: Node, facts: Mapping[str, NodeFacts]) -> int:
    if len(node.sources) == 1:  # nearly all nodes, and one edit may move them all
        wire = node.sources[0]
        if wire is not None and wire.node in facts:
            found = facts[wire.node]
            return found.depth_of(wire.output) if found.depths else found.depth
    return max(_depths_before(node, facts), default=0)


def _port(shape: Shape | None) -> NodeFacts:
    """Return the facts of an inner input: it hands on a tensor that is counted outside."""
    return NodeFacts(outputs=(shape,)) if shape is not None else _NO_FACTS


def _same_wires(graph: Graph, other: Graph) -> bool:
    """Whether both graphs have the same nodes in the same order, wired alike."""
    if len(graph) != len(other):
        return False
    pairs = zip(graph.nodes.items(), other.nodes.items(), strict=True)
    return all(
        name == twin and (node is old or node.sources == old.sources)
        for (name, node), (twin, old) in pairs
    )


def _in_order(
    graph: Graph, sequence: tuple[str, ...], facts: dict[str, NodeFacts]
) -> Mapping[str, NodeFacts]:
    return facts if tuple(graph) == sequence else {name: facts[name] for name in graph}
