"""The whole page in small, in a corner; hidden while everything, or hardly anything, fits."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QFrame, QWidget

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.canvas.floating.float import floated
from studio.ui.canvas.view import CanvasView
from studio.ui.tokens import faded
from studio.wording import _

WIDTH, HEIGHT = 156, 100
_LATER_MS = 33
_EDGE = 14
_LEAST = QSize(640, 560)
"""In a smaller window the map would take the place of the network."""


class Minimap(QFrame):
    """Shows where the window is on the page; dragging in it moves the window."""

    def __init__(self, view: CanvasView, parent: QWidget) -> None:
        super().__init__(parent)
        floated(self, _("Map of the network"))
        self.setToolTip(_("Drag to move about the network."))
        self.setFixedSize(WIDTH, HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._view = view
        self._picture: QPixmap | None = None
        self._held = False
        self._later = QTimer(self, singleShot=True, interval=_LATER_MS)
        self._later.timeout.connect(self.refresh)
        follow(self, view.moved, lambda _none: self._soon())
        follow(self, view.canvas.arranged, lambda _none: self._forget())
        follow(self, theme.changed, lambda _theme: self._forget())
        self.refresh()

    def refresh(self) -> None:
        """Show or hide the map, and draw it anew."""
        content = self._view.canvas.content()
        room = self._view.size()
        small = room.width() < _LEAST.width() or room.height() < _LEAST.height()
        hidden = small or content.isEmpty() or self._view.seen().contains(content)
        if not hidden and not self._held:
            self.move(self._corner())
        self.setVisible(not hidden)
        self.update()

    def _corner(self) -> QPoint:
        """Return the corner on the right that covers no card, the present one if it can stay."""
        right, low = self._view.width() - WIDTH - _EDGE, self._view.height() - HEIGHT - _EDGE
        corners = [QPoint(right, low), QPoint(right, _EDGE)]
        free = [corner for corner in corners if self._is_free(corner)]
        return self.pos() if self.pos() in free else next(iter(free), corners[0])

    def _is_free(self, corner: QPoint) -> bool:
        spot = QRectF(QRect(corner, self.size()))
        area = self._view.viewportTransform().inverted()[0].mapRect(spot)
        return not self._view.canvas.grid.touching(area)

    def _soon(self) -> None:
        if not self._later.isActive():
            self._later.start()

    def _to_map(self) -> QTransform:
        content = self._view.canvas.content()
        room = QRectF(self.rect()).adjusted(9, 9, -9, -9)
        scale = min(room.width() / content.width(), room.height() / content.height(), 0.2)
        there = QTransform.fromTranslate(room.center().x(), room.center().y())
        return QTransform.fromTranslate(-content.center().x(), -content.center().y()) * (
            QTransform.fromScale(scale, scale) * there
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._view.canvas.content().isEmpty():
            return
        if self._picture is None:
            self._picture = self._drawn()
        look = theme.current()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        window = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        seen = self._to_map().mapRect(self._view.seen()) & window
        painter.setPen(QPen(look.accent, 1.2))
        painter.setBrush(faded(look.accent, 0.08))
        painter.drawRoundedRect(seen, 3, 3)
        painter.end()

    def _drawn(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(self._to_map())
        self._view.canvas.afar.paint_cards(painter)
        painter.end()
        return picture

    def _forget(self) -> None:
        self._picture = None
        self._soon()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = True
        self._go(event.position())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._held = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def _go(self, point: QPointF) -> None:
        self._view.center_on(self._to_map().inverted()[0].map(point))
