"""What happened on the way: flags on a plot for layers frozen, rates changed, numbers broken."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from studio.errors import SettingError
from studio.runs.history import History
from studio.training.events import TickFired
from studio.training.ticks.actions import ClipGradient, Freeze, Rate, Save, SkipBatch, Unfreeze
from studio.training.ticks.tick import read_tick
from studio.ui import theme
from studio.ui.tokens import faded
from studio.ui.training.plot import Plot
from studio.ui.training.timeline.saying import called
from studio.wording import _

_SHOWN = frozenset({Freeze, Unfreeze, Save})
"""Actions whose outcome a plot shows by itself."""
_TOLD = frozenset({Rate, SkipBatch, ClipGradient})
"""Actions that, done by hand or to mend broken numbers, have another flag."""

Mark = tuple[float, str, str]
"""Where in epochs, its sign, and the token of its color."""


class Flags(pg.GraphicsObject):  # type: ignore[misc]
    """Vertical lines with a sign at the top; in pixels, which is fast."""

    def __init__(self, plot: Plot) -> None:
        super().__init__()
        self.marks: tuple[Mark, ...] = ()
        self.setZValue(7)
        plot.add_mark(self)

    def show_history(self, history: History) -> None:
        """Show the flags of a run."""
        marks = marks_of(history)
        if marks != self.marks:
            self.marks = marks
            self.update()

    def boundingRect(self) -> QRectF:
        found: QRectF = self.viewRect()
        return found

    def paint(self, painter: QPainter, *_rest: object) -> None:
        if not self.marks:
            return
        look, area, place = theme.current(), self.viewRect(), painter.worldTransform()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setFont(theme.font(11, 500))
        free = float("-inf")
        for at, sign, token in self.marks:
            if not area.left() <= at <= area.right():
                continue
            ends = [place.map(QPointF(at, y)) for y in (area.top(), area.bottom())]
            color = look.color(token)
            top, bottom = sorted(end.y() for end in ends)
            left = round(ends[0].x())
            painter.fillRect(QRectF(left, top, 1, bottom - top), faded(color, 0.45))
            painter.setPen(color)
            if left + 4 >= free:  # a sign over another one cannot be read
                painter.drawText(QPointF(left + 4, top + 11), sign)
                free = left + 10 + painter.fontMetrics().horizontalAdvance(sign)


def marks_of(history: History) -> tuple[Mark, ...]:
    """Return the flags of a run, in order; what holds where it starts or resumes needs none."""
    started = history.started
    if started is None:
        return ()
    starts = {0, started.first_step}
    frozen = [
        (
            _epoch_of(history, change.step),
            _("❄ {count}").format(count=len(change.frozen)) if change.frozen else _("❄ none"),
            "ice",
        )
        for change in history.freezes
        if change.step not in starts
    ]
    rates = [
        (_epoch_of(history, change.step), f"×{change.scale:g}", "warn")
        for change in history.rate_changes
        if change.step not in starts
    ]
    ticks = [
        (_epoch_of(history, came.step), sign, "warn" if came.origin == "hand" else "accent")
        for came in history.ticks
        if (sign := _sign_of(came))
    ]
    broken = [
        (_epoch_of(history, one.step), "∞" if one.cause == "divergence" else "NaN", "error")
        for one in history.breaks
    ]
    return tuple(sorted(frozen + rates + ticks + broken))


def _sign_of(came: TickFired) -> str:
    """Return what a tick is called; nothing if what it did has a flag or a dot of its own."""
    try:
        tick = read_tick(came.tick)
    except SettingError:
        return ""  # a newer version may have written it
    shown = _SHOWN | _TOLD if came.origin == "hand" else _SHOWN
    rest = tuple(action for action in tick.actions if type(action) not in shown)
    return called(tick.changed(actions=rest)) if rest else ""


def _epoch_of(history: History, step: int) -> float:
    return float(history.epochs_at(np.array([step]))[0])
