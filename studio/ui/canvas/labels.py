"""The shapes written on wires: above all wires and cards, so that none is struck through."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from studio.ui.canvas.detail import FULL, Detail
from studio.ui.canvas.edge_item import EdgeItem

_SIDE = 400.0
_STEP = 2000.0
_REACH = 120.0
"""How far a label may reach from its middle."""


class Labels(QGraphicsItem):
    """All labels of a page as one item; they are found by where the middle of their wire lies."""

    def __init__(self, detail: Detail) -> None:
        super().__init__()
        self._detail = detail
        self._area = QRectF()
        self._cells: dict[tuple[int, int], dict[EdgeItem, None]] = {}
        self._homes: dict[EdgeItem, tuple[int, int]] = {}
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setZValue(2.5)

    def cover(self, content: QRectF) -> None:
        """Lie over the cards that cover `content`, and what surrounds them."""
        left, top = _below(content.left()), _below(content.top())
        right, bottom = -_below(-content.right()), -_below(-content.bottom())
        area = QRectF(left, top, right - left, bottom - top)
        if area != self._area:  # hardly larger than needed: Qt sorts all items by the largest
            self.prepareGeometryChange()
            self._area = area

    def put(self, edge: EdgeItem) -> None:
        """Place the label of a wire that came, or runs elsewhere, where it covers no other."""
        self.drop(edge)
        spots = list(edge.spots())
        edge.write_at(next(filter(partial(self._is_free, edge), spots), spots[0]))
        cell = _cell(edge.spot.x(), edge.spot.y())
        self._homes[edge] = cell
        self._cells.setdefault(cell, {})[edge] = None

    def drop(self, edge: EdgeItem) -> None:
        """Take the label of a wire away, if there is one."""
        cell = self._homes.pop(edge, None)
        if cell is not None:
            self._cells[cell].pop(edge)

    def _is_free(self, edge: EdgeItem, spot: QPointF) -> bool:
        edge.write_at(spot)
        pill = edge.pill()
        return not any(other.pill().intersects(pill) for other in self._near(pill))

    def boundingRect(self) -> QRectF:
        return self._area

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        if self._detail.zoom < FULL:
            return
        area = option.exposedRect
        for edge in self._near(area):
            if edge.isVisible() and edge.boundingRect().intersects(area):
                edge.paint_label(painter)

    def _near(self, area: QRectF) -> Iterator[EdgeItem]:
        first = _cell(area.left() - _REACH, area.top() - _REACH)
        last = _cell(area.right() + _REACH, area.bottom() + _REACH)
        for column in range(first[0], last[0] + 1):
            for row in range(first[1], last[1] + 1):
                yield from self._cells.get((column, row), ())


def _below(place: float) -> float:
    """Return the next large step below a place, so that a moving card seldom changes the area."""
    return (place - _SIDE) // _STEP * _STEP


def _cell(x: float, y: float) -> tuple[int, int]:
    return int(x // _SIDE), int(y // _SIDE)
