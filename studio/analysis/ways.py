"""How many weighted layers lie on the longest way from each input of a page to each of its nodes.

Depths add up along a way and the longest way counts, so ways through blocks that follow each other
compose like matrices whose sum is the maximum and whose product is the sum.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from studio.analysis.report import NodeFacts, Report, Ways
from studio.catalogue.inputs import Input, Output
from studio.graph.model import Node, Wire

Matrix = tuple[Ways, ...]
"""The ways to each output."""

_NOTHING = -1
"""Stands in for an input where a way begins at a layer that nothing feeds."""
_ALONE: Ways = {_NOTHING: 0}


def farthest(ways: Ways, arriving: Sequence[int]) -> int:
    """Return the depth at the end of `ways` when the inputs lie at the depths `arriving`."""
    return max(
        (way + (0 if start == _NOTHING else arriving[start]) for start, way in ways.items()),
        default=0,
    )


def page_ways(report: Report) -> Mapping[str, Matrix]:
    """Return the ways to every node of a page: one row, for a block one for each of its outputs."""
    nodes = report.graph.nodes
    ports = (name for name, node in nodes.items() if isinstance(node.layer, Input))
    found: dict[str, Matrix] = {name: ({index: 0},) for index, name in enumerate(ports)}
    for name in report.order:
        if name not in found:
            found[name] = _behind(nodes[name], report.nodes[name], found)
    return found


def arriving_depths(
    node: Node, ways: Mapping[str, Matrix], arriving: Sequence[int]
) -> tuple[int, ...]:
    """Return at which depth each wire of a node of a page lies, given those of its inputs."""
    return tuple(farthest(row, arriving) for row in _rows(node, ways))


def through(copies: Iterable[tuple[Report, int]], inputs: int) -> Matrix:
    """Return the ways through copies that follow each other, each report with how many it is for.

    What a copy brings out goes into the first of the `inputs` of the next one, the others reach
    every copy. The time grows with the logarithm of the number of copies that are alike.
    """
    passing: Matrix = tuple({index: 0} for index in range(inputs))
    result, outputs = passing, 0
    for row, count in _runs(copies):
        outputs = len(row)
        step = (*row, *passing[outputs:])
        result = _composed(_power(step, count), result)
    return result[:outputs]


def _runs(copies: Iterable[tuple[Report, int]]) -> Iterator[tuple[Matrix, int]]:
    """Yield the ways through copies and how many in a row have the same."""
    known: dict[int, Matrix] = {}
    pairs: list[tuple[Matrix, int]] = []
    for report, count in copies:
        if id(report) not in known:
            known[id(report)] = _to_ends(report)
        pairs.append((known[id(report)], count))
    for matrix, run in groupby(pairs, key=itemgetter(0)):
        yield matrix, sum(count for _matrix, count in run)


def _to_ends(report: Report) -> Matrix:
    """Return the ways to the outputs of a page; to all its nodes if it has none."""
    ways = page_ways(report)
    ends = [name for name in report.graph if isinstance(report.graph[name].layer, Output)]
    return tuple(row for name in ends or ways for row in ways[name])


def _behind(node: Node, facts: NodeFacts, found: Mapping[str, Matrix]) -> Matrix:
    rows = _rows(node, found)
    if facts.ways:
        return _composed(facts.ways, rows)
    joined = _joined(rows)
    if facts.own_depth:
        joined = {start: way + facts.own_depth for start, way in joined.items()}
    return (joined,)


def _rows(node: Node, found: Mapping[str, Matrix]) -> Matrix:
    return tuple(_row(wire, found) for wire in node.sources)


def _row(wire: Wire | None, found: Mapping[str, Matrix]) -> Ways:
    rows = found.get(wire.node, ()) if wire is not None else ()
    if wire is None or not rows:
        return {}
    return rows[min(wire.output, len(rows) - 1)]


def _joined(rows: Matrix) -> Ways:
    if len(rows) == 1 and rows[0]:
        return rows[0]
    result: dict[int, int] = {}
    for row in rows:
        for start, way in row.items():
            result[start] = max(way, result.get(start, 0))
    return result or _ALONE


def _power(matrix: Matrix, count: int) -> Matrix:
    """Return the ways through `count` copies that feed themselves, by squaring."""
    if count == 1:
        return matrix
    half = _power(matrix, count // 2)
    whole = _composed(half, half)
    return _composed(matrix, whole) if count % 2 else whole


def _composed(later: Matrix, earlier: Matrix) -> Matrix:
    return tuple(_onward(row, earlier) for row in later)


def _onward(row: Ways, earlier: Matrix) -> Ways:
    result: dict[int, int] = {}
    for middle, way in row.items():
        for start, before in (_ALONE if middle == _NOTHING else earlier[middle]).items():
            result[start] = max(way + before, result.get(start, 0))
    return result
