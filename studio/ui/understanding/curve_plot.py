"""A small painted chart: one number of the network along its depth, and where it is now."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.tokens import faded
from studio.ui.training.scale import Scale, linear, thinned
from studio.wording import full

_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 14, 10, 24
_DOTS = 40
"""With more points than this, only the line is drawn."""


@dataclass(frozen=True)
class Series:
    """What one chart shows: points by x, and which of them are special."""

    xs: tuple[float, ...] = ()
    ys: tuple[float, ...] = ()
    now: int = -1
    """Which point is the network as it is; -1 if it is not among them."""


class CurvePlot(QWidget):
    """Draws a series; mouse and arrow keys point at one of its points."""

    pointed = Signal(int)
    """The point under mouse or keyboard."""
    left = Signal()
    """The mouse is gone."""

    def __init__(
        self, name: str, spell: Callable[[float], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._spell = spell
        self.series = Series()
        self.at = -1
        self._token = "accent"
        self._scales = Scale(0, 1), Scale(0, 1)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(360, 180)

    def show_series(self, series: Series, step: float = 1.0) -> None:
        """Show these points; `step` is the unit in which labels of the left axis are round."""
        self.series = series
        low, high = (min(series.xs), max(series.xs)) if series.xs else (0.0, 1.0)
        x = linear(low, max(high, low + 1), most=10)
        whole = (at for at, _text in x.ticks if low <= at <= max(high, low + 1) and at == round(at))
        ticks = tuple((at, full(round(at))) for at in whole)
        top = 1.06 * max([*series.ys, 1e-9])
        y = linear(0, top / step, most=6)
        labels = tuple(
            (at * step, self._spell(at * step)) for at, _text in y.ticks if at * step <= top
        )
        self._scales = (
            Scale(low, max(high, low + 1), ticks),
            Scale(0.0, top, labels),
        )
        self.update()

    def point_at(self, index: int) -> None:
        """Mark one point, without telling anyone."""
        if index != self.at:
            self.at = index
            self.update()
            if 0 <= index < len(self.series.xs):
                x, y = self.series.xs[index], self.series.ys[index]
                self.setAccessibleDescription(f"{full(round(x))}: {self._spell(y)}")

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)

    def _place(self, x: float, y: float) -> QPointF:
        area, (along, up) = self._area(), self._scales
        right = (x - along.low) / ((along.high - along.low) or 1)
        above = y / (up.high or 1)
        return QPointF(area.left() + right * area.width(), area.bottom() - above * area.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter)
        if self.series.xs:
            self._paint_line(painter)
            self._paint_now(painter)
            self._paint_pointed(painter)
        if self.hasFocus():
            painter.setPen(QPen(faded(theme.current().accent, 0.7), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()

    def _paint_axes(self, painter: QPainter) -> None:
        look, area, (along, up) = theme.current(), self._area(), self._scales
        painter.setFont(theme.font(11, tabular=True))
        for at, text in up.ticks:
            y = self._place(along.low, at).y()
            painter.setPen(QPen(look.line, 1))
            painter.drawLine(
                QPointF(area.left(), round(y) + 0.5), QPointF(area.right(), round(y) + 0.5)
            )
            painter.setPen(look.text3)
            room = QRectF(0, y - 8, _LEFT - 8, 16)
            painter.drawText(
                room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text
            )
        for at, text in thinned(along.ticks, area.width()):
            x = self._place(at, 0).x()
            room = QRectF(x - 30, area.bottom() + 5, 60, 16)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_line(self, painter: QPainter) -> None:
        look, series = theme.current(), self.series
        color = look.color(self._token)
        places = [self._place(x, y) for x, y in zip(series.xs, series.ys, strict=True)]
        line = QPainterPath(places[0])
        for place in places[1:]:
            line.lineTo(place)
        ground = self._area().bottom()
        filled = QPainterPath(line)
        filled.lineTo(places[-1].x(), ground)
        filled.lineTo(places[0].x(), ground)
        shade = QLinearGradient(0, self._area().top(), 0, ground)
        shade.setColorAt(0, faded(color, 0.22 if look.is_dark else 0.14))
        shade.setColorAt(1, faded(color, 0.0))
        painter.fillPath(filled, shade)
        pen = QPen(color, 2)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(line)
        if len(places) <= _DOTS:
            painter.setPen(QPen(color, 1.4))
            painter.setBrush(look.bg2 if look.is_dark else look.bg1)
            for place in places:
                painter.drawEllipse(place, 2.6, 2.6)

    def _paint_now(self, painter: QPainter) -> None:
        if not 0 <= self.series.now < len(self.series.xs):
            return
        look = theme.current()
        place = self._place(self.series.xs[self.series.now], self.series.ys[self.series.now])
        pen = QPen(faded(look.ok, 0.8), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(place.x(), self._area().bottom()), place)
        painter.setPen(QPen(look.bg1, 1.5))
        painter.setBrush(look.ok)
        painter.drawEllipse(place, 5, 5)

    def _paint_pointed(self, painter: QPainter) -> None:
        if not 0 <= self.at < len(self.series.xs):
            return
        look, area = theme.current(), self._area()
        place = self._place(self.series.xs[self.at], self.series.ys[self.at])
        painter.setPen(QPen(faded(look.text2, 0.5), 1))
        painter.drawLine(QPointF(place.x(), area.top()), QPointF(place.x(), area.bottom()))
        painter.setPen(QPen(look.bg1, 1.5))
        painter.setBrush(look.color(self._token))
        painter.drawEllipse(place, 5, 5)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self.series.xs:
            return
        x = event.position().x()
        places = [abs(self._place(at, 0).x() - x) for at in self.series.xs]
        self.pointed.emit(places.index(min(places)))

    def leaveEvent(self, event: QEvent) -> None:
        self.left.emit()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(self.series.xs) - 1}
        key = Qt.Key(event.key())
        if self.series.xs and (key in steps or key in ends):
            wanted = ends.get(key, self.at + steps.get(key, 0))
            self.pointed.emit(max(0, min(len(self.series.xs) - 1, wanted)))
        else:
            super().keyPressEvent(event)


def byte_step(highest: float) -> float:
    """Return the unit of bytes in which labels up to `highest` are round."""
    return float(1024 ** max(0, min(4, int(math.log(max(1.0, highest), 1024)))))
