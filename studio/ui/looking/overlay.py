"""What counted, laid over the picture that came in."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.datasets.dataset import Array
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.looking.shades import Scale, veil
from studio.ui.looking.shades import said as number
from studio.ui.pictures import picture
from studio.wording import _

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class OverlayView(QWidget):
    """A picture under a veil of color: the stronger it is, the more the place counted."""

    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: QImage | None = None
        self._veil: QImage | None = None
        self._values: Array = np.zeros((1, 1), np.float32)
        self._scale = Scale(0.0, 1.0)
        self._opacity, self._smooth, self._rises = 0.65, False, False
        self.cursor_at = (0, 0)
        self.setAccessibleName(_("What counted, over the picture"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        follow(self, theme.changed, lambda _look: self._forget())

    def show_values(
        self,
        sample: Array,
        values: Array,
        scale: Scale,
        *,
        smooth: bool = False,
        rises: bool = False,
    ) -> None:
        """Show values [height, width] over a picture [channels, height, width].

        With `smooth` they flow into each other, as those of a coarser layer do; with `rises` the
        first row is at the foot.
        """
        self._picture = picture(sample, rises=rises)
        self._values, self._scale = values, scale
        self._smooth, self._rises = smooth, rises
        self._forget()

    def set_opacity(self, share: float) -> None:
        """Let the veil hide so much of the picture where it is strongest, from 0 to 1."""
        self._opacity = share
        self._forget()

    def sizeHint(self) -> QSize:
        return QSize(340, 280)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 140)

    def area(self) -> QRectF:
        """Return where the picture lies."""
        if self._picture is None:
            return QRectF()
        room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        size = QSizeF(self._picture.size()).scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(QPointF(), size)
        place.moveCenter(room.center())
        return place

    def explanation(self, point: QPointF) -> str:
        """Return the value at a point of the widget; nothing beside the picture."""
        area, (rows, columns) = self.area(), self._values.shape
        if not area.contains(point):
            return ""
        row = min(rows - 1, int((point.y() - area.top()) / area.height() * rows))
        column = min(columns - 1, int((point.x() - area.left()) / area.width() * columns))
        return self._said(rows - 1 - row if self._rises else row, column)

    def _said(self, row: int, column: int) -> str:
        return _("Row {row}, column {column}: {value}").format(
            row=row, column=column, value=number(float(self._values[row, column]))
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._picture is None:
            return
        painter, area, look = QPainter(self), self.area(), theme.current()
        painter.drawImage(area, self._picture)
        if self._veil is None:
            made = self._scale.image(self._values[:: -1 if self._rises else 1], look)
            if made.format() == QImage.Format.Format_Indexed8:
                signed = self._scale.is_signed
                made.setColorTable(veil(look, signed=signed, opacity=self._opacity))
            self._veil = made
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
        painter.drawImage(area, self._veil)
        painter.setPen(look.line2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)
        if self.hasFocus():
            self._paint_cursor(painter, area)
        painter.end()

    def _paint_cursor(self, painter: QPainter, area: QRectF) -> None:
        (row, column), (rows, columns) = self.cursor_at, self._values.shape
        row = rows - 1 - row if self._rises else row
        wide, high = area.width() / columns, area.height() / rows
        painter.setPen(QPen(theme.current().accent, 2))
        painter.drawRect(
            QRectF(area.left() + column * wide, area.top() + row * high, max(4, wide), max(4, high))
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(self.explanation(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit("")
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or self._picture is None:
            super().keyPressEvent(event)
            return
        rows, columns = self._values.shape
        down = -step[0] if self._rises else step[0]
        row, column = self.cursor_at[0] + down, self.cursor_at[1] + step[1]
        self.cursor_at = max(0, min(rows - 1, row)), max(0, min(columns - 1, column))
        text = self._said(*self.cursor_at)
        self.setAccessibleDescription(text)
        self.pointed.emit(text)
        self.update()

    def _forget(self) -> None:
        self._veil = None
        rows, columns = self._values.shape
        self.cursor_at = min(self.cursor_at[0], rows - 1), min(self.cursor_at[1], columns - 1)
        self.update()
