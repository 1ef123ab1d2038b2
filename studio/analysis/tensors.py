"""Which tensors a network holds, by the names torch gives them, without building it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from studio.analysis.report import NodeFacts, Report
from studio.catalogue.shape import Shape
from studio.graph.block import Block
from studio.graph.model import Node


@dataclass(frozen=True)
class Held:
    """One parameter or buffer."""

    name: str
    """As in `state_dict`: "blocks.0.conv2d_1.weight"."""
    shape: Shape
    owner: str = ""
    """The parameter it borrows instead of having one of its own, or ""."""


def parameters(report: Report) -> Iterator[Held]:
    """Yield every parameter in the order of `named_parameters`, borrowed ones too.

    The copies of repeated blocks are written out, so the time grows with their number.
    """
    for name in report.graph:
        node, facts = report.graph[name], report.nodes[name]
        if isinstance(node.layer, Block):
            yield from _inside(name, node.layer, facts)
        else:
            yield from _own(name, node, facts)


def tied(report: Report) -> tuple[tuple[str, ...], ...]:
    """Return the groups of parameter names that are one tensor, the owner first."""
    found: dict[str, list[str]] = {}
    owners = {held.name: held.owner for held in parameters(report) if held.owner}
    for name, lender in owners.items():
        seen, owner = {name}, lender
        while owner in owners and owner not in seen:  # a tie of a tie
            seen.add(owner)
            owner = owners[owner]
        found.setdefault(owner, [owner]).append(name)
    return tuple(map(tuple, found.values()))


def _own(name: str, node: Node, facts: NodeFacts) -> Iterator[Held]:
    for weight, shape in facts.weights.items():
        yield Held(f"{name}.{weight}", shape, node.tied.get(weight, ""))


def _inside(name: str, block: Block, facts: NodeFacts) -> Iterator[Held]:
    if block.repeat == 1 or block.shared:
        yield from _under(name, facts.copies[:1])
        return
    pages = (report for report, count in facts.rows for _copy in range(count))
    for number, report in enumerate(pages):
        yield from _under(f"{name}.{number}", (report,))


def _under(prefix: str, pages: tuple[Report, ...]) -> Iterator[Held]:
    for report in pages:
        for held in parameters(report):
            owner = f"{prefix}.{held.owner}" if held.owner else ""
            yield replace(held, name=f"{prefix}.{held.name}", owner=owner)
