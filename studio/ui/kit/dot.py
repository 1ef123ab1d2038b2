"""A dot whose color says how something stands."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.tokens import faded


class StateDot(QWidget):
    """A dot that says at a glance how something stands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token = "text3"
        self.setFixedSize(14, 14)
        follow(self, theme.changed, lambda _look: self.update())

    def show_token(self, token: str) -> None:
        """Take the color of a token."""
        self._token = token
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        color = theme.current().color(self._token)
        for radius, share in ((6.0, 0.2), (3.5, 1.0)):
            painter.setBrush(faded(color, share))
            painter.drawEllipse(QPointF(7, 7), radius, radius)
        painter.end()
