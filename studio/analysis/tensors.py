"""Which tensors a network holds, by the names torch gives them, without building it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from studio.analysis.report import NodeFacts, Report
from studio.catalogue.shape import Shape
from studio.graph.block import Block
from studio.graph.model import Node

MOST_TIES = 100_000
"""How many borrowed weights are told by name: copies of blocks could hold any number of them."""


@dataclass(frozen=True)
class Held:
    """One parameter or buffer."""

    name: str
    """As in `state_dict`: "blocks.0.conv2d_1.weight"."""
    shape: Shape
    owner: str = ""
    """The parameter it borrows instead of having one of its own, or ""."""


def parameters(report: Report, copies: int | None = None) -> Iterator[Held]:
    """Yield every parameter in the order of `named_parameters`, borrowed ones too.

    The copies of repeated blocks are written out, so the time grows with their number; `copies` is
    how many of each block to stop at.
    """
    yield from _Writing(copies).page(report)


def borrowed(report: Report) -> Iterator[Held]:
    """Yield the parameters that are borrowed; the time grows with their number alone."""
    yield from _Writing(only_borrowed=True).page(report)


def tied(report: Report) -> tuple[tuple[str, ...], ...]:
    """Return the groups of parameter names that are one tensor, the owner first.

    At most `MOST_TIES` borrowers are named; `Report.ties` says how many there are.
    """
    found: dict[str, list[str]] = {}
    owners = {held.name: held.owner for held in islice(borrowed(report), MOST_TIES)}
    for name, lender in owners.items():
        seen, owner = {name}, lender
        while owner in owners and owner not in seen:  # a tie of a tie
            seen.add(owner)
            owner = owners[owner]
        found.setdefault(owner, [owner]).append(name)
    return tuple(map(tuple, found.values()))


@dataclass(frozen=True)
class _Writing:
    """Writes out what the pages of a network hold."""

    copies: int | None = None
    only_borrowed: bool = False

    def page(self, report: Report) -> Iterator[Held]:
        """Yield what a page holds."""
        if self.only_borrowed and not report.ties:
            return
        for name in report.graph:
            node, facts = report.graph[name], report.nodes[name]
            if isinstance(node.layer, Block):
                yield from self._inside(name, node.layer, facts)
            else:
                yield from self._own(name, node, facts)

    def _own(self, name: str, node: Node, facts: NodeFacts) -> Iterator[Held]:
        for weight, shape in facts.weights.items():
            if weight in node.tied or not self.only_borrowed:
                yield Held(f"{name}.{weight}", shape, node.tied.get(weight, ""))

    def _inside(self, name: str, block: Block, facts: NodeFacts) -> Iterator[Held]:
        if block.repeat == 1 or block.shared:
            for report in facts.copies[:1]:
                yield from self._under(name, report)
            return
        pages = (report for report, count in facts.rows for _copy in range(count))
        for number, report in enumerate(islice(pages, self.copies)):
            yield from self._under(f"{name}.{number}", report)

    def _under(self, prefix: str, report: Report) -> Iterator[Held]:
        for held in self.page(report):
            owner = f"{prefix}.{held.owner}" if held.owner else ""
            yield replace(held, name=f"{prefix}.{held.name}", owner=owner)
