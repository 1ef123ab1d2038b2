"""What a block adds to a network; copies that see the same shapes are worked out once."""

from collections.abc import Callable, Iterator, Mapping

from studio.analysis.facts import total
from studio.analysis.report import NodeFacts, Report
from studio.analysis.ways import through
from studio.catalogue.count import Count, times
from studio.catalogue.inputs import Input, Output
from studio.catalogue.layer import Layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.graph.block import Block
from studio.wording import _

Shapes = tuple[Shape | None, ...]
Inside = Callable[[Shapes, Report | None, frozenset[str]], Report]
"""Analyzes the network inside for the shapes that arrive, reusing what an earlier report knows; the
names are weights that a frozen layer outside borrows.
"""

_NOTHING: frozenset[str] = frozenset()


def block_facts(
    block: Block,
    inputs: Shapes,
    inside: Inside,
    previous: NodeFacts,
    locked: frozenset[str] = _NOTHING,
) -> NodeFacts:
    """Return the facts of a block whose copies follow each other.

    Each copy feeds its outputs to the first inputs of the next; inputs beyond those (such as the
    memory of a decoder) reach every copy unchanged. `locked` names weights that a frozen layer
    outside borrows: "conv.weight", in a repeated block "0.conv.weight", where the reports are those
    of a copy that lends nothing. Raises ShapeError when a copy has more outputs than the next one
    has inputs.
    """
    _check_loop(block)
    earlier = {arriving(report): report for report in previous.copies}
    nearest = previous.copies[0] if previous.copies else None
    lent = locked if block.repeat == 1 else _NOTHING
    reports: dict[Shapes, Report] = {}
    shapes, left = inputs, block.repeat
    while left and shapes not in reports:
        reports[shapes] = inside(shapes, earlier.get(shapes, nearest), lent)
        shapes = _following(reports[shapes], shapes)
        left -= 1
    rows = tuple(_rows(block.repeat, inputs, tuple(reports.values())))
    held = 0 if lent == locked else _held_back(rows, inside, locked)
    return _summed(inputs, rows, tuple(reports.values()), held)


def copies(block: Block, facts: NodeFacts) -> Iterator[tuple[Report, int]]:
    """Yield the inner reports in the order of the copies, each with how many copies it is for."""
    return _rows(block.repeat, facts.inputs, facts.copies)


def arriving(report: Report) -> Shapes:
    """Return the shapes that come into the network of this report."""
    return _ports(report, Input)


def leaving(report: Report) -> Shapes:
    """Return the shapes that leave the network of this report."""
    return _ports(report, Output)


def _rows(repeat: int, inputs: Shapes, reports: tuple[Report, ...]) -> Iterator[tuple[Report, int]]:
    known: Mapping[Shapes, Report] = dict(zip(map(arriving, reports), reports, strict=True))
    shapes, left = inputs, repeat
    while left:
        report = known[shapes]
        after = _following(report, shapes)
        count = left if after == shapes else 1
        yield report, count
        shapes, left = after, left - count


def _following(report: Report, shapes: Shapes) -> Shapes:
    """Return what reaches the next copy."""
    results = leaving(report)
    return (*results, *shapes[len(results) :])[: len(shapes)]


def _ports(report: Report, kind: type[Layer]) -> Shapes:
    nodes = report.graph.nodes
    return tuple(
        facts.output for name, facts in report.nodes.items() if isinstance(nodes[name].layer, kind)
    )


def _check_loop(block: Block) -> None:
    into, out = block.ports()
    if block.repeat > 1 and not 1 <= len(out) <= len(into):
        raise ShapeError(
            _(
                "A block that is repeated feeds itself, but it has {outputs} outputs "
                "for {inputs} inputs."
            ).format(outputs=len(out), inputs=len(into)),
            _("Give it as many outputs as inputs, or set repeat to 1."),
        )


def _held_back(rows: tuple[tuple[Report, int], ...], inside: Inside, locked: frozenset[str]) -> int:
    """Return how many parameters of the copies do not train because of what they lend."""
    lent: dict[str, frozenset[str]] = {}
    for weight in locked:
        number, _dot, name = weight.partition(".")
        lent[number] = lent.get(number, _NOTHING) | {name}
    held, first = 0, 0
    for report, count in rows:
        for number, names in lent.items():
            if number.isdecimal() and first <= int(number) < first + count:
                held += report.trainable - inside(arriving(report), report, names).trainable
        first += count
    return held


def _summed(
    inputs: Shapes, rows: tuple[tuple[Report, int], ...], reports: tuple[Report, ...], held: int
) -> NodeFacts:
    results = leaving(rows[-1][0])
    return NodeFacts(
        inputs=inputs,
        outputs=() if None in results else tuple(s for s in results if s is not None),
        parameters=total(_many(count, report.parameters) for report, count in rows),
        trainable=sum(report.trainable * count for report, count in rows) - held,
        buffers=sum(report.buffers * count for report, count in rows),
        multiply_adds=total(_many(count, report.multiply_adds) for report, count in rows),
        activation_bytes=sum(report.activation_bytes * count for report, count in rows),
        copies=reports,
        ways=through(rows, len(inputs)),
    )


def _many(count: int, value: int) -> Count:
    if not value:
        return Count(0)
    return Count(value) if count == 1 else times(count, value)
