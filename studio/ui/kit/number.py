"""A field for a number: type it, or step it with arrow keys, the wheel or two small chevrons."""

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.ui import icons, theme

_CHEVRONS = 20


class NumberField(QLineEdit):
    """A line with tabular digits that steps; whatever else is typed is left for others to judge.

    A whole number steps by one, or by ten with Shift; a real one by its last shown digit, so that
    0.001 becomes 0.002 and 12.5 becomes 12.6; Shift doubles or halves it.
    """

    def __init__(
        self, parent: QWidget | None = None, *, whole: bool = True, low: float | None = None
    ) -> None:
        super().__init__(parent)
        self._whole = whole
        self._low = low
        self._over = False
        self.setFont(theme.font(13, tabular=True))
        self.setTextMargins(0, 0, 12, 0)

    def step(self, direction: int, *, far: bool = False) -> None:
        """Move the number one step up (1) or down (-1); a text that is no number stays."""
        moved = self._stepped(direction, far=far)
        if moved is not None and moved != self.text():
            self.setText(moved)
            self.textEdited.emit(moved)

    def _stepped(self, direction: int, *, far: bool) -> str | None:
        try:
            if self._whole:
                number = int(self.text() or self._start()) + direction * (10 if far else 1)
                return str(self._kept(number))
            value = float(self.text() or self._start())
            return shown(self._kept(_moved(self.text(), value, direction, far=far)))
        except ValueError:
            return None

    def _start(self) -> float:
        return int(self._low or 0)

    def _kept(self, value: float) -> float:
        return value if self._low is None else max(value, self._low)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if direction is None:
            super().keyPressEvent(event)
        else:
            far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.step(direction, far=far)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            event.ignore()  # a wheel over a form scrolls the form
            return
        turn = event.angleDelta().y() or event.angleDelta().x()
        self.step(1 if turn > 0 else -1, far=False)
        event.accept()

    def _chevrons(self) -> QRect:
        return QRect(self.width() - _CHEVRONS - 2, 1, _CHEVRONS, self.height() - 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self.isEnabled() and self._chevrons().contains(place):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.step(1 if place.y() < self.height() / 2 else -1)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        inside = self._chevrons().contains(event.position().toPoint())
        shape = Qt.CursorShape.ArrowCursor if inside else Qt.CursorShape.IBeamCursor
        self.setCursor(shape)
        super().mouseMoveEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.Enter, QEvent.Type.Leave}:
            self._over = event.type() == QEvent.Type.Enter
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not (self._over or self.hasFocus()) or not self.isEnabled():
            return
        painter = QPainter(self)
        room = self._chevrons()
        corner = QPoint(room.center().x() - 5, room.center().y())
        painter.drawPixmap(corner - QPoint(0, 10), icons.pixmap("chevron_up", 11, "text3"))
        painter.drawPixmap(corner, icons.pixmap("chevron_down", 11, "text3"))
        painter.end()


def shown(value: float) -> str:
    """Return a real number as people type it: 0.001, 12.5, 1e-08."""
    return f"{value:.10g}"


def _moved(text: str, value: float, direction: int, *, far: bool) -> float:
    if far:
        return value * 2 if direction > 0 else value / 2
    mantissa, _mark, exponent = text.lower().partition("e")
    digits = len(mantissa.partition(".")[2])
    size = float(f"1e{int(exponent or 0) - digits}")
    moved = value + direction * size
    if value > 0 and moved <= 0:  # 0.001 steps down to 0.0009, not to nothing
        moved = value + direction * size / 10
    return moved
