"""Where new cards go when their place is taken: the nearest spot on which they cover no other."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QRectF

from studio.graph import edits
from studio.graph.layout import placed
from studio.graph.model import Graph
from studio.ui.canvas.card_grid import CardGrid
from studio.ui.canvas.geometry import HEIGHT, WIDTH

_GAP = 8.0
_STEP = 40.0
_REACH = 24
"""How many steps away room is looked for, before the cards go to the right of everything."""


def in_free_room(graph: Graph, fresh: Iterable[str]) -> Graph:
    """Return the page with `fresh` shifted together, as little as needed to cover no other card."""
    names = frozenset(fresh)
    places = placed(graph)
    taken = CardGrid()
    for name in places.keys() - names:
        taken.put(name, _box(places[name]))
    boxes = [_box(places[name]) for name in sorted(names)]
    if not boxes:
        return graph
    tries = _shifts(taken, boxes)
    x, y = next(by for by in tries if all(_is_free(taken, box, by) for box in boxes))
    if (x, y) == (0, 0):
        return graph
    return edits.move(graph, {n: (places[n][0] + x, places[n][1] + y) for n in names})


def _box(place: tuple[float, float]) -> QRectF:
    return QRectF(*place, WIDTH, HEIGHT)


def _is_free(taken: CardGrid, box: QRectF, shift: tuple[float, float]) -> bool:
    return not taken.touching(box.translated(*shift).adjusted(-_GAP, -_GAP, _GAP, _GAP))


def _shifts(taken: CardGrid, boxes: list[QRectF]) -> Iterator[tuple[float, float]]:
    """Yield the shifts to try, the shortest first, and one last that is free for certain."""
    steps = range(-_REACH, _REACH + 1)
    grid = ((column * _STEP, row * _STEP) for column in steps for row in steps)
    yield from sorted(grid, key=lambda shift: (shift[0] ** 2 + shift[1] ** 2, -shift[0]))
    yield taken.cover().right() + 2 * _GAP - min(box.left() for box in boxes), 0.0
