"""Feature maps side by side, numbered; one of them can be looked at closely."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.datasets.dataset import Array
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.looking.shades import Scale
from studio.ui.looking.shades import said as number
from studio.ui.tokens import faded
from studio.wording import _

_SHARP = 96
"""Pixels of a side of a small map: more cannot be seen side by side."""
_GAP = 3.0
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class MapsView(QWidget):
    """A grid of maps; a click or Enter enlarges one, another click or Escape goes back."""

    pointed = Signal(str)
    """What lies under the mouse or the keyboard, in a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: Array = np.zeros((0, 1, 1), np.float32)
        self._first, self._factor = 0, 1
        self._scale = Scale(0.0, 1.0)
        self._images: list[QImage | None] = []
        self.chosen = 0
        """The map under the keyboard, counted from the first that is shown."""
        self.is_close = False
        """Whether one map fills the place."""
        self.setAccessibleName(_("Feature maps"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        follow(self, theme.changed, lambda _look: self._forget())

    def show_maps(self, values: Array, scale: Scale, first: int, factor: int) -> None:
        """Show maps [channels, height, width], of which the first has the number `first`."""
        self._values, self._scale, self._first, self._factor = values, scale, first, factor
        self.chosen = min(self.chosen, max(0, len(values) - 1))
        self._forget()

    def sizeHint(self) -> QSize:
        return QSize(340, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 140)

    def boxes(self) -> list[QRectF]:
        """Return where each map lies; of one that is looked at closely, all of the place."""
        count = len(self._values)
        if not count:
            return []
        room = QRectF(self.rect())
        high, wide = self._values.shape[1:]
        if self.is_close:
            box = _fitted(room.adjusted(1, 1, -1, -1), wide / high)
            box.moveCenter(room.center())
            return [box]
        columns = _columns(count, room, wide / high)
        rows = math.ceil(count / columns)
        cell = QRectF(0, 0, room.width() / columns - _GAP, room.height() / rows - _GAP)
        box = _fitted(cell, wide / high)
        across, down = box.width() + _GAP, box.height() + _GAP
        left = (room.width() - columns * across + _GAP) / 2
        places = [divmod(place, columns) for place in range(count)]
        return [box.translated(left + column * across, row * down) for row, column in places]

    def explanation(self, point: QPointF) -> str:
        """Return the channel, place and value at a point of the widget; nothing between maps."""
        for place, box in enumerate(self.boxes()):
            if box.contains(point):
                at = self.chosen if self.is_close else place
                high, wide = self._values.shape[1:]
                row = min(high - 1, int((point.y() - box.top()) / box.height() * high))
                column = min(wide - 1, int((point.x() - box.left()) / box.width() * wide))
                return self._said(at, row, column)
        return ""

    def _said(self, at: int, row: int, column: int) -> str:
        value = number(float(self._values[at, row, column]))
        places = {"channel": self._first + at, "value": value}
        if self._factor > 1:
            return _("Channel {channel}, around ({row}, {column}): {value} on average").format(
                row=row * self._factor, column=column * self._factor, **places
            )
        return _("Channel {channel}, row {row}, column {column}: {value}").format(
            row=row, column=column, **places
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        look, boxes = theme.current(), self.boxes()
        for place, box in enumerate(boxes):
            at = self.chosen if self.is_close else place
            painter.drawImage(box, self._image(at))
            self._paint_number(painter, box, self._first + at)
        if self.hasFocus() and boxes:
            box = boxes[0 if self.is_close else self.chosen]
            painter.setPen(QPen(look.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_number(self, painter: QPainter, box: QRectF, channel: int) -> None:
        if box.width() < 22 or box.height() < 18:
            return
        look = theme.current()
        painter.setFont(theme.font(10, 500, tabular=True))
        text = str(channel)
        wide = painter.fontMetrics().horizontalAdvance(text) + 6
        tag = QRectF(box.left(), box.top(), wide, 13)
        painter.fillRect(tag, faded(look.bg0, 0.72))
        painter.setPen(look.text)
        painter.drawText(tag, int(Qt.AlignmentFlag.AlignCenter), text)

    def _image(self, at: int) -> QImage:
        if self.is_close:
            return self._scale.image(self._values[at], theme.current())
        found = self._images[at]
        if found is None:
            every = -(-max(self._values.shape[1:]) // _SHARP)
            found = self._scale.image(self._values[at, ::every, ::every], theme.current())
            self._images[at] = found
        return found

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(self.explanation(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.is_close:
            self._go_close(close=False)
            return
        hit = [at for at, box in enumerate(self.boxes()) if box.contains(event.position())]
        if hit:
            self.chosen = hit[0]
            self._go_close(close=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None and len(self._values):
            self._walk(*step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._go_close(close=not self.is_close)
        elif event.key() == Qt.Key.Key_Escape and self.is_close:
            self._go_close(close=False)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._tell()

    def _walk(self, across: int, down: int) -> None:
        wide = 1 if self.is_close else len({box.left() for box in self.boxes()})
        self.chosen = max(0, min(len(self._values) - 1, self.chosen + across + down * max(1, wide)))
        self._tell()
        self.update()

    def _go_close(self, *, close: bool) -> None:
        self.is_close = close and bool(len(self._values))
        self._tell()
        self.update()

    def _tell(self) -> None:
        """Say which map the keyboard is at, and what its range is."""
        if not len(self._values):
            return
        one = self._values[self.chosen]
        text = _("Channel {channel}: from {low} to {high}").format(
            channel=self._first + self.chosen,
            low=number(float(np.nanmin(one))),
            high=number(float(np.nanmax(one))),
        )
        self.setAccessibleDescription(text)
        self.pointed.emit(text)

    def _forget(self) -> None:
        self._images = [None] * len(self._values)
        self.update()


def _columns(count: int, room: QRectF, shape: float) -> int:
    """Return in how many columns so many maps are largest."""

    def side(columns: int) -> float:
        rows = math.ceil(count / columns)
        return min(room.width() / columns / shape, room.height() / rows)

    choices: Sequence[int] = range(1, count + 1)
    return max(choices, key=side)


def _fitted(room: QRectF, shape: float) -> QRectF:
    """Return the largest rectangle of width / height `shape` in the upper left of `room`."""
    wide = min(room.width(), room.height() * shape)
    return QRectF(room.left(), room.top(), max(1.0, wide), max(1.0, wide / shape))
