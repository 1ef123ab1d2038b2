"""From whom a layer could borrow a weight, and with whom it shares one now."""

from collections.abc import Mapping
from itertools import islice

from studio.analysis.report import NodeFacts, Report
from studio.analysis.tensors import parameters
from studio.graph.block import Block
from studio.graph.model import Graph

_MOST_COPIES = 100
_MOST_HELD = 200_000


def offers(report: Report, name: str) -> Mapping[str, tuple[str, ...]]:
    """Return who could lend each own weight of a layer of this page: weight → owners.

    An owner is “node.weight”, also inside blocks, and has exactly the same shape: a transposed
    matrix is another one. Weights that are borrowed, or that someone borrows, are not exchanged. Of
    a block, the first hundred copies may lend.
    """
    node = report.graph[name]
    if isinstance(node.layer, Block):
        return {}
    facts = report.nodes.get(name, NodeFacts())
    taken = lent(report.graph)
    own = {
        weight: shape
        for weight, shape in facts.weights.items()
        if weight not in node.tied and f"{name}.{weight}" not in taken
    }
    if not own:
        return {}
    held_here = islice(parameters(report, copies=_MOST_COPIES), _MOST_HELD)
    free = [held for held in held_here if not held.owner]
    found = {
        weight: tuple(
            held.name
            for held in free
            if held.shape == shape and held.name.partition(".")[0] != name
        )
        for weight, shape in own.items()
    }
    return {weight: owners for weight, owners in found.items() if owners}


def lent(graph: Graph) -> Mapping[str, tuple[str, ...]]:
    """Return every weight of a page that is borrowed (“node.weight”), with who borrows it."""
    found: dict[str, tuple[str, ...]] = {}
    for name, node in graph.nodes.items():
        for owner in node.tied.values():
            found[owner] = (*found.get(owner, ()), name)
    return found


def partners(graph: Graph, name: str) -> Mapping[str, tuple[str, ...]]:
    """Return with which nodes each shared weight of a node is shared: weight → nodes.

    Weights inside a block go by their name there: "conv.weight".
    """
    borrowers = lent(graph)
    found: dict[str, tuple[str, ...]] = {}
    for weight, owner in graph[name].tied.items():
        others = tuple(other for other in borrowers[owner] if other != name)
        found[weight] = (owner.partition(".")[0], *others)
    for owner, names in borrowers.items():
        lender, _dot, weight = owner.partition(".")
        if lender == name:
            found[weight] = names
    return found
