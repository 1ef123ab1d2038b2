"""What the learning rate will do over the run: a small curve, before anything is trained."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.training.plan import Plan
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.tokens import faded
from studio.wording import Plural, _

_POINTS = 160


class SchedulePreview(QWidget):
    """The learning rate from the first step to the last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rates: tuple[float, ...] = ()
        self._epochs = 0
        self.setAccessibleName(_("Learning rate over the run"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self, theme.changed, lambda _look: self.update())

    @property
    def rates(self) -> tuple[float, ...]:
        """The learning rates that are drawn."""
        return self._rates

    def show_plan(self, plan: Plan, samples: int) -> None:
        """Show the rates of `plan` for a training part of so many samples."""
        per_epoch = max(1, -(-samples // plan.batch_size))
        total = per_epoch * plan.epochs
        steps = np.unique(np.linspace(0, total - 1, _POINTS).astype(int)).tolist()
        self._rates = tuple(plan.learning_rate(step, total, per_epoch) for step in steps)
        self._epochs = plan.epochs
        text = _("From {first} over {most} to {last}.").format(
            first=f"{self._rates[0]:.3g}",
            most=f"{max(self._rates):.3g}",
            last=f"{self._rates[-1]:.3g}",
        )
        self.setToolTip(text)
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, 92)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._rates:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, color = theme.current(), theme.hue("Normalization")
        area = QRectF(1, 18, self.width() - 2, self.height() - 36)
        painter.setPen(QPen(look.line, 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        course = self._course(area)
        under = QPainterPath(course)
        under.lineTo(area.bottomRight())
        under.lineTo(area.bottomLeft())
        shadow = QLinearGradient(area.topLeft(), area.bottomLeft())
        shadow.setColorAt(0, faded(color, 0.25))
        shadow.setColorAt(1, faded(color, 0.0))
        painter.fillPath(under, shadow)
        painter.setPen(QPen(color, 2))
        painter.drawPath(course)
        self._paint_numbers(painter, area)
        painter.end()

    def _course(self, area: QRectF) -> QPainterPath:
        most = max(self._rates) or 1.0
        places = np.linspace(area.left(), area.right(), max(2, len(self._rates))).tolist()
        rates = self._rates if len(self._rates) > 1 else self._rates * 2
        points = [
            QPointF(x, area.bottom() - rate / most * area.height())
            for x, rate in zip(places, rates, strict=True)
        ]
        path = QPainterPath(points[0])
        for point in points[1:]:
            path.lineTo(point)
        return path

    def _paint_numbers(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(theme.font(11, tabular=True))
        painter.setPen(theme.current().text3)
        flags = Qt.AlignmentFlag
        painter.drawText(QRectF(0, 0, self.width(), 14), flags.AlignLeft, f"{max(self._rates):.3g}")
        foot = QRectF(0, area.bottom() + 4, self.width(), 14)
        painter.drawText(foot, flags.AlignLeft, "0")
        count = Plural("1 epoch", "{count} epochs").of(self._epochs)
        painter.drawText(foot, flags.AlignRight, count)
