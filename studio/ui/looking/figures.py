"""The numbers of a layer in a few: a bar of the colors, how they spread, and a line of words."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.runs.looking.seen import Figures
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.looking.shades import Scale, said
from studio.wording import _, in_percent


class ColorBar(QWidget):
    """Which color stands for which value, with both ends and 0 in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = Scale(0.0, 1.0)
        self.setAccessibleName(_("Colors of the values"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self, theme.changed, lambda _look: self.update())

    def show_scale(self, scale: Scale) -> None:
        """Show which values the ends stand for."""
        self._scale = scale
        self.setAccessibleDescription(
            _("From {low} to {high}").format(low=said(scale.low), high=said(scale.high))
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 14)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 14)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.setFont(theme.font(11, tabular=True))
        low, high = said(self._scale.low), said(self._scale.high)
        metrics = painter.fontMetrics()
        left, right = metrics.horizontalAdvance(low) + 8, metrics.horizontalAdvance(high) + 8
        ramp = np.linspace(self._scale.low, self._scale.high, 256)[None]
        picture: QImage = self._scale.image(ramp, look)
        bar = QRectF(left, 3, max(8, self.width() - left - right), self.height() - 6)
        painter.drawImage(bar, picture)
        painter.setPen(look.text2)
        whole = QRectF(self.rect())
        painter.drawText(
            whole, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), low
        )
        painter.drawText(
            whole, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), high
        )
        painter.end()


class Spread(QWidget):
    """How many numbers of a layer lie where: a small histogram."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures: Figures | None = None
        self.setAccessibleName(_("How the values spread"))
        self.setFixedSize(96, 32)
        follow(self, theme.changed, lambda _look: self.update())

    def show_figures(self, figures: Figures) -> None:
        """Show the counts of a layer; what is 0 and much more frequent is cut off at the top."""
        self._figures = figures
        text = _("{count} numbers from {low} to {high}").format(
            count=f"{int(figures.counts.sum()):,}", low=said(figures.low), high=said(figures.high)
        )
        self.setToolTip(text)
        self.setAccessibleDescription(text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._figures is None:
            return
        painter, look, counts = QPainter(self), theme.current(), self._figures.counts
        ranked = np.sort(counts)[::-1]
        most = max(1.0, float(min(ranked[0], 3 * ranked[min(2, len(ranked) - 1)] + 1)))
        wide = self.width() / len(counts)
        for at, count in enumerate(counts.tolist()):
            high = min(1.0, count / most) * (self.height() - 2)
            painter.fillRect(
                QRectF(at * wide, self.height() - 1 - high, wide - 0.5, high), look.accent
            )
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), look.line2)
        painter.end()


def figures_line(figures: Figures) -> str:
    """Return mean, spread, zeros and silent units of a layer in words."""
    parts = [
        _("mean {mean}").format(mean=said(figures.mean)),
        _("spread {std}").format(std=said(figures.std)),
    ]
    if figures.zeros > 0:
        parts.append(_("{share} zero").format(share=in_percent(figures.zeros)))
    if figures.silent and figures.units > 1:
        parts.append(
            _("{silent} of {units} silent").format(silent=figures.silent, units=figures.units)
        )
    if figures.broken:
        parts.append(_("{count} not finite").format(count=figures.broken))
    return " · ".join(parts)
