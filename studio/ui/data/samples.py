"""What pictures and signals look like: a grid of samples with labels, drawn from the arrays."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.datasets.dataset import Dataset
from studio.datasets.origins import as_told
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.data.drawings import Drawing, drawn
from studio.ui.pictures import label_of
from studio.wording import _

Indices = npt.NDArray[np.int64]

_CELL, _WIDE = 74, 150
"""Pixels across a cell has at least: of a picture, and of a signal."""
_GAP = 8
_LABEL = 18
_LINE = 14
"""Pixels from one line under a sample to the next."""
_TAKES = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}


class SampleGrid(QWidget):
    """One page of samples; the number of cells follows the size of the widget."""

    resized = Signal()
    """Another number of pictures fits on the page."""
    picked = Signal(int)
    """The place on the page of the sample that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._indices: Indices = np.zeros(0, np.int64)
        self._drawings: list[Drawing] = []
        self._captions: tuple[tuple[str, ...], ...] = ()
        self._chosen = -1
        self._foot = _LABEL
        self.setAccessibleName(_("Samples"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        follow(self, theme.changed, lambda _look: self.update())

    @property
    def capacity(self) -> int:
        """How many pictures fit on the page."""
        return self._columns() * max(
            1, (self.height() + _GAP) // (self._side() + self._foot + _GAP)
        )

    def show_samples(
        self,
        dataset: Dataset | None,
        indices: Indices,
        captions: Sequence[tuple[str, ...]] = (),
    ) -> None:
        """Show these samples, in this order; captions are the lines under each, else its label."""
        self._dataset, self._indices = dataset, indices
        self._captions, self._chosen = tuple(captions), -1
        self._drawings = []
        if dataset is not None:
            self._drawings = [drawn(dataset.inputs[at], rises=dataset.rises) for at in indices]
        self.update()

    def reserve(self, lines: int) -> None:
        """Keep room for so many lines under each sample."""
        self._foot = _LABEL + (lines - 1) * _LINE

    def choose(self, place: int) -> None:
        """Frame the sample at a place of the page; -1 for none."""
        self._chosen = place
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
        for place, drawing in enumerate(self._drawings):
            cell = self._cell(place)
            drawing.paint(painter, cell)
            if place == self._chosen:
                painter.setPen(QPen(look.accent, 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(cell)
            painter.setPen(look.text2)
            for line, text in enumerate(self._lines(place)):
                top = cell.bottom() + 2 + line * _LINE
                label = QRectF(cell.left(), top, cell.width(), _LABEL - 2)
                elide = Qt.TextElideMode.ElideRight
                shown = painter.fontMetrics().elidedText(text, elide, self._side())
                painter.drawText(label, Qt.AlignmentFlag.AlignCenter, shown)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position())
        if place is not None:
            self.picked.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, columns, count = Qt.Key(event.key()), self._columns(), len(self._drawings)
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        steps |= {Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns}
        if key in steps and count:
            self.choose(max(0, min(count - 1, self._chosen + steps[key])))
        elif key in _TAKES and self._chosen >= 0:
            self.picked.emit(self._chosen)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._hint(place), self)
            return True
        return super().event(event)

    def _hint(self, place: int | None) -> str:
        """Return where the sample at a place of the page comes from."""
        if place is None or self._dataset is None or not len(self._dataset.origins):
            return ""
        return as_told(self._dataset.origins[int(self._indices[place])])

    def _at(self, point: QPointF) -> int | None:
        places = range(len(self._drawings))
        return next((place for place in places if self._cell(place).contains(point)), None)

    def _lines(self, place: int) -> tuple[str, ...]:
        """Return what is written under a sample."""
        if self._captions:
            return self._captions[place]
        dataset, sample = self._dataset, int(self._indices[place])
        if dataset is not None and len(dataset.texts):  # what is written of a picture
            return (dataset.texts[sample],)
        return (label_of(dataset, sample),)

    def _columns(self) -> int:
        is_signal = self._dataset is not None and self._dataset.inputs.ndim == 3
        return max(1, (self.width() + _GAP) // ((_WIDE if is_signal else _CELL) + _GAP))

    def _side(self) -> int:
        """Cells widen until the columns fill the row."""
        columns = self._columns()
        return (self.width() + _GAP) // columns - _GAP

    def _cell(self, place: int) -> QRectF:
        row, column = divmod(place, self._columns())
        side = self._side()
        left, top = column * (side + _GAP), row * (side + self._foot + _GAP)
        return QRectF(left + 1, top + 1, side - 2, side - 2)


def pages(samples: int, capacity: int) -> int:
    """Return how many pages `samples` fill."""
    return max(1, math.ceil(samples / max(1, capacity)))
