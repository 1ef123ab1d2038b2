"""Which layers a training step passes through, inside blocks too, and where gradients must flow."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from studio.analysis.report import NodeFacts, Report
from studio.catalogue.inputs import Input, Output
from studio.catalogue.layer import Layer
from studio.graph.block import Block

Flags = tuple[bool, ...]


@dataclass(frozen=True)
class Leaf:
    """One layer at work."""

    layer: Layer
    facts: NodeFacts
    copies: int
    """How many copies of it work alike."""
    fed: Flags
    """For each input: whether a parameter that trains lies before it."""
    trains: bool
    """Whether parameters of its own train."""

    @property
    def carries(self) -> bool:
        """Whether a gradient flows through it, since it trains or something before it does."""
        return self.trains or any(self.fed)


def leaves(report: Report, *, thawed: bool = False) -> Iterator[Leaf]:
    """Yield every layer of a network whose shapes are known, blocks opened, sources first.

    `thawed` looks at the network as if nothing in it were frozen.
    """
    found, _leaving = _page(report, (), thawed=thawed)
    yield from found


def _page(report: Report, given: Flags, *, thawed: bool) -> tuple[list[Leaf], Flags]:
    """Return the layers of a page and whether gradients flow out of each of its outputs."""
    arrivals = iter(given)
    flows: dict[str, bool] = {}
    found: list[Leaf] = []
    leaving: dict[str, bool] = {}
    for name in report.order:
        node, facts = report.graph[name], report.nodes[name]
        if not facts.outputs:
            continue
        wires = [wire.node for wire in node.sources if wire is not None]
        fed = tuple(flows.get(wire, False) for wire in wires)
        if isinstance(node.layer, Input):
            flows[name] = next(arrivals, False)
            continue
        if isinstance(node.layer, Block):
            inner, out = _copies(facts, fed, thawed=thawed)
            found += inner
            flows[name] = any(out)
            continue
        trains = (facts.parameters if thawed else facts.trainable) > 0
        leaf = Leaf(node.layer, facts, 1, fed, trains)
        flows[name] = leaf.carries
        found.append(leaf)
        if isinstance(node.layer, Output):
            leaving[name] = leaf.carries
    return found, tuple(leaving[name] for name in report.graph if name in leaving)


def _copies(facts: NodeFacts, fed: Flags, *, thawed: bool) -> tuple[list[Leaf], Flags]:
    found: list[Leaf] = []
    out = fed
    for report, count in facts.rows:
        first, out = _page(report, fed, thawed=thawed)
        following = _following(out, fed)
        if count == 1 or following == fed:
            found += (_repeated(leaf, count) for leaf in first)
        else:  # the first copy may lie before everything that trains, the others do not
            rest, out = _page(report, following, thawed=thawed)
            found += (*first, *(_repeated(leaf, count - 1) for leaf in rest))
        fed = _following(out, following)
    return found, out


def _following(out: Flags, fed: Flags) -> Flags:
    return (*out, *fed[len(out) :])[: len(fed)]


def _repeated(leaf: Leaf, count: int) -> Leaf:
    return leaf if count == 1 else replace(leaf, copies=leaf.copies * count)
