"""What a block adds to a network; copies that see the same shapes are worked out once."""

from collections.abc import Callable

from studio.analysis.facts import total
from studio.analysis.report import NodeFacts, Report
from studio.analysis.ways import through
from studio.catalogue.count import Count, times
from studio.catalogue.inputs import Input, Output
from studio.catalogue.layer import Layer
from studio.catalogue.shape import Origin, Shape
from studio.errors import ShapeError
from studio.graph.block import Block
from studio.graph.model import Graph
from studio.wording import _

Shapes = tuple[Shape | None, ...]
Inside = Callable[[Graph, Shapes, Report | None, frozenset[str]], Report]
"""Analyzes the network of a copy for the shapes that arrive, reusing what an earlier report knows;
the names are weights that a frozen layer outside borrows.
"""

Origins = tuple[tuple[Origin, bool] | None, ...]

Key = tuple[int, Shapes, Origins]
"""What tells copies apart: their network, and what arrives from where."""

Rows = tuple[tuple[Report, int], ...]
"""The reports of the copies in order, each with how many in a row it is for."""

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
    memory of a decoder) reach every copy unchanged. Copies that see the same shapes are worked out
    once. `locked` names weights that a frozen layer outside borrows: "conv.weight", where each copy
    has its own "0.conv.weight"; the reports are those of copies that lend nothing then. Raises
    ShapeError when a copy has more outputs than the next one has inputs.
    """
    _check_loop(block)
    single = block.repeat == 1 or block.shared
    lent = locked if single else _NOTHING
    rows = _rows(block, inputs, inside, previous, lent)
    if block.shared:
        _check_shared(rows)
    held = 0 if lent == locked else _held_back(rows, inside, locked)
    return _summed(block, inputs, rows, held)


def _rows(
    block: Block, inputs: Shapes, inside: Inside, previous: NodeFacts, lent: frozenset[str]
) -> Rows:
    earlier = {_key(report.graph, arriving(report)): report for report in previous.copies}
    nearest = previous.copies[0] if previous.copies else None
    known: dict[Key, Report] = {}
    rows: list[tuple[Report, int]] = []
    shapes = inputs
    for graph, count in block.runs():
        left = count
        while left:
            key = _key(graph, shapes)
            if key not in known:
                known[key] = inside(graph, shapes, earlier.get(key, nearest), lent)
            after = _following(known[key], shapes)
            same = left if alike(after, shapes) else 1
            rows.append((known[key], same))
            shapes, left = after, left - same
    return tuple(rows)


def _key(graph: Graph, shapes: Shapes) -> Key:
    return id(graph), shapes, origins(shapes)


def alike(some: Shapes, others: Shapes) -> bool:
    """Whether two lists of shapes are the same, and so is where their numbers come from."""
    return some == others and origins(some) == origins(others)


def origins(shapes: Shapes) -> Origins:
    """Return of each shape where its numbers come from, and whether samples meet in it."""
    return tuple(None if shape is None else (shape.origin, shape.meets) for shape in shapes)


def arriving(report: Report) -> Shapes:
    """Return the shapes that come into the network of this report."""
    return _ports(report, Input)


def leaving(report: Report) -> Shapes:
    """Return the shapes that leave the network of this report."""
    return _ports(report, Output)


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


def _check_shared(rows: Rows) -> None:
    first = arriving(rows[0][0])
    other = next((shapes for report, _n in rows if (shapes := arriving(report)) != first), None)
    if other is not None:
        raise ShapeError(
            _("Copies that share weights need the same shape, but {first} becomes {other}.").format(
                first=_spelled(first), other=_spelled(other)
            ),
            _("Let the block hand on the shape that comes in, or give each copy its own weights."),
        )


def _spelled(shapes: Shapes) -> str:
    return ", ".join("?" if shape is None else str(shape) for shape in shapes)


def _held_back(rows: Rows, inside: Inside, locked: frozenset[str]) -> int:
    """Return how many parameters of the copies do not train because of what they lend."""
    lent: dict[str, frozenset[str]] = {}
    for weight in locked:
        number, _dot, name = weight.partition(".")
        lent[number] = lent.get(number, _NOTHING) | {name}
    held, first = 0, 0
    for report, count in rows:
        for number, names in lent.items():
            if number.isdecimal() and first <= int(number) < first + count:
                other = inside(report.graph, arriving(report), report, names)
                held += report.trainable - other.trainable
        first += count
    return held


def _summed(block: Block, inputs: Shapes, rows: Rows, held: int) -> NodeFacts:
    results = leaving(rows[-1][0])
    owners = tuple((report, 1) for report, _count in rows[:1]) if block.shared else rows
    return NodeFacts(
        inputs=inputs,
        outputs=() if None in results else tuple(s for s in results if s is not None),
        parameters=total(_many(count, report.parameters) for report, count in owners),
        trainable=sum(report.trainable * count for report, count in owners) - held,
        buffers=sum(report.buffers * count for report, count in owners),
        modules=sum(report.modules * count for report, count in owners),
        multiply_adds=total(_many(count, report.multiply_adds) for report, count in rows),
        activation_bytes=sum(report.activation_bytes * count for report, count in rows),
        copies=tuple({id(report): report for report, _count in rows}.values()),
        rows=rows,
        ways=through(rows, len(inputs)),
    )


def _many(count: int, value: int) -> Count:
    if not value:
        return Count(0)
    return Count(value) if count == 1 else times(count, value)
