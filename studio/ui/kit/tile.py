"""The icon of a layer on a ground tinted with the color of its family."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui import icons, theme
from studio.ui.tokens import faded


class Tile(QWidget):
    """A rounded square with an icon in the hue of a layer family."""

    def __init__(self, parent: QWidget | None = None, *, side: int = 36) -> None:
        super().__init__(parent)
        self._icon, self._group = "block", ""
        self.setFixedSize(QSize(side, side))

    def show_layer(self, key: str, group: str) -> None:
        """Show the icon of a layer type."""
        self.show_icon(icons.layer_icon(key, group), group)

    def show_icon(self, name: str, group: str) -> None:
        """Show any icon in the hue of a family."""
        self._icon, self._group = name, group
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, hue = theme.current(), theme.hue(self._group)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(hue, 0.16 if look.is_dark else 0.12))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        size = round(self.width() * 0.56)
        edge = (self.width() - size) // 2
        painter.drawPixmap(edge, edge, icons.pixmap(self._icon, size, hue))
        painter.end()
