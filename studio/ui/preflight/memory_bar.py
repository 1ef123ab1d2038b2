"""The parts of a training step's memory as one bar, measured against what is free."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.analysis.memory import MemoryEstimate
from studio.ui import theme
from studio.wording import _, byte_size, marked

PARTS: Mapping[str, tuple[str, str, str]] = {
    "parameters": (marked("Weights"), "Convolution", marked("Parameters and buffers.")),
    "gradients": (
        marked("Gradients"),
        "Pooling",
        marked("One number for each parameter that trains."),
    ),
    "optimizer": (
        marked("Optimizer"),
        "Normalization",
        marked("What the optimizer remembers of each parameter that trains."),
    ),
    "activations": (
        marked("Activations"),
        "Activation",
        marked("What the forward pass keeps of one batch for the backward pass."),
    ),
    "transient": (
        marked("Passing"),
        "Shape",
        marked("Gradients of activations and working space, for a moment."),
    ),
}
"""Each part of an estimate: its name, the family whose color it borrows, and what it is."""


_GAP = 13.0
"""Pixels between two parts of the legend."""


class MemoryBar(QWidget):
    """Segments from left to right; a line marks what is free."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.needed = MemoryEstimate(0, 0, 0, 0)
        self.free: int | None = None
        self.setFixedHeight(14)
        self.setMinimumWidth(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Memory of a training step"))

    def show_estimate(self, needed: MemoryEstimate, free: int | None) -> None:
        """Show the parts of a step beside what is free."""
        self.needed, self.free = needed, free
        self.setAccessibleDescription(parts_text(needed))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, 14)

    def boxes(self) -> list[tuple[str, QRectF]]:
        """Return where each part is drawn."""
        whole = max(self.needed.total, self.free or 0, 1)
        left, found = 0.0, []
        for name in PARTS:
            width = self.width() * getattr(self.needed, name) / whole
            found.append((name, QRectF(left, 3, width, 8)))
            left += width
        return found

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(0, 3, self.width(), 8), 4, 4)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(QRectF(0, 3, self.width(), 8), look.line2 if look.is_dark else look.line)
        for name, box in self.boxes():
            painter.fillRect(box, part_color(name))
        painter.restore()
        if self.free is not None and self.free < self.needed.total:
            x = self.width() * self.free / self.needed.total
            painter.setPen(QPen(look.error, 2))
            painter.drawLine(QPointF(x, 0), QPointF(x, 14))
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), parts_text(self.needed), self)
            return True
        return super().event(event)


class PartLegend(QWidget):
    """The name and size of each part behind a dot of its color."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._needed = MemoryEstimate(0, 0, 0, 0)
        self.setFixedHeight(20)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Parts of the memory"))

    def show_estimate(self, needed: MemoryEstimate) -> None:
        """Show the sizes of the parts."""
        self._needed = needed
        self.setAccessibleDescription(parts_text(needed))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(sum(wide for _part, _text, wide in self._pieces())), 20)

    def _pieces(self) -> list[tuple[str, str, float]]:
        metrics = QFontMetricsF(theme.font(11, tabular=True))
        found = []
        for name, (title, _group, _hint) in PARTS.items():
            text = f"{_(title)} {byte_size(_whole(self._needed, name))}"
            found.append((name, text, metrics.horizontalAdvance(text) + 13.0 + _GAP))
        return found

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(11, tabular=True))
        left = 0.0
        for name, text, wide in self._pieces():
            if left + wide - _GAP > self.width():
                break  # half a name says nothing; the bar tells all parts
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(part_color(name))
            painter.drawRoundedRect(QRectF(left, 6, 8, 8), 2.5, 2.5)
            painter.setPen(look.text2)
            room = QRectF(left + 13, 0, wide, 20)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), text)
            left += wide
        painter.end()


def part_color(name: str) -> QColor:
    """Return the color of one part of an estimate."""
    return theme.hue(PARTS[name][1])


def parts_text(needed: MemoryEstimate) -> str:
    """Return all parts in words, one on each line."""
    return "\n".join(
        f"{_(title)}: {byte_size(_whole(needed, name))}. {_(hint)}"
        for name, (title, _group, hint) in PARTS.items()
    )


def _whole(needed: MemoryEstimate, name: str) -> int:
    """Return the bytes of a part; gradients may come after the fullest moment, but they come."""
    if name == "gradients":
        return max(needed.gradients, needed.all_gradients)
    return int(getattr(needed, name))
