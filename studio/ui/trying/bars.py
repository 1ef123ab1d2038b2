"""Probabilities or predicted numbers as rows with bars, the likeliest first."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.tokens import mixed
from studio.wording import _, in_percent

MOST = 10
"""Rows of classes."""
_ROW = 24


class AnswerBars(QWidget):
    """The likeliest classes, each with its probability, or numbers with their names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[tuple[str, str, float], ...] = ()
        """What each row is called, what it says, and how long its bar is."""
        self.setAccessibleName(_("Probabilities"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self, theme.changed, lambda _look: self.update())

    def show_shares(self, shares: Mapping[str, float]) -> None:
        """Show these probabilities, the likeliest first."""
        ranked = sorted(shares.items(), key=lambda pair: -pair[1])[:MOST]
        self.setAccessibleName(_("Probabilities"))
        self._show(tuple((name, in_percent(share, 1), share) for name, share in ranked))

    def show_values(self, values: Sequence[tuple[str, float]]) -> None:
        """Show these numbers by their names, in this order."""
        longest = max((abs(value) for _name, value in values), default=0.0) or 1.0
        self.setAccessibleName(_("Predicted numbers"))
        self._show(tuple((name, f"{value:,.5g}", abs(value) / longest) for name, value in values))

    def _show(self, rows: tuple[tuple[str, str, float], ...]) -> None:
        self._rows = rows
        self.setAccessibleDescription(
            ", ".join(f"{name} {told}" for name, told, _share in rows[:3])
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, _ROW * max(1, len(self._rows)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(12, 500, tabular=True))
        metrics = painter.fontMetrics()
        widest = max((metrics.horizontalAdvance(row[0]) for row in self._rows), default=0)
        told = max((metrics.horizontalAdvance(row[1]) for row in self._rows), default=0)
        left, right = min(widest, 110) + 10, max(54, told + 10)
        for number, row in enumerate(self._rows):
            self._paint(painter, number, row, (left, right))
        painter.end()

    def _paint(
        self,
        painter: QPainter,
        number: int,
        row: tuple[str, str, float],
        edges: tuple[int, int],
    ) -> None:
        look, (name, told, share) = theme.current(), row
        left, right = edges
        top, room = number * _ROW, self.width() - left - right
        painter.setPen(look.text if number == 0 else look.text2)
        middle = Qt.AlignmentFlag.AlignVCenter
        short = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, left - 8)
        painter.drawText(QRectF(0, top, left, _ROW), middle, short)
        place = QRectF(self.width() - right, top, right, _ROW)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | middle, told)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.line)
        painter.drawRoundedRect(QRectF(left, top + 8, room, 8), 4, 4)
        painter.setBrush(look.accent if number == 0 else mixed(look.bg1, look.accent, 0.5))
        painter.drawRoundedRect(QRectF(left, top + 8, max(2.0, room * share), 8), 4, 4)
