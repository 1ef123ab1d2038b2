"""Which cards stand in one line: the ranks of a graph, its main chain and its branches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from studio.graph.model import Graph
from studio.graph.topology import order


@dataclass(frozen=True)
class Strand:
    """Cards in one straight line, and the ranks that they and their wires need there."""

    nodes: tuple[str, ...]
    """Empty for a long wire that only needs room to pass."""
    first: int
    last: int


class Skeleton:
    """A graph without circles: who feeds whom downwards, and on which rank each node stands."""

    def __init__(self, graph: Graph) -> None:
        self.order = order(graph)
        place = {name: index for index, name in enumerate(self.order)}
        self.consumers: dict[str, tuple[str, ...]] = {
            name: tuple(
                dict.fromkeys(node for node, _slot in graph.consumers[name] if place[node] > index)
            )
            for name, index in place.items()
        }
        self.sources: dict[str, list[str]] = {name: [] for name in self.order}
        for name in self.order:
            for consumer in self.consumers[name]:
                self.sources[consumer].append(name)
        self.rank: dict[str, int] = {}
        for name in self.order:
            self.rank[name] = 1 + max((self.rank[one] for one in self.sources[name]), default=-1)

    def components(self) -> list[tuple[str, ...]]:
        """Return the connected parts, each in order."""
        label: dict[str, str] = {}
        for start in self.order:
            todo = [start] if start not in label else []
            while todo:
                name = todo.pop()
                if name not in label:
                    label[name] = start
                    todo += [*self.consumers[name], *self.sources[name]]
        parts: dict[str, list[str]] = {}
        for name in self.order:
            parts.setdefault(label[name], []).append(name)
        return [tuple(part) for part in parts.values()]


def main_chain(skeleton: Skeleton, part: Sequence[str]) -> tuple[str, ...]:
    """Return the longest way through a part of the graph."""
    height: dict[str, int] = {}
    for name in reversed(part):
        height[name] = 1 + max((height[one] for one in skeleton.consumers[name]), default=0)
    chain = [max(part, key=lambda name: height[name])]
    while below := skeleton.consumers[chain[-1]]:
        chain.append(max(below, key=lambda name: height[name]))
    return tuple(chain)


def branches(skeleton: Skeleton, part: Sequence[str], chain: Iterable[str]) -> list[Strand]:
    """Return the lines beside the main chain: cards that follow each other, and long wires.

    Moves the cards of a branch to the middle of the room they have, and starts to their consumers.
    """
    taken = set(chain)
    lines: list[tuple[str, ...]] = []
    for name in part:
        if name not in taken:
            line = _line(skeleton, name, taken)
            taken.update(line)
            lines.append(line)
    for line in reversed(lines):
        _center(skeleton, line)
    return [_strand(skeleton, line) for line in lines] + _long_wires(skeleton, part, lines)


def _line(skeleton: Skeleton, start: str, taken: set[str]) -> tuple[str, ...]:
    line = [start]
    while free := [name for name in skeleton.consumers[line[-1]] if name not in taken]:
        line.append(free[0])
    return tuple(line)


def _center(skeleton: Skeleton, line: tuple[str, ...]) -> None:
    rank = skeleton.rank
    inside = set(line)
    room = min(
        (
            rank[consumer] - rank[name] - 1
            for name in line
            for consumer in skeleton.consumers[name]
            if consumer not in inside
        ),
        default=0,
    )
    for name in line:
        rank[name] += room // 2 if skeleton.sources[line[0]] else room


def _strand(skeleton: Skeleton, line: tuple[str, ...]) -> Strand:
    rank = skeleton.rank
    above = (rank[name] + 1 for name in skeleton.sources[line[0]])
    below = (rank[name] - 1 for name in skeleton.consumers[line[-1]])
    first = min(above, default=rank[line[0]])
    return Strand(line, min(first, rank[line[0]]), max(below, default=rank[line[-1]]))


def _long_wires(
    skeleton: Skeleton, part: Sequence[str], lines: Iterable[tuple[str, ...]]
) -> list[Strand]:
    rank = skeleton.rank
    covered = _covered(skeleton.consumers, skeleton.sources, lines)
    found = []
    for name in part:
        ends = [rank[one] for one in skeleton.consumers[name] if (name, one) not in covered]
        last = max(ends, default=0) - 1
        if last > rank[name]:
            found.append(Strand((), rank[name] + 1, last))
    return found


def _covered(
    consumers: Mapping[str, Sequence[str]],
    sources: Mapping[str, Sequence[str]],
    lines: Iterable[tuple[str, ...]],
) -> set[tuple[str, str]]:
    """Return the wires that run in the line of a branch."""
    pairs: set[tuple[str, str]] = set()
    for line in lines:
        pairs.update(pairwise(line))
        pairs.update((name, line[0]) for name in sources[line[0]])
        pairs.update((line[-1], name) for name in consumers[line[-1]])
    return pairs
