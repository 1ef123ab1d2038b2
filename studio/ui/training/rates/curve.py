"""The loss over the learning rate, on an axis of powers of ten; a click picks a rate."""

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.tokens import Theme, faded
from studio.ui.training import scale
from studio.ui.training.plot import Line, Plot
from studio.ui.training.rates.search import HIGH, LOW, Point
from studio.ui.training.scale import Scale
from studio.wording import _

_ROOM = 1.6
"""How far above the first loss the axis goes, as a share of what the loss falls."""
_PIECE = 0.05
"""What an arrow key moves, in powers of ten."""


class RateCurve(Plot):
    """Draws the points; vertical lines mark the plan's rate, the suggestion and the choice."""

    picked = Signal(float)
    """The rate that was clicked or reached with the arrow keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Loss over learning rate"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(_("Click where the loss falls steeply, well before it climbs."))
        self._line = Line(self, _accent, raw=True)
        self.planned, self.suggested, self.chosen = (self._mark() for _number in range(3))
        self.suggested.setZValue(5)  # its dashes are seen on the line of the choice
        self._x = scale.logarithmic(LOW, HIGH)
        self.show_ranges(self._x, scale.linear(0.0, 1.0))
        self.getViewBox().setMouseEnabled(x=False, y=False)
        self.scene().sigMouseClicked.connect(self._click)
        follow(self, theme.changed, self._wear_marks)
        self._wear_marks(theme.current())

    def sizeHint(self) -> QSize:
        return QSize(640, 300)

    def show_points(self, points: Sequence[Point]) -> None:
        """Draw these points."""
        table = np.asarray([(math.log10(p.rate), p.smoothed, p.loss) for p in points])
        table = table.reshape(-1, 3)
        self._line.show(table[:, 0], table[:, 1], table[:, 2])
        if len(table):
            self.show_ranges(self._x, _up(table[:, 1]))

    def mark(self, line: pg.InfiniteLine, rate: float | None) -> None:
        """Put one of the lines at a rate; None hides it."""
        line.setVisible(rate is not None and rate > 0)
        if rate is not None and rate > 0:
            line.setPos(math.log10(rate))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if direction is None:
            super().keyPressEvent(event)
        elif self.chosen.isVisible():
            self._pick(float(self.chosen.value()) + direction * _PIECE)

    def _click(self, event: object) -> None:
        place: QPointF = self.getViewBox().mapSceneToView(event.scenePos())  # type: ignore[attr-defined]
        self._pick(place.x())

    def _pick(self, power: float) -> None:
        inside = min(max(power, self._x.low), self._x.high)
        self.picked.emit(float(f"{10**inside:.2g}"))

    def _mark(self) -> pg.InfiniteLine:
        made = pg.InfiniteLine(angle=90, movable=False)
        made.hide()
        made.setZValue(4)
        self.addItem(made, ignoreBounds=True)
        return made

    def _wear_marks(self, look: Theme) -> None:
        self._line.wear(look)
        dashed, solid = Qt.PenStyle.DashLine, Qt.PenStyle.SolidLine
        for line, color, style, wide in (
            (self.planned, faded(look.text3, 0.9), dashed, 1.0),
            (self.suggested, look.ok, dashed, 2.0),
            (self.chosen, look.accent, solid, 2.0),
        ):
            pen = QPen(color, wide, style)
            pen.setCosmetic(True)
            line.setPen(pen)


def _up(smoothed: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Scale:
    """Return an axis that shows how the loss falls; where it explodes it leaves the picture."""
    low, first = float(smoothed.min()), float(smoothed[0])
    high = max(first + (_ROOM - 1) * (first - low), first * 1.05)
    return scale.linear(low - 0.05 * (high - low), high)


def _accent(look: Theme) -> QColor:
    return look.accent
