"""A thin bar that shows shares of a whole."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme


class Bar(QWidget):
    """Shares (0 to 1), one after the other, each in the color of a token."""

    def __init__(self, name: str, parent: QWidget | None = None, *, height: int = 4) -> None:
        super().__init__(parent)
        self._parts: tuple[tuple[float, str], ...] = ()
        self.setAccessibleName(name)
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_parts(self, parts: Sequence[tuple[float, str]]) -> None:
        """Show shares of the whole with the name of their color."""
        wanted = tuple(parts)
        if wanted != self._parts:
            self._parts = wanted
            self.setAccessibleDescription(", ".join(f"{share:.0%}" for share, _token in wanted))
            self.update()

    def show_share(self, share: float, token: str = "accent") -> None:
        """Show one share of the whole."""
        self.show_parts([(share, token)])

    def sizeHint(self) -> QSize:
        return QSize(80, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, room = theme.current(), QRectF(self.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        outline = QPainterPath()
        outline.addRoundedRect(room, room.height() / 2, room.height() / 2)
        painter.setClipPath(outline)
        painter.fillRect(room, look.line2 if look.is_dark else look.line)
        left = 0.0
        for share, token in self._parts:
            width = room.width() * max(0.0, min(1.0, share))
            if 0 < width < 2:
                width = 2.0
            piece = QRectF(left, 0, width, room.height())
            painter.setBrush(look.color(token))
            painter.drawRoundedRect(piece, room.height() / 2, room.height() / 2)
            left += width
        painter.end()
