"""A table of numbers as colors: a sequence over its features, or who looks at whom."""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.datasets.dataset import Array
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.looking.shades import Scale

Said = Callable[[int, int], str]
"""(row, column) → what lies there, in a sentence."""
_WORD = 84
"""How wide words on the axes may be."""
_LEAST = 12.0
"""How near to each other words may come."""
_ABOVE = 5
"""How far the word of the first row may rise above it."""
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class MatrixView(QWidget):
    """Colors of [rows, columns] with words along both axes; arrows walk from value to value."""

    pointed = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: Array = np.zeros((0, 0), np.float32)
        self._scale = Scale(0.0, 1.0)
        self._rows: Sequence[str] = ()
        self._columns: Sequence[str] = ()
        self._said: Said = lambda _row, _column: ""
        self._image: QImage | None = None
        self._square = False
        self.cursor_at = (0, 0)
        """Row and column under the keyboard."""
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        follow(self, theme.changed, lambda _look: self._forget())

    def show_matrix(
        self,
        values: Array,
        scale: Scale,
        words: tuple[Sequence[str], Sequence[str]],
        said: Said,
        *,
        square: bool = False,
    ) -> None:
        """Show values [rows, columns]; `words` stand along the left and below, if there are any."""
        self._values, self._scale, self._said, self._square = values, scale, said, square
        self._rows, self._columns = words
        row, column = self.cursor_at
        self.cursor_at = (min(row, len(values) - 1), min(column, values.shape[1] - 1))
        self._forget()

    def sizeHint(self) -> QSize:
        return QSize(340, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 140)

    def area(self) -> QRectF:
        """Return where the colors lie."""
        left = self._widest(self._rows)
        foot = self._widest(self._columns)
        room = QRectF(self.rect()).adjusted(left, _ABOVE if self._rows else 0, -1, -foot)
        if self._square and self._values.size:
            rows, columns = self._values.shape
            side = min(room.width() / columns, room.height() / rows)
            room = QRectF(room.left(), room.top(), side * columns, side * rows)
        return room

    def place_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the row and column at a point of the widget."""
        area = self.area()
        if not self._values.size or not area.contains(point):
            return None
        rows, columns = self._values.shape
        row = int((point.y() - area.top()) / area.height() * rows)
        column = int((point.x() - area.left()) / area.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._values.size:
            return
        painter = QPainter(self)
        look, area = theme.current(), self.area()
        if self._image is None:
            self._image = self._scale.image(self._values, look)
        painter.drawImage(area, self._image)
        painter.setFont(theme.font(11))
        self._paint_rows(painter, area)
        self._paint_columns(painter, area)
        if self.hasFocus():
            painter.setPen(QPen(look.accent, 2))
            painter.drawRect(self._cell(*self.cursor_at).adjusted(-1, -1, 1, 1))
        painter.end()

    def _paint_rows(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(theme.current().text2)
        high = area.height() / max(1, len(self._values))
        every = max(1, round(0.5 + _LEAST / high))
        for row in range(0, len(self._rows), every):
            box = QRectF(0, area.top() + row * high, area.left() - 6, high)
            middle = box.center().y()
            box = QRectF(0, middle - 8, box.width(), 16)
            text = _short(painter, self._rows[row], box.width())
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, int(flags), text)

    def _paint_columns(self, painter: QPainter, area: QRectF) -> None:
        """Write the words below the columns, from top to bottom."""
        painter.setPen(theme.current().text2)
        wide = area.width() / max(1, self._values.shape[1])
        every = max(1, round(0.5 + _LEAST / wide))
        room = self.height() - area.bottom() - 6
        for column in range(0, len(self._columns), every):
            painter.save()
            painter.translate(area.left() + (column + 0.5) * wide, area.bottom() + 5)
            painter.rotate(90)
            text = _short(painter, self._columns[column], room)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, -8, room, 16), int(flags), text)
            painter.restore()

    def _cell(self, row: int, column: int) -> QRectF:
        area, (rows, columns) = self.area(), self._values.shape
        wide, high = area.width() / columns, area.height() / rows
        return QRectF(area.left() + column * wide, area.top() + row * high, wide, high)

    def _widest(self, words: Sequence[str]) -> float:
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(word) for word in words), default=0)
        return min(widest, _WORD) + 8.0 if words else 0.0

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        self.pointed.emit("" if place is None else self._said(*place))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if place is not None:
            self._move_to(*place)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit("")
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or not self._values.size:
            super().keyPressEvent(event)
            return
        rows, columns = self._values.shape
        row, column = self.cursor_at[0] + step[0], self.cursor_at[1] + step[1]
        self._move_to(max(0, min(rows - 1, row)), max(0, min(columns - 1, column)))

    def _move_to(self, row: int, column: int) -> None:
        self.cursor_at = (row, column)
        text = self._said(row, column)
        self.setAccessibleDescription(text)
        self.pointed.emit(text)
        self.update()

    def _forget(self) -> None:
        self._image = None
        self.update()


def _short(painter: QPainter, text: str, room: float) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room))
