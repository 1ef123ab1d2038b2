"""Which classes are taken for which: the confusion matrix, painted."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.tokens import Theme, mixed
from studio.ui.training.colors import image_of, ramp, readable_on
from studio.wording import Plural, _, full, in_percent

Counts = tuple[tuple[int, ...], ...]
_GAP = 1.5
_FINEST = 16.0
"""Pixels; smaller cells hold no number and are painted as the pixels of one image."""
_LARGE, _LARGEST, _WHOLE = 60.0, 150.0, 320.0
"""Pixels across a cell at most: of many classes, of two, and of all together while it may grow."""
_FAINTEST, _STEEPNESS = 0.22, 2.2
"""How much red a mistake has at least, and how fast it gets more."""


def readings() -> tuple[tuple[str, str], ...]:
    """Return what cells can say, by the word of `ConfusionMatrix.show_reading`."""
    return ("counts", _("Counts")), ("rows", _("Row %")), ("columns", _("Column %"))


@dataclass(frozen=True)
class _Place:
    """Where the cells lie."""

    left: float
    top: float
    side: float

    def cell(self, row: int, column: int) -> QRectF:
        x, y = self.left + column * self.side, self.top + row * self.side
        return QRectF(x, y, self.side, self.side).adjusted(0, 0, -_GAP, -_GAP)


class ConfusionMatrix(QWidget):
    """True classes by row, predicted classes by column; colors are shares of the row or column."""

    picked = Signal(int, int)
    """True and predicted class of the cell that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: Counts = ()
        self._classes: tuple[str, ...] = ()
        self._reading = "counts"
        self._hover: tuple[int, int] | None = None
        self._chosen: tuple[int, int] | None = None
        self._image: QImage | None = None
        self.setMouseTracking(True)
        self.setAccessibleName(_("Confusion matrix"))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        follow(self, theme.changed, lambda _look: self._repaint())

    def show_counts(self, counts: Counts, classes: tuple[str, ...]) -> None:
        """Show these counts; nothing for an empty matrix."""
        named = len(classes) == len(counts)
        names = classes if named else tuple(str(number) for number in range(len(counts)))
        if (counts, names) != (self._counts, self._classes):
            self._counts, self._classes = counts, names
            self.setAccessibleDescription(self._spoken())
            self.updateGeometry()
            self._repaint()

    def show_reading(self, reading: str) -> None:
        """Write "counts" into the cells, or percent of the row ("rows") or column ("columns")."""
        self._reading = reading
        self._repaint()

    def show_cell(self, cell: tuple[int, int] | None) -> None:
        """Frame the cell whose samples are shown elsewhere."""
        self._chosen = cell
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(min(width, 460.0))

    def sizeHint(self) -> QSize:
        return QSize(280, 280)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 160)

    def cell_center(self, row: int, column: int) -> QPointF:
        """Return where a cell lies in the widget."""
        return self._place().cell(row, column).center()

    def explanation(self, row: int, column: int) -> str:
        """Return what one cell says, in a sentence."""
        count, total = self._counts[row][column], sum(self._counts[row])
        return Plural(
            "{count} of {total} samples of class {true} was taken for {predicted} ({share}).",
            "{count} of {total} samples of class {true} were taken for {predicted} ({share}).",
        ).of(
            count,
            total=full(total),
            true=self._classes[row],
            predicted=self._classes[column],
            share=in_percent(count / max(1, total), 1),
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._counts:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, place = theme.current(), self._place()
        if place.side < _FINEST:
            self._paint_image(painter, look, place)
        else:
            self._paint_cells(painter, look, place)
        self._paint_names(painter, look, place)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        if at != self._hover:
            self._hover = at
            self.update()

    def leaveEvent(self, _event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        if at is not None:
            self.picked.emit(*at)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.explanation(*at) if at else "", self)
            return True
        return super().event(event)

    def _place(self) -> _Place:
        count = max(1, len(self._counts))
        widest = max((len(name) for name in self._classes), default=1)
        left = 30.0 + min(90.0, 7.0 * widest)
        fits = min(self.width() - left - 4, self.height() - 42.0) / count
        side = max(2.0, min(fits, _LARGEST, max(_LARGE, _WHOLE / count)))
        return _Place(left, 4.0, side)

    def _at(self, point: QPointF) -> tuple[int, int] | None:
        place, count = self._place(), len(self._counts)
        row = int((point.y() - place.top) // place.side)
        column = int((point.x() - place.left) // place.side)
        inside = 0 <= row < count and 0 <= column < count
        return (row, column) if inside else None

    def _paint_image(self, painter: QPainter, look: Theme, place: _Place) -> None:
        if self._image is None:
            self._image = _picture(look, self._counts, self._totals())
        whole = place.side * len(self._counts)
        painter.drawImage(QRectF(place.left, place.top, whole, whole), self._image)
        for at in self._framed():
            painter.setPen(look.text)
            painter.drawRect(place.cell(*at))

    def _paint_cells(self, painter: QPainter, look: Theme, place: _Place) -> None:
        painter.setFont(theme.font(11 if place.side >= 24 else 9, 500, tabular=True))
        totals = self._totals()
        for row, counts in enumerate(self._counts):
            for column, count in enumerate(counts):
                total = int(totals[row, column])
                cell = place.cell(row, column)
                ground = _ground(look, count / total, right=row == column)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ground)
                painter.drawRoundedRect(cell, 3, 3)
                if (row, column) in self._framed():
                    painter.setPen(look.text)
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRoundedRect(cell, 3, 3)
                if count:
                    painter.setPen(readable_on(ground))
                    painter.drawText(
                        cell, Qt.AlignmentFlag.AlignCenter, self._written(count, total)
                    )

    def _framed(self) -> set[tuple[int, int]]:
        """Return the cells that stand out: under the mouse, and the one that was chosen."""
        return {at for at in (self._hover, self._chosen) if at is not None}

    def _totals(self) -> npt.NDArray[np.int64]:
        """Return the number that each cell is a share of, at least 1."""
        table = np.array(self._counts, dtype=np.int64)
        sums = table.sum(axis=0 if self._reading == "columns" else 1, keepdims=True)
        return np.broadcast_to(np.maximum(1, sums), table.shape)

    def _written(self, count: int, total: int) -> str:
        return str(count) if self._reading == "counts" else f"{100 * count / total:.0f}"

    def _paint_names(self, painter: QPainter, look: Theme, place: _Place) -> None:
        painter.setFont(theme.font(11, tabular=True))
        painter.setPen(look.text2)
        metrics, side, count = painter.fontMetrics(), place.side, len(self._classes)
        bottom = place.top + side * count
        every = max(1, round(14 / side + 0.4))
        for index in range(0, count, every):
            name = self._classes[index]
            row = QRectF(18, place.top + index * side, place.left - 24, side)
            elide = Qt.TextElideMode.ElideRight
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(row, right, metrics.elidedText(name, elide, round(row.width())))
            column = QRectF(place.left + index * side, bottom + 2, side * every, 16)
            short = metrics.elidedText(name, elide, round(side * every))
            painter.drawText(column, Qt.AlignmentFlag.AlignHCenter, short)
        painter.setPen(look.text3)
        across = QRectF(place.left, bottom + 20, side * count, 16)
        painter.drawText(across, Qt.AlignmentFlag.AlignHCenter, _("Predicted"))
        painter.translate(0, bottom)
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, side * count, 16), Qt.AlignmentFlag.AlignHCenter, _("True"))
        painter.resetTransform()

    def _repaint(self) -> None:
        self._image = None
        self.update()

    def _spoken(self) -> str:
        right = sum(row[index] for index, row in enumerate(self._counts))
        total = sum(map(sum, self._counts))
        return _("{right} of {total} samples are on the diagonal.").format(right=right, total=total)


def _ground(look: Theme, share: float, *, right: bool) -> QColor:
    base = _base(look)
    if not share:
        return base
    if right:
        return mixed(base, look.accent, 0.12 + 0.88 * share)
    return mixed(base, look.error, min(1.0, _FAINTEST + _STEEPNESS * share))


def _base(look: Theme) -> QColor:
    return mixed(look.bg2, look.text3, 0.05)


def _picture(look: Theme, counts: Counts, totals: npt.NDArray[np.int64]) -> QImage:
    """Return the grounds of all cells, a pixel each."""
    reddest = (1 - _FAINTEST) / _STEEPNESS
    right, wrong = (
        ramp(tuple((share, _ground(look, max(share, 1e-9), right=good)) for share in stops))
        for good, stops in ((True, (0.0, 1.0)), (False, (0.0, reddest, 1.0)))
    )
    table = np.array(counts, dtype=np.float64)
    shares = table / totals
    level = np.round(shares * (len(right) - 1)).astype(np.intp)
    colors = np.where(np.eye(len(table), dtype=bool), right[level], wrong[level])
    return image_of(np.where(table > 0, colors, np.uint32(_base(look).rgba())))
