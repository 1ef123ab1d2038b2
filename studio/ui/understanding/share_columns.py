"""Where the columns of the list of shares stand, and its head with their names."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from studio.analysis.shares import Measure
from studio.ui import theme
from studio.ui.understanding.measures import MEASURES
from studio.wording import _

HEIGHT = 28
_VALUE, _SHARE, _EDGE = 94, 46, 20
_NARROW = 760
"""Below this width only the first column of values has room beside the bar."""


@dataclass(frozen=True)
class Columns:
    """The columns of one row, as boxes without height."""

    name: QRectF
    bar: QRectF
    share: QRectF
    values: tuple[QRectF, ...]


def columns(width: int) -> Columns:
    """Return the columns for a list of this width."""
    room = width - 2 * _EDGE
    count = len(MEASURES) if width >= _NARROW else 2
    names = max(170.0, min(340.0, room * 0.3))
    values = count * _VALUE
    bar = max(60.0, room - names - 16 - _SHARE - values)
    left = _EDGE + names + 16
    boxes = tuple(
        QRectF(left + bar + _SHARE + index * _VALUE, 0, _VALUE, 0) for index in range(count)
    )
    return Columns(
        QRectF(_EDGE, 0, names, 0),
        QRectF(left, 0, bar, 0),
        QRectF(left + bar, 0, _SHARE, 0),
        boxes,
    )


class ShareHead(QWidget):
    """The names of the columns; pressing one compares by it. The keyboard has the switch above."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._measure: Measure = "parameters"
        self.setFixedHeight(HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(_("Columns"))

    def show_measure(self, measure: Measure) -> None:
        """Mark the column that is compared."""
        self._measure = measure
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(560, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for (key, name, _hint), column in zip(MEASURES, columns(self.width()).values, strict=False):
            on = key == self._measure
            painter.setFont(theme.font(11, 600 if on else 500))
            painter.setPen(look.accent if on else look.text3)
            painter.drawText(QRectF(column.x(), 0, column.width(), HEIGHT), right, _(name))
        painter.end()

    def _index(self, x: float) -> int:
        placed = columns(self.width()).values
        return next((i for i, box in enumerate(placed) if box.left() + 12 <= x <= box.right()), -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._index(event.position().x())
        if index >= 0:
            self.chosen.emit(MEASURES[index][0])

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._index(event.pos().x())
            QToolTip.showText(event.globalPos(), _(MEASURES[index][2]) if index >= 0 else "", self)
            return True
        return super().event(event)
