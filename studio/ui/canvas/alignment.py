"""Which neighbors a dragged card lines up with, and the thin lines that show it."""

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from studio.ui import theme

_PULL = 5.0
SIGHT = 600.0
"""How far away a neighbor may stand to be lined up with."""


def aligned(card: QRectF, others: Iterable[QRectF]) -> tuple[QPointF, list[QLineF]]:
    """Return where a card goes when its neighbors pull it into line, and the lines to show.

    Cards line up by their left edges (columns) and their upper edges (rows).
    """
    near = tuple(others)
    column = min(near, key=lambda box: abs(box.left() - card.left()), default=None)
    row = min(near, key=lambda box: abs(box.top() - card.top()), default=None)
    x, y = card.left(), card.top()
    lines = []
    if column is not None and abs(column.left() - x) <= _PULL:
        x = column.left()
        ends = (min(column.top(), y), max(column.bottom(), y + card.height()))
        middle = x + card.width() / 2
        lines.append(QLineF(middle, ends[0] - 12, middle, ends[1] + 12))
    if row is not None and abs(row.top() - y) <= _PULL:
        y = row.top()
        sides = (min(row.left(), x), max(row.right(), x + card.width()))
        middle = y + card.height() / 2
        lines.append(QLineF(sides[0] - 12, middle, sides[1] + 12, middle))
    return QPointF(x, y), lines


class Guides(QGraphicsItem):
    """The thin lines along which a dragged card lines up."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[QLineF] = []
        self.setZValue(1.5)

    def show_lines(self, lines: list[QLineF]) -> None:
        """Show these lines and no others."""
        if lines != self._lines:
            self.prepareGeometryChange()
            self._lines = lines
            self.update()

    def boundingRect(self) -> QRectF:
        around = QRectF()
        for line in self._lines:
            around = around.united(QRectF(line.p1(), line.p2()).normalized().adjusted(-2, -2, 2, 2))
        return around

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        pen = QPen(theme.current().accent, 1)
        pen.setCosmetic(True)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.drawLines(self._lines)
