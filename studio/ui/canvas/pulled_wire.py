"""The wire that hangs on the mouse, the ports that would take it, and why one would not."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from studio.ui import theme
from studio.ui.canvas.route import rounded, route
from studio.ui.tokens import faded, mixed

_WIDTH = 340.0
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class PulledWire(QGraphicsItem):
    """A loose wire from `start`; its end and its words follow the mouse."""

    def __init__(self, start: QPointF) -> None:
        super().__init__()
        self._start = start
        self._end = start
        self._ports: Sequence[QPointF] = ()
        self.reason = ""
        self._path = rounded([start, start])
        self.setZValue(30)

    def offer(self, ports: Sequence[QPointF]) -> None:
        """Light up these ports."""
        self.prepareGeometryChange()
        self._ports = ports
        self.update()

    def pull(self, end: QPointF, reason: str) -> None:
        """End at a point; `reason` says why the port there refuses, or nothing."""
        self.prepareGeometryChange()
        self._end, self.reason = end, reason
        self._path = rounded(route(self._start, end))
        self.update()

    def boundingRect(self) -> QRectF:
        around = self._path.boundingRect().united(self._note())
        for port in self._ports:
            around = around.united(QRectF(port.x() - 10, port.y() - 10, 20, 20))
        return around.adjusted(-8, -8, 8, 8)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        look = theme.current()
        color = look.error if self.reason else look.accent
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(look.accent, 0.25))
        for port in self._ports:
            painter.drawEllipse(port, 8.5, 8.5)
        painter.setPen(QPen(look.accent, 1.8))
        painter.setBrush(look.bg1)
        for port in self._ports:
            painter.drawEllipse(port, 4.2, 4.2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, 2))
        painter.drawPath(self._path)
        painter.setBrush(color)
        painter.drawEllipse(self._end, 3.5, 3.5)
        if self.reason:
            self._paint_reason(painter)

    def _note(self) -> QRectF:
        if not self.reason:
            return QRectF(self._end, self._end)
        metrics = QFontMetricsF(theme.font(12))
        text = metrics.boundingRect(QRectF(0, 0, _WIDTH, 400), _WRAP, self.reason)
        corner = self._end + QPointF(16, 14)
        return QRectF(corner.x(), corner.y(), text.width() + 24, text.height() + 16)

    def _paint_reason(self, painter: QPainter) -> None:
        look, box = theme.current(), self._note()
        painter.setPen(QPen(mixed(look.bg1, look.error, 0.6), 1))
        painter.setBrush(mixed(look.bg1, look.error, 0.12))
        painter.drawRoundedRect(box, 7, 7)
        painter.setFont(theme.font(12))
        painter.setPen(look.text)
        painter.drawText(box.adjusted(12, 6, -8, -6), _WRAP, self.reason)
