"""What the pictures look like: a grid of samples with their labels, drawn from the arrays."""

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.datasets.dataset import Dataset
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.pictures import label_of, picture
from studio.wording import _

Indices = npt.NDArray[np.int64]

_CELL = 74
_GAP = 8
_LABEL = 18


class SampleGrid(QWidget):
    """One page of pictures; the number of cells follows the size of the widget."""

    resized = Signal()
    """Another number of pictures fits on the page."""
    picked = Signal(int)
    """The index of the sample that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._indices: Indices = np.zeros(0, np.int64)
        self._images: list[QImage] = []
        self.setAccessibleName(_("Samples"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        follow(self, theme.changed, lambda _look: self.update())

    @property
    def capacity(self) -> int:
        """How many pictures fit on the page."""
        return self._columns() * max(1, (self.height() + _GAP) // (self._side() + _LABEL + _GAP))

    def show_samples(self, dataset: Dataset | None, indices: Indices) -> None:
        """Show these samples, in this order."""
        self._dataset, self._indices = dataset, indices
        self._images = [picture(dataset.inputs[at]) for at in indices] if dataset else []
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(8 * (_CELL + _GAP), 4 * (_CELL + _LABEL + _GAP))

    def minimumSizeHint(self) -> QSize:
        return QSize(3 * (_CELL + _GAP), _CELL + _LABEL)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        look = theme.current()
        painter.setFont(theme.font(11, 500, tabular=True))
        for place, image in enumerate(self._images):
            cell = self._cell(place)
            painter.drawImage(cell, image)
            painter.setPen(look.line)
            painter.drawRect(cell.adjusted(-0.5, -0.5, 0.5, 0.5))
            painter.setPen(look.text2)
            label = QRectF(cell.left(), cell.bottom() + 2, cell.width(), _LABEL - 2)
            text = painter.fontMetrics().elidedText(
                label_of(self._dataset, int(self._indices[place])),
                Qt.TextElideMode.ElideRight,
                self._side(),
            )
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for place in range(len(self._images)):
            if self._cell(place).contains(event.position()):
                self.picked.emit(int(self._indices[place]))

    def _columns(self) -> int:
        return max(1, (self.width() + _GAP) // (_CELL + _GAP))

    def _side(self) -> int:
        """Cells widen until the columns fill the row."""
        columns = self._columns()
        return (self.width() + _GAP) // columns - _GAP

    def _cell(self, place: int) -> QRectF:
        row, column = divmod(place, self._columns())
        side = self._side()
        left, top = column * (side + _GAP), row * (side + _LABEL + _GAP)
        return QRectF(left + 1, top + 1, side - 2, side - 2)


def pages(samples: int, capacity: int) -> int:
    """Return how many pages `samples` fill."""
    return max(1, math.ceil(samples / max(1, capacity)))
