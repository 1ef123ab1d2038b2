"""What the gallery says of a network, worked out when it is first needed and remembered."""

from dataclasses import dataclass
from functools import cache

from studio import gallery
from studio.analysis.analyze import analyze
from studio.analysis.report import Report
from studio.graph.model import Graph


@dataclass(frozen=True)
class Facts:
    """The numbers of a card, and the network they belong to."""

    graph: Graph
    parameters: int
    depth: int
    multiply_adds: int
    modules: int


@cache
def facts(name: str) -> Facts:
    """Return the facts of a network of the gallery; raises StudioError if it cannot be drawn."""
    return facts_of(analyze(gallery.load(name).graph))


def facts_of(report: Report) -> Facts:
    """Return the facts of a network that was analyzed."""
    return Facts(
        report.graph,
        int(report.parameters),
        report.depth,
        int(report.multiply_adds),
        report.modules,
    )
