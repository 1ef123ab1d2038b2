"""Where something is drawn by hand: strokes on a square of the ground that pictures have."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.datasets.pictures.sketch import Stroke
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.trying.ink import Ink
from studio.wording import _

_HIGHEST = 240


class DrawingPad(QWidget):
    """Takes strokes of the mouse; `drawn` comes while they grow, and after each other change."""

    drawn = Signal()
    brought = Signal(object)
    """A `Path` or a `QImage` was pasted."""
    asked = Signal()
    """It was clicked, and does not draw."""

    def __init__(
        self, parent: QWidget | None = None, *, light_on_dark: bool = True, draws: bool = True
    ) -> None:
        super().__init__(parent)
        self._light_on_dark, self._draws = light_on_dark, draws
        self._strokes: list[list[tuple[float, float]]] = []
        self._ink = Ink()
        self._picture: QImage | None = None
        self._is_down = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._say_what_for()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        follow(self, theme.changed, lambda _look: self.update())

    @property
    def draws(self) -> bool:
        """Whether the mouse draws on it."""
        return self._draws

    def let_draw(self, *, on: bool) -> None:
        """Let the mouse draw, or leave the pad to pictures that are brought."""
        self._draws = on
        self._say_what_for()
        self.update()

    @property
    def is_empty(self) -> bool:
        """Whether there are neither strokes nor a picture."""
        return not self._strokes and self._picture is None

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """What was drawn, with (1, 1) at the lower right of the square."""
        return tuple(map(tuple, self._strokes))

    def clear(self) -> None:
        """Wipe the pad, without telling anyone."""
        self._strokes, self._picture, self._is_down = [], None, False
        self._ink.wipe()
        self.update()

    def show_picture(self, picture: QImage) -> None:
        """Show a picture in place of strokes, without telling anyone."""
        self.clear()
        self._picture = picture

    def undo(self) -> None:
        """Take the last stroke back."""
        if self._strokes:
            self._strokes.pop()
            self._ink.wipe()
            self.update()
            self.drawn.emit()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(width, _HIGHEST)

    def sizeHint(self) -> QSize:
        return QSize(260, 260)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        square, look = self._square(), theme.current()
        ground, ink = QColor("black"), QColor("white")
        if not self._light_on_dark:
            ground, ink = ink, ground
        painter.fillRect(square, ground if self._draws else look.bg2)
        if self._picture is not None:
            painter.drawImage(square, self._picture)
        if self._strokes:
            ratio = self.devicePixelRatioF()
            drawn = self._ink.picture(self._strokes, square.width(), ratio, ink)
            painter.drawPixmap(square.topLeft(), drawn)
        painter.setPen(look.accent if self.hasFocus() else look.line2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(square.adjusted(0, 0, -1, -1))
        if self.is_empty:
            painter.setPen(QColor("#8B93A5") if self._draws else look.text3)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(square.adjusted(16, 0, -16, 0), flags, self._invitation())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        if not self._draws:
            self.asked.emit()
            return
        if self._picture is not None:
            self.clear()
        self._is_down = True
        place = self._place(event.position())
        self._strokes.append([place, place])  # a dot is a line, too
        self._tell()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_down:
            self._strokes[-1].append(self._place(event.position()))
            self._tell()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._is_down = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif event.matches(QKeySequence.StandardKey.Paste):
            found = carried(QGuiApplication.clipboard().mimeData())
            if found is not None:
                self.brought.emit(found)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.asked.emit()
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and not self.is_empty:
            self.clear()
            self.drawn.emit()
        else:
            super().keyPressEvent(event)

    def _say_what_for(self) -> None:
        self.setAccessibleName(_("Drawing pad") if self._draws else _("Picture"))
        self.setAccessibleDescription(
            _("Draw with the mouse; Ctrl+Z takes a stroke back, Delete wipes all.")
            if self._draws
            else _("Drop a picture here, paste one with Ctrl+V, or choose one with Enter.")
        )
        self.setToolTip(self.accessibleDescription())
        cross, hand = Qt.CursorShape.CrossCursor, Qt.CursorShape.PointingHandCursor
        self.setCursor(cross if self._draws else hand)

    def _invitation(self) -> str:
        if self._draws:
            return _("Draw here with the mouse")
        return _("Drop a picture here, paste or choose one")

    def _tell(self) -> None:
        self.update()
        self.drawn.emit()

    def _square(self) -> QRect:
        side = min(self.width(), self.height())
        return QRect((self.width() - side) // 2, 0, side, side)

    def _place(self, point: QPointF) -> tuple[float, float]:
        square = self._square()
        inside = (point - QPointF(square.topLeft())) / max(1, square.width())
        return min(1.0, max(0.0, inside.x())), min(1.0, max(0.0, inside.y()))


def carried(data: QMimeData) -> Path | QImage | None:
    """Return the one file of this computer, or the picture, that is dropped or pasted."""
    places = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    if len(places) == 1:
        return Path(places[0])
    image = data.imageData() if data.hasImage() else None
    return image if isinstance(image, QImage) and not image.isNull() else None
