"""Where things lie in the timeline: steps across, flags and rates above, layers below."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFontMetrics

from studio.training.course.calendar import Calendar
from studio.ui import theme

FLAGS, CURVES, FOOT = 20, 36, 18
ROW, _ROW_HIGH = 15.0, 26.0
_REACH = 9
"""How far from a flag, in pixels, the mouse still takes it."""


@dataclass(frozen=True)
class Place:
    """The parts of the timeline in pixels."""

    area: QRectF
    """Where steps run from left to right, flags and all."""
    calendar: Calendar
    """Epochs run evenly from left to right, whatever steps they have."""
    layers: int

    @classmethod
    def of(cls, size: QSizeF, layers: Sequence[str], calendar: Calendar) -> "Place":
        """Return how a widget of this size is divided."""
        metrics = QFontMetrics(theme.font(11))
        widest = max((metrics.horizontalAdvance(name) for name in layers), default=0)
        left = min(widest + 14.0, size.width() * 0.34)
        area = QRectF(left, 0, max(10.0, size.width() - left - 10), max(10.0, size.height()))
        return cls(area, calendar, len(layers))

    @property
    def curves(self) -> QRectF:
        """Where the rates are drawn."""
        return QRectF(self.area.left(), FLAGS, self.area.width(), CURVES)

    @property
    def rows(self) -> QRectF:
        """Where the layers are drawn."""
        top = FLAGS + CURVES + 6
        room = max(10.0, self.area.height() - top - FOOT)
        height = min(room, _ROW_HIGH * max(1, self.layers))
        return QRectF(self.area.left(), top, self.area.width(), height)

    def x(self, step: int) -> float:
        """Return where a step begins."""
        share = self.calendar.progress(step) / self.calendar.epochs
        return self.area.left() + self.area.width() * min(1.0, share)

    def step(self, x: float) -> int:
        """Return the step that begins nearest to a place, within the run."""
        share = (x - self.area.left()) / self.area.width()
        return self.calendar.when_share(min(max(0.0, share), 1.0))

    def row(self, layer: int) -> QRectF:
        """Return the row of a layer."""
        rows = self.rows
        height = rows.height() / max(1, self.layers)
        return QRectF(rows.left(), rows.top() + layer * height, rows.width(), height)

    def layer(self, point: QPointF) -> int | None:
        """Return the layer at a point, its name included; None beside the rows."""
        rows = self.rows
        if not rows.top() <= point.y() < rows.bottom() or not self.layers:
            return None
        return int((point.y() - rows.top()) / rows.height() * self.layers)

    def nearest(self, point: QPointF, steps: Sequence[int]) -> int | None:
        """Return which of the flags at these steps is meant by a point, if any."""
        if point.y() > FLAGS + CURVES or not steps:
            return None
        far = [abs(self.x(step) - point.x()) for step in steps]
        best = min(range(len(far)), key=far.__getitem__)
        return best if far[best] <= _REACH else None
