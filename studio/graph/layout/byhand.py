"""Where cards go when some were put by hand: those stay, the others find room near their wires."""

from collections.abc import Iterator

from studio.graph.change import Change
from studio.graph.layout.columns import CARD, Gaps, Places, layout
from studio.graph.model import Graph
from studio.graph.topology import order

_GAPS = Gaps()
_STEP = (CARD[0] + _GAPS.lane, CARD[1] + _GAPS.row)


def placed(graph: Graph) -> Places:
    """Return the top left corner of every card: its own place, or one that is found for it."""
    given = {name: node.at for name, node in graph.nodes.items() if node.at is not None}
    if not given:
        return layout(graph)
    board = _Board(given)
    for name in order(graph):
        if name not in given:
            board.put(name, _wish(graph, name, board.places))
    return {name: board.places[name] for name in graph}


def moves(change: Change) -> bool:
    """Return whether cards may stand elsewhere after a change: settings alone move nothing."""
    before, after = change.before, change.after
    return bool(change.added or change.removed) or any(
        before[name].sources != after[name].sources or before[name].at != after[name].at
        for name in change.updated
    )


def pinned(graph: Graph) -> Graph:
    """Return the graph with every card held where it is drawn: moving one moves no other."""
    if all(node.at is not None for node in graph.nodes.values()):
        return graph
    places = placed(graph)
    return Graph({name: node.changed(at=places[name]) for name, node in graph.nodes.items()})


def _wish(graph: Graph, name: str, places: Places) -> tuple[float, float]:
    """Return where a card would best stand: under its sources, over its consumers, or below all."""
    above = [
        places[wire.node]
        for wire in graph[name].sources
        if wire is not None and wire.node in places
    ]
    if above:
        return above[0][0], max(y for _x, y in above) + _STEP[1]
    below = [places[node] for node, _slot in graph.consumers[name] if node in places]
    if below:
        return below[0][0], min(y for _x, y in below) - _STEP[1]
    return min(x for x, _y in places.values()), max(y for _x, y in places.values()) + _STEP[1]


class _Board:
    """The cards on the canvas, found by the cell they lie in."""

    def __init__(self, places: Places) -> None:
        self.places: Places = {}
        self._cells: dict[tuple[int, int], list[tuple[float, float]]] = {}
        for name, place in places.items():
            self._keep(name, place)

    def put(self, name: str, wish: tuple[float, float]) -> None:
        """Put a card at the wished place, or on the first free one to the right of it."""
        x, y = wish
        while blocking := self._blocking(x, y):
            x = max(other for other, _y in blocking) + _STEP[0]
        self._keep(name, (x, y))

    def _keep(self, name: str, place: tuple[float, float]) -> None:
        self.places[name] = place
        self._cells.setdefault(_cell(*place), []).append(place)

    def _blocking(self, x: float, y: float) -> list[tuple[float, float]]:
        return [
            (other_x, other_y)
            for other_x, other_y in self._near(x, y)
            if abs(other_x - x) < CARD[0] and abs(other_y - y) < CARD[1]
        ]

    def _near(self, x: float, y: float) -> Iterator[tuple[float, float]]:
        column, row = _cell(x, y)
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                yield from self._cells.get((column + dx, row + dy), ())


def _cell(x: float, y: float) -> tuple[int, int]:
    return int(x // _STEP[0]), int(y // _STEP[1])
