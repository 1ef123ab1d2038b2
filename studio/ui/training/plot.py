"""How a quiet live plot is drawn: hairlines and curves, redrawn only where something moved.

Ranges are set, never found by the plot, and grow in chunks; wide pens only draw decimated curves.
"""

import math
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QGraphicsItem, QWidget

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.tokens import Theme, faded
from studio.ui.training.decimation import Floats, decimated
from studio.ui.training.scale import Scale, thinned

Shade = Callable[[Theme], QColor]
_EMPTY = np.zeros(0)
_BOLD_POINTS = 360
"""Of a smoothed course; wide pens cost by the point."""
_MOST_DOTS = 60
"""More markers than this on one curve would touch."""
_AXES = 56
"""Pixels beside the curves: the labels at the left and a margin at the right."""
_FLAG_ROOM = 14
"""Pixels above the highest label."""
_FOOT = 26
"""Pixels below the curves: the labels of the time."""
_LINE = 15
"""Pixels that a label at the left needs."""


class Hairlines(pg.GraphicsObject):  # type: ignore[misc]
    """Horizontal lines at the labeled places, in one call."""

    def __init__(self) -> None:
        super().__init__()
        self._places: tuple[float, ...] = ()
        self._pen = QPen()

    def show_places(self, places: tuple[float, ...], color: QColor) -> None:
        """Draw lines at these heights."""
        self.prepareGeometryChange()
        self._places, self._pen = places, QPen(color, 0)
        self.update()

    def boundingRect(self) -> QRectF:
        found: QRectF = self.viewRect()
        return found

    def paint(self, painter: QPainter, *_rest: object) -> None:
        area = self.viewRect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(self._pen)
        left, right = area.left(), area.right()
        painter.drawLines([QLineF(left, y, right, y) for y in self._places])


class Line:
    """One curve; with `raw`, thin raw values under a bold smoothed course."""

    def __init__(
        self, plot: "Plot", shade: Shade, *, raw: bool = False, fill: bool = False
    ) -> None:
        self._shade, self._fill = shade, fill
        self._raw = pg.PlotCurveItem() if raw else None
        self._bold = pg.PlotCurveItem()
        self._single = pg.ScatterPlotItem(size=5, pxMode=True)
        for item in (self._raw, self._bold, self._single):
            if item is not None:
                plot.addItem(item, ignoreBounds=True)
        self.ends: tuple[float, float] | None = None
        """The lowest and highest value of the bold course."""
        self._top = 1.0
        self.x, self.y = _EMPTY, _EMPTY
        self.wear(theme.current())

    def wear(self, look: Theme) -> None:
        """Take on the colors of a theme."""
        color = self._shade(look)
        if self._raw is not None:
            self._raw.setPen(pg.mkPen(faded(color, 0.28), width=1))
        pen = pg.mkPen(color, width=2)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self._bold.setPen(pen)
        self._single.setPen(None)
        self._single.setBrush(color)
        if self._fill:
            self._bold.setBrush(_shadow_of(color, self._top, strong=look.is_dark))

    def show(
        self, x: Floats, y: Floats, raw: Floats | None = None, *, logarithmic: bool = False
    ) -> None:
        """Draw the curve through these points."""
        self.x, self.y = x, y
        self.ends = ends_of(y)
        if self._raw is not None and raw is not None:
            self._raw.setData(*decimated(x, _log(raw) if logarithmic else raw), antialias=True)
        thin_x, thin_y = decimated(x, _log(y) if logarithmic else y, _BOLD_POINTS)
        fill = self._fill and not logarithmic
        if fill and self.ends is not None and self.ends[1] not in {self._top, 0.0}:
            self._top, look = self.ends[1], theme.current()
            self._bold.setBrush(_shadow_of(self._shade(look), self._top, strong=look.is_dark))
        _show_dots(self._single, thin_x, thin_y, are_seen=len(x) == 1)
        self._bold.setData(thin_x, thin_y, antialias=True, fillLevel=0.0 if fill else None)


class Dots:
    """Values known once per epoch: hollow markers on a thin line."""

    def __init__(self, plot: "Plot", shade: Shade) -> None:
        self._shade = shade
        self._line = pg.PlotCurveItem()
        self._dots = pg.ScatterPlotItem(size=8, pxMode=True)
        plot.addItem(self._line, ignoreBounds=True)
        plot.addItem(self._dots, ignoreBounds=True)
        self._line.setZValue(5)
        self._dots.setZValue(6)
        self.ends: tuple[float, float] | None = None
        self.x, self.y = _EMPTY, _EMPTY
        self.wear(theme.current())

    def wear(self, look: Theme) -> None:
        """Take on the colors of a theme."""
        color = self._shade(look)
        self._line.setPen(pg.mkPen(color, width=1.6))
        self._dots.setPen(pg.mkPen(color, width=1.5))
        self._dots.setBrush(QBrush(look.bg1))

    def show(self, x: Floats, y: Floats, *, logarithmic: bool = False) -> None:
        """Draw these points; many lose their markers."""
        if len(x) == len(self.x) and np.array_equal(y, self.y):
            return
        self.x, self.y = x, y
        drawn = _log(y) if logarithmic else y
        self._line.setData(*decimated(x, drawn), antialias=True)
        _show_dots(self._dots, x, drawn, are_seen=len(x) <= _MOST_DOTS)
        self.ends = ends_of(y)

    def redraw(self) -> None:
        """Have the next `show` draw even the same points."""
        self.x = _EMPTY


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """A plot without frame, menu or automatic ranges; dragging and the wheel look closer."""

    hovered = Signal(object)
    """The place under the mouse in drawn units, or None."""
    released = Signal()
    """The user asked for the whole picture again, by a double click."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None, enableMenu=False)  # menus take half the time
        self._grid = Hairlines()
        self._ranges: tuple[Scale, Scale] | None = None
        self.follows = True
        """Whether the plot shows the whole course; False while the user looks closer."""
        self._calm()
        self.addItem(self._grid, ignoreBounds=True)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._cursor.hide()
        self.addItem(self._cursor, ignoreBounds=True)
        follow(self, theme.changed, self._wear)
        self._wear(theme.current())

    def show_ranges(self, x: Scale, y: Scale) -> None:
        """Show these axes; costs nothing when they are shown already."""
        if self._ranges == (x, y):
            return
        self._ranges = (x, y)
        self._label(x, y)
        if self.follows:
            self._frame(x, y)

    def column(self, x: float) -> int:
        """Return in which column of pixels a place lies."""
        view: QRectF = self.getViewBox().viewRect()
        return int((x - view.left()) / view.width() * max(1, self.width() - _AXES))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        ranges = getattr(self, "_ranges", None)  # Qt resizes before there is anything
        if ranges is not None:
            self._label(*ranges)
            if self.follows:
                self._frame(*ranges)

    def add_mark(self, item: QGraphicsItem) -> None:
        """Put a flag on the plot."""
        self.addItem(item, ignoreBounds=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place: QPointF = self.getViewBox().mapSceneToView(QPointF(event.position()))
        self._cursor.setPos(place.x())
        self._cursor.show()
        self.hovered.emit(place)

    def leaveEvent(self, event: object) -> None:
        super().leaveEvent(event)
        self._cursor.hide()
        self.hovered.emit(None)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.follows = True
        if self._ranges is not None:
            self._frame(*self._ranges)
        self.released.emit()

    def _calm(self) -> None:
        self.setFrameShape(self.Shape.NoFrame)
        self.hideButtons()
        self.setMouseTracking(True)
        self.setMinimumSize(120, 60)
        box = self.getViewBox()
        box.disableAutoRange()
        box.setDefaultPadding(0.0)
        box.setMouseEnabled(x=True, y=False)
        box.sigRangeChangedManually.connect(self._look_closer)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setStyle(tickLength=0, tickAlpha=0, tickTextOffset=6, hideOverlappingLabels=False)
            axis.setPen(None)
        self.getAxis("left").setWidth(46)
        self.getAxis("bottom").setHeight(22)
        self.getPlotItem().setContentsMargins(0, 4, 10, 0)

    def _look_closer(self, _mask: object) -> None:
        self.follows = False

    def _label(self, x: Scale, y: Scale) -> None:
        self.getAxis("bottom").setTicks([list(thinned(x.ticks, self.width() - _AXES))])
        room = max(1, self.height() - _FOOT)
        every = max(1, math.ceil(len(y.ticks) * _LINE / room))
        self.getAxis("left").setTicks([list(y.ticks[::every])])
        self._grid.show_places(tuple(at for at, _text in y.ticks[::every]), theme.current().line)

    def _frame(self, x: Scale, y: Scale) -> None:
        span = y.high - y.low
        above = y.high + span * min(0.25, _FLAG_ROOM / max(1, self.height() - _FOOT))
        self.getViewBox().setRange(
            xRange=(x.low, x.high + 0.015 * (x.high - x.low)),
            yRange=(y.low - 0.01 * span, above),
            padding=0,
        )

    def _wear(self, look: Theme) -> None:
        for side in ("left", "bottom"):
            self.getAxis(side).setTextPen(look.text3)
            self.getAxis(side).setStyle(tickFont=theme.font(11, tabular=True))
        self._cursor.setPen(QPen(faded(look.text2, 0.5), 0))
        if self._ranges is not None:
            self._label(*self._ranges)


def ends_of(values: Floats) -> tuple[float, float] | None:
    """Return the lowest and highest finite value, or None if there is none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else None


def _show_dots(dots: pg.ScatterPlotItem, x: Floats, y: Floats, *, are_seen: bool) -> None:
    """Draw dots, or none; even none cost half a millisecond in each picture unless they hide."""
    dots.setVisible(are_seen and len(x) > 0)
    if dots.isVisible():
        dots.setData(x, y)


def _log(values: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log10(np.maximum(values, 1e-12)), np.nan)


def _shadow_of(color: QColor, top: float, *, strong: bool) -> QBrush:
    """Return what lies between a curve and 0; by values, for long curves are filled in pieces."""
    gradient = QLinearGradient(0, 0, 0, top)
    gradient.setColorAt(0, faded(color, 0.0))
    gradient.setColorAt(1, faded(color, 0.22 if strong else 0.14))
    return QBrush(gradient)
