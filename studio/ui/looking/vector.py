"""A row of numbers as bars; where they have names, one below the other."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.datasets.dataset import Array
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.looking.shades import Scale, table
from studio.ui.looking.shades import said as number
from studio.ui.tokens import faded
from studio.wording import _

_NAMED = 24
"""Up to so many numbers are written out with their names."""
_ROW = 22.0
_NAME = 0.34


class VectorView(QWidget):
    """Bars from 0 up and down, or named bars to the right; arrows walk along them."""

    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: Array = np.zeros(0, np.float32)
        self._names: Sequence[str] = ()
        self._scale = Scale(0.0, 1.0)
        self._first = 0
        self.chosen = 0
        """The bar under the keyboard."""
        self.setAccessibleName(_("Values"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        follow(self, theme.changed, lambda _look: self.update())

    def show_values(
        self, values: Array, names: Sequence[str], scale: Scale, first: int = 0
    ) -> None:
        """Show numbers [numbers], which may have names."""
        self._values, self._names, self._scale, self._first = values, names, scale, first
        self.chosen = min(self.chosen, max(0, len(values) - 1))
        self.updateGeometry()
        self.update()

    @property
    def is_named(self) -> bool:
        """Whether the bars lie below each other, each with its name."""
        return 0 < len(self._names) == len(self._values) <= _NAMED

    def sizeHint(self) -> QSize:
        return QSize(340, round(_ROW * len(self._values)) if self.is_named else 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 90)

    def bar(self, at: int) -> QRectF:
        """Return where a bar lies."""
        low, high = min(0.0, self._scale.low), self._scale.high
        value = float(np.nan_to_num(self._values[at]))
        if self.is_named:
            left = self.width() * _NAME
            room = self.width() - left - 64
            across = room / (high - low)
            zero, end = left - low * across, left + (value - low) * across
            row = min(_ROW, self.height() / len(self._values))
            return QRectF(min(zero, end), at * row + 3, max(1.5, abs(end - zero)), row - 6)
        wide = self.width() / max(1, len(self._values))
        down = self.height() / (high - low)
        zero, end = self.height() + low * down, self.height() - (value - low) * down
        gap = 1.0 if wide >= 4 else 0.0
        return QRectF(at * wide, min(zero, end), max(1.0, wide - gap), max(1.0, abs(end - zero)))

    def explanation(self, at: int) -> str:
        """Return which number this is, and its value."""
        value = number(float(self._values[at]))
        if len(self._names) == len(self._values):
            return f"{self._names[at]}: {value}"
        return _("Number {place}: {value}").format(place=self._first + at, value=value)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        colors = table(look, signed=self._scale.is_signed)
        span = self._scale.high - self._scale.low
        for at in self._worth_painting():
            value = float(np.nan_to_num(self._values[at]))
            share = min(1.0, max(0.0, (value - self._scale.low) / span))
            painter.fillRect(self.bar(at), QColor.fromRgba(int(colors[round(255 * share)])))
            if self.is_named:
                self._paint_name(painter, at)
        if self.hasFocus() and len(self._values):
            painter.setPen(look.accent)
            painter.setBrush(faded(look.accent, 0.15))
            painter.drawRect(self._strip(self.chosen))
        painter.end()

    def _worth_painting(self) -> list[int]:
        """Return the bars that can be seen: of those that share a pixel, the longest."""
        count, wide = len(self._values), max(1, self.width())
        if count <= wide:
            return list(range(count))
        edges = np.linspace(0, count, wide + 1).astype(int)
        sizes = np.abs(np.nan_to_num(self._values))
        return [
            int(first + sizes[first:last].argmax())
            for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
        ]

    def _paint_name(self, painter: QPainter, at: int) -> None:
        look, box = theme.current(), self._strip(at)
        painter.setFont(theme.font(12))
        painter.setPen(look.text2)
        room = self.width() * _NAME - 10
        short = painter.fontMetrics().elidedText(
            self._names[at], Qt.TextElideMode.ElideRight, int(room)
        )
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(QRectF(2, box.top(), room, box.height()), middle, short)
        painter.setFont(theme.font(12, 500, tabular=True))
        painter.setPen(look.text)
        right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        painter.drawText(box.adjusted(0, 0, -4, 0), right, number(float(self._values[at])))

    def _strip(self, at: int) -> QRectF:
        """Return all of the widget that belongs to a bar."""
        if self.is_named:
            row = min(_ROW, self.height() / len(self._values))
            return QRectF(0, at * row, self.width() - 1, row)
        wide = self.width() / max(1, len(self._values))
        return QRectF(at * wide, 0, max(1.0, wide), self.height() - 1)

    def _at(self, point: QPointF) -> int | None:
        for at in range(len(self._values)) if self.is_named else ():
            if self._strip(at).contains(point):
                return at
        if self.is_named or not len(self._values):
            return None
        return max(0, min(len(self._values) - 1, int(point.x() / self.width() * len(self._values))))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        self.pointed.emit("" if at is None else self.explanation(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up)
        on = event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down)
        if not (back or on) or not len(self._values):
            super().keyPressEvent(event)
            return
        self.chosen = max(0, min(len(self._values) - 1, self.chosen + (1 if on else -1)))
        text = self.explanation(self.chosen)
        self.setAccessibleDescription(text)
        self.pointed.emit(text)
        self.update()
