"""Which part of a page is frozen from the inputs on, so that nothing flows back through it."""

from studio.analysis.report import Report
from studio.graph.model import Graph


def frozen_prefix(page: Graph, report: Report) -> frozenset[str]:
    """Return the nodes that training never looks behind: still from the inputs down to them.

    A page in which nothing is frozen has no such part.
    """
    if not any(node.frozen is True for node in page.nodes.values()):
        return frozenset()
    found: set[str] = set()
    cold: set[str] = set()
    for name in report.order:
        if name not in page:
            continue
        node, facts = page[name], report.nodes.get(name)
        sources = {wire.node for wire in node.sources if wire is not None}
        still = node.frozen is True or not (facts and facts.trainable)
        if still and sources <= found:
            found.add(name)
            if node.frozen is True or sources & cold:
                cold.add(name)
    return frozenset(cold)
