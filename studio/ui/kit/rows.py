"""Rows that are painted, however many there are, and walked, picked and explained like a list."""

from typing import Any

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}


class PaintedRows(QWidget):
    """Rows of one height; subclasses say how one is painted and told, and what picking it does.

    Arrow keys walk, Enter or a click picks, and the mouse asks for the tooltip.
    """

    walked = Signal(QRectF)
    """Where the row of the keyboard is, so that it can be scrolled into view."""

    def __init__(self, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row_height, self._count = row_height, 0
        self.at = 0
        """The row of the keyboard."""
        self.over = -1
        """The row under the mouse, or -1."""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paint_row(self, painter: QPainter, index: int) -> None:
        """Paint one row."""
        raise NotImplementedError

    def told(self, index: int) -> str:
        """Return what a screen reader says of a row."""
        raise NotImplementedError

    def tip(self, index: int) -> str:
        """Return the tooltip of a row."""
        raise NotImplementedError

    def picks(self, index: int) -> bool:
        """Return whether picking a row does anything."""
        return index >= 0

    def pick(self, index: int) -> None:
        """Do what picking a row is for."""
        raise NotImplementedError

    def lay_rows(self, count: int, at: int, *, below: int = 0) -> None:
        """Make room for so many rows, `at` that of the keyboard, and `below` pixels."""
        self._count, self.at = count, max(0, min(at, count - 1))
        self.setFixedHeight(max(1, count) * self._row_height + below)
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> Any:
        """Say where the row of the keyboard is: there a scroll area turns when Tab comes here."""
        if query == Qt.InputMethodQuery.ImCursorRectangle:
            return QRect(0, self.at * self._row_height, self.width(), self._row_height)
        return super().inputMethodQuery(query)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first = max(0, event.rect().top() // self._row_height)
        last = min(self._count, event.rect().bottom() // self._row_height + 1)
        for index in range(first, last):
            self.paint_row(painter, index)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._index(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._take(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._index(event.position().y())
        hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
        self.setCursor(hand if self.picks(over) else arrow)
        if over != self.over:
            self.over = over
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.over = -1
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self._count - 1}
        if key in _ENTER and self._count:
            self._take(self.at)
        elif key in _STEPS or key in ends:
            self._walk(ends.get(key, self.at + _STEPS.get(key, 0)))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._index(event.pos().y())
            QToolTip.showText(event.globalPos(), self.tip(index) if index >= 0 else "", self)
            return True
        return super().event(event)

    def _index(self, y: float) -> int:
        index = int(y // self._row_height)
        return index if 0 <= index < self._count else -1

    def _walk(self, wanted: int) -> None:
        self.at = max(0, min(self._count - 1, wanted))
        self._tell()
        self.walked.emit(QRectF(0, self.at * self._row_height, 1, self._row_height))
        self.update()

    def _take(self, index: int) -> None:
        self.at = index
        self._tell()
        self.update()
        if self.picks(index):
            self.pick(index)

    def _tell(self) -> None:
        """Say the row of the keyboard to a screen reader."""
        self.setAccessibleDescription(self.told(self.at) if self.at < self._count else "")
