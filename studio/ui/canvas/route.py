"""Which way a wire takes: straight lines with rounded corners that keep clear of the cards."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainterPath

CORNER = 12.0
_STUB = 20.0
_GAP = 18.0
_SIDE = 104.0 + _GAP
"""From the middle of a card to the lane beside it."""
_NEXT = 300.0
"""Cards nearer than this stand in neighboring columns."""

Obstacles = Callable[[QRectF], Sequence[QRectF]]
"""Returns the cards that touch a rectangle."""


def no_obstacles(_area: QRectF) -> Sequence[QRectF]:
    """Return no cards: for wires that are still being pulled."""
    return ()


def route(start: QPointF, end: QPointF, obstacles: Obstacles = no_obstacles) -> list[QPointF]:
    """Return the corners of a wire that leaves `start` downwards and enters `end` from above."""
    if end.y() - start.y() < 2 * _STUB - 8:
        return _around(start, end, obstacles)
    near = end.y() - start.y() <= 110
    if abs(end.x() - start.x()) < 1 and (near or not _blocked(start.x(), start, end, obstacles)):
        return [start, end]
    if near:
        return _bent(start, end, (start.y() + end.y()) / 2)
    return _lane(start, end, obstacles)


def rounded(corners: Sequence[QPointF]) -> QPainterPath:
    """Return the line through `corners` with its corners rounded."""
    path = QPainterPath(corners[0])
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        into, out = QLineF(corner, before), QLineF(corner, after)
        radius = min(CORNER, into.length() / 2, out.length() / 2)
        if radius < 0.5:
            path.lineTo(corner)
            continue
        into.setLength(radius)
        out.setLength(radius)
        path.lineTo(into.p2())
        path.quadTo(corner, out.p2())
    path.lineTo(corners[-1])
    return path


def middle(corners: Sequence[QPointF]) -> tuple[QPointF, bool]:
    """Return the middle of the longest piece, and whether that piece is upright."""
    first, second = max(pairwise(corners), key=lambda pair: QLineF(*pair).length())
    return (first + second) / 2, abs(first.x() - second.x()) < 1


def _bent(start: QPointF, end: QPointF, level: float) -> list[QPointF]:
    return [start, QPointF(start.x(), level), QPointF(end.x(), level), end]


def _lane(start: QPointF, end: QPointF, obstacles: Obstacles) -> list[QPointF]:
    """Go down in the free lane that is the least way off."""
    upper, lower = start.y() + _STUB, end.y() - _STUB
    for lane in _lanes(start, end, obstacles):
        if _blocked(lane, QPointF(lane, upper), QPointF(lane, lower), obstacles):
            continue
        if abs(lane - start.x()) < 1:
            return _bent(start, end, lower)
        if abs(lane - end.x()) < 1:
            return _bent(start, end, upper)
        return _through(start, end, lane, upper, lower)
    return _bent(start, end, lower)


def _lanes(start: QPointF, end: QPointF, obstacles: Obstacles) -> list[float]:
    span = QRectF(start, end).normalized().adjusted(-2, _STUB, 2, -_STUB)
    cards = obstacles(span)
    edges = [x for card in cards for x in (card.left() - _GAP, card.right() + _GAP)]
    ends = [end.x(), start.x()]
    return ends + sorted(edges, key=lambda x: abs(x - start.x()) + abs(x - end.x()))


def _through(
    start: QPointF, end: QPointF, lane: float, upper: float, lower: float
) -> list[QPointF]:
    return [
        start,
        QPointF(start.x(), upper),
        QPointF(lane, upper),
        QPointF(lane, lower),
        QPointF(end.x(), lower),
        end,
    ]


def _around(start: QPointF, end: QPointF, obstacles: Obstacles) -> list[QPointF]:
    """Go below the source, up in the lane that crosses the fewest cards, and in from above."""
    upper, lower = end.y() - _STUB, start.y() + _STUB
    left, right = min(start.x(), end.x()), max(start.x(), end.x())
    lanes = [(left + right) / 2] if right - left < _NEXT else []
    lanes += [start.x() + _SIDE, start.x() - _SIDE, end.x() - _SIDE, end.x() + _SIDE]
    if right - left < 2 * _SIDE:
        lanes = [lane for lane in lanes if not left - _SIDE < lane < right + _SIDE] or [
            right + _SIDE
        ]
    best, fewest = lanes[0], 1_000
    for lane in sorted(lanes, key=lambda x: abs(x - start.x()) + abs(x - end.x())):
        crossed = (
            len(obstacles(_level(start.x(), lane, lower)))
            + len(obstacles(_level(lane, end.x(), upper)))
            + 2 * len(obstacles(_column(lane, upper, lower)))
        )
        if crossed < fewest:
            best, fewest = lane, crossed
        if not crossed:
            break
    return _through(start, end, best, lower, upper)


def _level(one: float, other: float, y: float) -> QRectF:
    return QRectF(min(one, other), y - 3, abs(one - other), 6)


def _column(x: float, one: float, other: float) -> QRectF:
    return QRectF(x - 3, min(one, other), 6, abs(one - other))


def _blocked(lane: float, upper: QPointF, lower: QPointF, obstacles: Obstacles) -> bool:
    top, bottom = min(upper.y(), lower.y()), max(upper.y(), lower.y())
    return bool(obstacles(QRectF(lane - 3, top + 2, 6, bottom - top - 4)))
