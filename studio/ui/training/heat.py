"""How much each layer learns over time: a strip of layers by time, painted from one image."""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.tokens import Theme, mixed
from studio.ui.training.colors import balance, image_of, strength
from studio.wording import _

Kind = Literal["updates", "gradients"]
Table = npt.NDArray[np.float64]

RANGES: dict[Kind, tuple[float, float]] = {"updates": (-5.5, -0.5), "gradients": (-5.0, 1.5)}
"""Powers of ten at the two ends of the color map."""
_MOST_COLUMNS = 240
_ROW = 20
_FROZEN = 0.22
"""How much of the color of ice stands for a layer that was frozen."""
_FOOT = 18


class HeatStrip(QWidget):
    """One row for each layer, one column for each measurement; frozen layers have no color."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: tuple[str, ...] = ()
        self._kind: Kind = "updates"
        self._values: Table = np.zeros((0, 0))
        self._steps: Table = np.zeros(0)
        self._image: QImage | None = None
        self._reached = self._total = 1
        self.setAccessibleName(_("Heat strip of the layers"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        follow(self, theme.changed, lambda _look: self._repaint())

    def show_values(self, layers: Sequence[str], steps: Table, values: Table, kind: Kind) -> None:
        """Show `values` [measurements, layers], measured at `steps`.

        What is not a number was not measured: the layer was frozen.
        """
        places = _thinned(len(steps))
        with np.errstate(divide="ignore", invalid="ignore"):
            self._values = np.log10(np.maximum(values[places], 1e-12)).T
        if tuple(layers) != self._layers:
            self._layers = tuple(layers)
            self.updateGeometry()
        self._kind, self._steps = kind, steps[places]
        self._repaint()

    def show_time(self, reached: int, total: int) -> None:
        """Show that `reached` steps of the `total` that fill the width are done."""
        before = (round(self.width() * self._share(self._reached)), self._total)
        self._reached, self._total = reached, max(total, reached, 1)
        if before != (round(self.width() * self._share(reached)), self._total):
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, _ROW * max(3, len(self._layers)) + _FOOT)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, min(self.sizeHint().height(), 90))

    def explanation(self, point: QPointF) -> str:
        """Return what lies at a point of the widget, in a sentence; nothing beside the strip."""
        area = self._area()
        if not len(self._steps) or not area.contains(point):
            return ""
        row = int((point.y() - area.top()) / area.height() * len(self._layers))
        column = self._column(point.x(), area)
        if column is None:
            return ""
        value, step = float(self._values[row, column]), int(self._steps[column])
        if math.isnan(value):
            return _("{layer}, step {step}: frozen, it does not move.").format(
                layer=self._layers[row], step=step
            )
        said = {
            "updates": _("{layer}, step {step}: the update is {value} of the weights."),
            "gradients": _("{layer}, step {step}: the gradient has the norm {value}."),
        }[self._kind]
        return said.format(layer=self._layers[row], step=step, value=f"{10**value:.2g}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        look, area = theme.current(), self._area()
        if not len(self._steps):
            painter.setPen(look.text3)
            text = _("The layers appear here while the network trains.")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
            painter.end()
            return
        painter.fillRect(area, look.bg2 if look.is_dark else look.bg0)
        self._paint_columns(painter, self._picture(look), area)
        self._paint_rows(painter, look, area)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.explanation(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _area(self) -> QRectF:
        metrics = QFontMetrics(theme.font(11))
        widest = max((metrics.horizontalAdvance(name) for name in self._layers), default=0)
        left = min(widest + 14.0, self.width() * 0.34)
        height = min(self.height() - _FOOT, 34.0 * len(self._layers))
        return QRectF(left, 2, max(10.0, self.width() - left - 10), max(10.0, height))

    def _column(self, x: float, area: QRectF) -> int | None:
        step = (x - area.left()) / area.width() * self._total
        if step > max(self._reached, self._steps[-1]):
            return None
        # columns share the width evenly, as the image is drawn
        place = int(step / self._steps[-1] * len(self._steps))
        return min(place, len(self._steps) - 1)

    def _share(self, step: float) -> float:
        """Return how far to the right a step lies, from 0 to 1."""
        return min(1.0, step / self._total)

    def _paint_columns(self, painter: QPainter, picture: QImage, area: QRectF) -> None:
        """Paint what was measured; the last column reaches to where the run is."""
        measured = area.width() * self._share(float(self._steps[-1]))
        done = area.width() * self._share(self._reached)
        painter.drawImage(QRectF(area.left(), area.top(), measured, area.height()), picture)
        if done > measured:
            rest = QRectF(area.left() + measured, area.top(), done - measured, area.height())
            painter.drawImage(rest, picture, QRectF(picture.width() - 1, 0, 1, picture.height()))

    def _picture(self, look: Theme) -> QImage:
        if self._image is None:
            low, high = RANGES[self._kind]
            colors = balance(look) if self._kind == "updates" else strength(look)
            share = np.clip((self._values - low) / (high - low), 0, 1)
            index = np.nan_to_num(share * (len(colors) - 1)).astype(np.intp)
            pixels = np.where(
                np.isnan(self._values), mixed(look.bg1, look.ice, _FROZEN).rgba(), colors[index]
            )
            self._image = image_of(pixels.astype(np.uint32))
        return self._image

    def _paint_rows(self, painter: QPainter, look: Theme, area: QRectF) -> None:
        height = area.height() / max(1, len(self._layers))
        painter.setFont(theme.font(11))
        metrics, every = painter.fontMetrics(), max(1, math.ceil(12 / height))
        for row, name in enumerate(self._layers):
            top = area.top() + row * height
            painter.fillRect(QRectF(area.left(), top + height - 1, area.width(), 1), look.bg1)
            if row % every == 0:
                painter.setPen(look.text2)
                box = QRectF(0, top + height / 2 - 8, area.left() - 10, 16)
                flag = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                short = Qt.TextElideMode.ElideMiddle
                painter.drawText(box, flag, metrics.elidedText(name, short, round(box.width())))
        painter.setPen(look.text3)
        painter.setFont(theme.font(11, tabular=True))
        foot = QRectF(area.left(), area.bottom() + 3, area.width(), 14)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, _("Step {step}").format(step=0))
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"{self._total:,}")

    def _repaint(self) -> None:
        self._image = None
        self.update()


def _thinned(measured: int) -> npt.NDArray[np.intp]:
    """Return the places of at most 240 measurements, evenly spread, the last one among them."""
    shown = min(measured, _MOST_COLUMNS)
    return np.linspace(0, measured - 1, shown).round().astype(np.intp)
