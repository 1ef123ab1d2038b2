"""A text whose tokens are tinted by how much each counted."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.datasets.dataset import Array
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.looking.shades import Scale, table
from studio.ui.looking.shades import said as number
from studio.ui.training.colors import readable_on
from studio.wording import _

_LINE, _PAD, _GAP = 26.0, 5.0, 3.0


class TokensView(QWidget):
    """Words on their tint, line after line; arrows walk from word to word. Padding is left out."""

    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self._values: list[float] = []
        self._scale = Scale(0.0, 1.0)
        self.chosen = 0
        """The word under the keyboard."""
        self.setAccessibleName(_("What counted, word by word"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        follow(self, theme.changed, lambda _look: self.update())

    def show_words(self, words: Sequence[str], values: Array, scale: Scale) -> None:
        """Show each word on the color of its value."""
        kept = [at for at, word in enumerate(words) if word]
        self._words = [words[at] for at in kept]
        self._values = [float(np.nan_to_num(values[at])) for at in kept]
        self._scale = scale
        self.chosen = min(self.chosen, max(0, len(kept) - 1))
        self.setAccessibleDescription(self._summary())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(340, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 80)

    def boxes(self) -> list[QRectF]:
        """Return where each word stands; they go on below where there is no more room."""
        metrics = QFontMetricsF(theme.font(13))
        left, top, found = 0.0, 0.0, []
        for word in self._words:
            wide = min(metrics.horizontalAdvance(word) + 2 * _PAD, float(self.width()))
            if left and left + wide > self.width():
                left, top = 0.0, top + _LINE
            found.append(QRectF(left, top, wide, _LINE - _GAP))
            left += wide + _GAP
        return found

    def explanation(self, at: int) -> str:
        """Return a word and its value."""
        return f"{self._words[at]}: {number(self._values[at])}"

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(13))
        colors = table(look, signed=self._scale.is_signed)
        span = self._scale.high - self._scale.low
        for at, box in enumerate(self.boxes()):
            share = (self._values[at] - self._scale.low) / span
            color = QColor.fromRgba(int(colors[round(255 * min(1.0, max(0.0, share)))]))
            focused = self.hasFocus() and at == self.chosen
            painter.setPen(QPen(look.accent, 2) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(readable_on(color))
            short = painter.fontMetrics().elidedText(
                self._words[at], Qt.TextElideMode.ElideRight, int(box.width() - _PAD)
            )
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), short)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        self.pointed.emit("" if at is None else self.explanation(at))

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit("")
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up)
        on = event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down)
        if not (back or on) or not self._words:
            super().keyPressEvent(event)
            return
        self.chosen = max(0, min(len(self._words) - 1, self.chosen + (1 if on else -1)))
        self.setAccessibleDescription(self.explanation(self.chosen))
        self.pointed.emit(self.explanation(self.chosen))
        self.update()

    def _at(self, point: QPointF) -> int | None:
        boxes = enumerate(self.boxes())
        return next((at for at, box in boxes if box.contains(point)), None)

    def _summary(self) -> str:
        """Say the three words that count most, for those who cannot see the tints."""
        order = sorted(range(len(self._words)), key=lambda at: -abs(self._values[at]))[:3]
        return ", ".join(self.explanation(at) for at in order)
