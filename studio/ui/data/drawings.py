"""How a sample that is no text is drawn: a picture, or the line of a sound or a series."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPolygonF

from studio.datasets.dataset import Array
from studio.ui import theme
from studio.ui.pictures import picture

_MOST_LINES = 6
_CHANNELS = 8
"""Up to so many values in the first of two axes are channels of a wave, not steps."""
_HUES = ("", "Pooling", "Normalization", "Convolution", "Recurrent", "Attention")


class Drawing(Protocol):
    """One sample, ready to be painted."""

    def paint(self, painter: QPainter, cell: QRectF) -> None:
        """Paint it into `cell`."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture; it keeps its proportions."""

    image: QImage

    def paint(self, painter: QPainter, cell: QRectF) -> None:
        """Paint it into the middle of `cell`; few pixels stay sharp squares."""
        size = QSizeF(self.image.size()).scaled(cell.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(QPointF(), size)
        place.moveCenter(cell.center())
        smooth = size.width() < self.image.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(place, self.image)
        painter.setPen(theme.current().line)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))


@dataclass(frozen=True, eq=False)
class Lines:
    """Values over time: one line for each channel or column, each over its own range."""

    values: npt.NDArray[np.float64]
    """[lines, points], from 0 to 1; a long wave is its lowest and highest values in turns."""

    def paint(self, painter: QPainter, cell: QRectF) -> None:
        """Paint the lines over each other."""
        look = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.line)
        painter.setBrush(look.bg2)
        painter.drawRoundedRect(cell, 3, 3)
        room = cell.adjusted(4, 6, -4, -6)
        across = np.linspace(room.left(), room.right(), self.values.shape[1])
        for place, line in enumerate(self.values):
            hue = _HUES[place % len(_HUES)]
            painter.setPen(QPen(theme.hue(hue) if hue else look.accent, 1.0))
            down = room.bottom() - line * room.height()
            points = zip(across.tolist(), down.tolist(), strict=True)
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def drawn(sample: Array, points: int = 40, *, rises: bool = False) -> Drawing:
    """Return how [channels, height, width], [channels, steps] or [steps, features] is drawn.

    A long wave is shown by the range of its values in each of `points` stretches; a picture that
    `rises` has its first row at the foot.
    """
    if sample.ndim == 3:
        return Picture(picture(sample, rises=rises))
    first, second = sample.shape
    lines = sample.T if first > _CHANNELS or first >= second else sample
    return Lines(_scaled(_thinned(lines[:_MOST_LINES].astype(np.float64), points)))


def _thinned(lines: npt.NDArray[np.float64], points: int) -> npt.NDArray[np.float64]:
    """Return lines of few points that keep every peak of a long wave."""
    steps = lines.shape[1]
    if steps <= 2 * points:
        return lines
    width = steps // points
    pieces = lines[:, : width * points].reshape(len(lines), points, width)
    both = np.stack([pieces.min(axis=2), pieces.max(axis=2)], axis=2)
    return both.reshape(len(lines), 2 * points)


def _scaled(lines: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    low = lines.min(axis=1, keepdims=True)
    span = lines.max(axis=1, keepdims=True) - low
    scaled: npt.NDArray[np.float64] = (lines - low) / np.where(span > 0, span, 1.0)
    return np.where(span > 0, scaled, 0.5)
