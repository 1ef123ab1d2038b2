"""Where a digit is drawn by hand: strokes on a dark square, and the picture they make."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.binding import follow
from studio.wording import _

SIDE = 280
"""Pixels of the picture that is drawn on, whatever the size of the widget."""
_STROKE = 0.085


class DrawingPad(QWidget):
    """Takes strokes of the mouse; `drawn` comes after each one, and after another change."""

    drawn = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = _dark()
        self._last: QPointF | None = None
        self.is_empty = True
        """Whether nothing was drawn yet."""
        self.setAccessibleName(_("Drawing pad"))
        self.setCursor(Qt.CursorShape.CrossCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        follow(self, theme.changed, lambda _look: self.update())

    def clear(self) -> None:
        """Wipe the pad."""
        self._picture = _dark()
        self.is_empty = True
        self.update()
        self.drawn.emit()

    def show_picture(self, picture: QImage) -> None:
        """Show a picture in place of strokes, enlarged without smoothing."""
        self._picture = picture.convertToFormat(QImage.Format.Format_RGB32).scaled(
            SIDE,
            SIDE,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.FastTransformation,
        )
        self.is_empty = False
        self.update()
        self.drawn.emit()

    def picture(self, margin: float | None = None) -> QImage:
        """Return the picture; with a `margin`, the ink is centered with that share of room around.

        Trained digits are centered, too, and hardly recognized anywhere else.
        """
        ink = _ink(self._picture)
        if margin is None or ink.isEmpty():
            return self._picture.copy()
        side = round(max(ink.width(), ink.height()) / (1 - 2 * margin))
        square = QImage(side, side, QImage.Format.Format_RGB32)
        square.fill(QColor("black"))
        painter = QPainter(square)
        corner = QPointF((side - ink.width()) / 2, (side - ink.height()) / 2)
        painter.drawImage(corner, self._picture, QRectF(ink))
        painter.end()
        return square

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(width, 320)

    def sizeHint(self) -> QSize:
        return QSize(260, 260)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(self._square(), self._picture)
        painter.setPen(theme.current().line2)
        painter.drawRect(self._square().adjusted(0, 0, -1, -1))
        if self.is_empty:
            painter.setPen(QColor("#8B93A5"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self._square(), flags, _("Draw here with the mouse"))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._last = self._place(event.position())
        self._stroke(self._last)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            self._stroke(self._place(event.position()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._last is not None:
            self._last = None
            self.drawn.emit()

    def _stroke(self, to: QPointF) -> None:
        painter = QPainter(self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.setPen(QPen(QColor("white"), SIDE * _STROKE, Qt.PenStyle.SolidLine, cap, join))
        painter.drawLine(self._last or to, to + QPointF(0.01, 0))
        painter.end()
        self._last = to
        self.is_empty = False
        self.update()

    def _square(self) -> QRect:
        side = min(self.width(), self.height())
        return QRect((self.width() - side) // 2, 0, side, side)

    def _place(self, point: QPointF) -> QPointF:
        square = self._square()
        return (point - QPointF(square.topLeft())) * (SIDE / max(1, square.width()))


def _dark() -> QImage:
    made = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    made.fill(QColor("black"))
    return made


def _ink(picture: QImage) -> QRect:
    """Return the smallest rectangle around what is brighter than the ground."""
    step = 4
    lit = [
        (x, y)
        for y in range(0, picture.height(), step)
        for x in range(0, picture.width(), step)
        if picture.pixelColor(x, y).lightness() > 40
    ]
    if not lit:
        return QRect()
    xs, ys = [x for x, _y in lit], [y for _x, y in lit]
    found = QRect(min(xs), min(ys), max(xs) - min(xs) + step, max(ys) - min(ys) + step)
    return found.adjusted(-step, -step, step, step).intersected(picture.rect())
