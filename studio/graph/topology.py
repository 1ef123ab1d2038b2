"""What feeds what: order, circles and reachability of a graph, from its wires alone."""

import heapq
from collections.abc import Iterable, Iterator

from studio.graph.model import Graph


def order(graph: Graph) -> tuple[str, ...]:
    """Return the node ids, sources before their consumers, otherwise in the order they were added.

    Nodes on a circle, and those fed by one, come last.
    """
    place = {name: index for index, name in enumerate(graph)}
    names = tuple(graph)
    waiting = {name: sum(1 for _source in _sources(graph, name)) for name in graph}
    ready = [place[name] for name, count in waiting.items() if not count]
    found: list[str] = []
    while ready:
        name = names[heapq.heappop(ready)]
        found.append(name)
        for consumer, _slot in graph.consumers[name]:
            waiting[consumer] -= 1
            if not waiting[consumer]:
                heapq.heappush(ready, place[consumer])
    done = set(found)
    return (*found, *(name for name in graph if name not in done))


def cycles(graph: Graph) -> tuple[tuple[str, ...], ...]:
    """Return one circle for each knot of nodes that feed themselves, in the order of its wires."""
    stuck = _stuck(graph)
    found: list[tuple[str, ...]] = []
    while stuck:
        circle = _circle(graph, next(iter(stuck)), stuck)
        found.append(circle)
        for name in _knot(graph, circle[0]):
            stuck.pop(name, None)
    return tuple(found)


def ancestors(graph: Graph, names: Iterable[str]) -> frozenset[str]:
    """Return every node from which a way leads to one of `names`; those only if they lie on one."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        new = [source for source in _sources(graph, todo.pop()) if source not in found]
        found.update(new)
        todo.extend(new)
    return frozenset(found)


def descendants(graph: Graph, names: Iterable[str]) -> frozenset[str]:
    """Return every node to which a way leads from one of `names`; those only if they lie on one."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        new = [consumer for consumer, _slot in graph.consumers[todo.pop()] if consumer not in found]
        found.update(new)
        todo.extend(new)
    return frozenset(found)


def would_cycle(graph: Graph, source: str, target: str) -> bool:
    """Return whether a wire from `source` to `target` would close a circle."""
    return source == target or source in descendants(graph, (target,))


def _sources(graph: Graph, name: str) -> Iterator[str]:
    return (wire.node for wire in graph[name].sources if wire is not None and wire.node in graph)


def _stuck(graph: Graph) -> dict[str, None]:
    """Return the nodes that lie on a circle or between two, in graph order."""
    left = dict.fromkeys(graph)
    feeds = {name: {consumer for consumer, _slot in graph.consumers[name]} for name in graph}
    needs = {name: set(_sources(graph, name)) for name in graph}
    for needed, freed in ((needs, feeds), (feeds, needs)):
        loose = [name for name in left if not needed[name]]
        while loose:
            name = loose.pop()
            left.pop(name, None)
            for other in freed[name]:
                needed[other].discard(name)
                if not needed[other] and other in left:
                    loose.append(other)
    return left


def _circle(graph: Graph, start: str, stuck: Iterable[str]) -> tuple[str, ...]:
    inside = frozenset(stuck)
    way = [start]
    seen = {start: 0}
    while True:  # walking against the wires inside the stuck nodes must meet itself
        name = next(source for source in _sources(graph, way[-1]) if source in inside)
        if name in seen:
            return tuple(reversed(way[seen[name] :]))
        seen[name] = len(way)
        way.append(name)


def _knot(graph: Graph, name: str) -> frozenset[str]:
    return ancestors(graph, (name,)) & descendants(graph, (name,)) | {name}
