"""Which curve is which: a colored dash and a word for each, as many as there is room for."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.training.plot import Shade

Entry = tuple[str, Shade]
_DASH, _GAP, _BETWEEN, _LEFT = 14, 6, 12, 6


class LegendMark(QWidget):
    """The short colored dash before a word of the legend."""

    def __init__(self, shade: Shade, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shade = shade
        self.setFixedSize(_DASH, 12)
        follow(self, theme.changed, lambda _look: self.update())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        _paint_dash(painter, 0, 6, self._shade)
        painter.end()


class Legend(QWidget):
    """The words for the curves; one that does not fit is left out, the tooltip has them all."""

    def __init__(self, entries: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = tuple(entries)
        words = ", ".join(word for word, _shade in entries)
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        follow(self, theme.changed, lambda _look: self.update())

    def sizeHint(self) -> QSize:
        return QSize(0, 14)

    def shown_words(self) -> list[str]:
        """Return the words there is room for."""
        return [word for _left, word, _shade in self._placed()]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font(11, 500))
        middle = self.height() / 2
        for left, word, shade in self._placed():
            _paint_dash(painter, left, middle, shade)
            painter.setPen(theme.current().text3)
            room = QRectF(left + _DASH + _GAP, 0, self.width(), self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, word)
        painter.end()

    def _placed(self) -> list[tuple[int, str, Shade]]:
        metrics, left, placed = _metrics(), _LEFT, []
        for word, shade in self._entries:
            right = left + _DASH + _GAP + metrics.horizontalAdvance(word)
            if right > self.width():
                break
            placed.append((left, word, shade))
            left = right + _BETWEEN
        return placed


def _metrics() -> QFontMetrics:
    return QFontMetrics(theme.font(11, 500))


def _paint_dash(painter: QPainter, left: float, middle: float, shade: Shade) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade(theme.current()))
    painter.drawRoundedRect(QRectF(left, middle - 1.3, _DASH, 2.6), 1.3, 1.3)
