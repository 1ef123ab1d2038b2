"""What reaches the network after preparation, drawn small beside what was given."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from studio.catalogue.shape import Shape
from studio.datasets.dataset import Array
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.data.drawings import Drawing, Picture, drawn
from studio.ui.kit import Caption
from studio.wording import _

_SIDE, _WIDE = 84, 132
"""Pixels across of a picture, and of a signal or spectrogram."""


class Seen(QWidget):
    """A picture or a line with its size; nothing for rows and texts, which are shown as given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view, self.size_told = _View(), Caption()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.view)
        column.addWidget(self.size_told)
        self.setToolTip(_("What the network sees, after preparation"))
        self.view.setAccessibleName(_("What the network sees, after preparation"))
        self.hide()

    def show_sample(self, sample: Array | None, *, rises: bool = False) -> None:
        """Show one sample [*axes] as it was prepared, or nothing."""
        seen = sample is not None and sample.dtype.kind in "fu" and sample.ndim in {2, 3}
        if sample is not None and seen:
            self.view.show_drawing(drawn(sample, rises=rises))
            self.size_told.setText(str(Shape(*sample.shape)))
            self.view.setAccessibleDescription(self.size_told.text())
        self.setVisible(seen)


class _View(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._drawing: Drawing | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        follow(self, theme.changed, lambda _look: self.update())

    def show_drawing(self, drawing: Drawing) -> None:
        self._drawing = drawing
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if isinstance(self._drawing, Picture):
            image = self._drawing.image
            if image.width() <= 1.3 * image.height():
                return QSize(_SIDE, _SIDE)
        return QSize(_WIDE, _SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._drawing is not None:
            painter = QPainter(self)
            self._drawing.paint(painter, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
            painter.end()
