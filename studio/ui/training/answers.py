"""What a network answers for one sample: probabilities as bars, or numbers."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.tokens import mixed
from studio.wording import _

_MOST = 10
_ROW = 24


class AnswerBars(QWidget):
    """The likeliest classes, each with its probability."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: tuple[tuple[str, float], ...] = ()
        self.setAccessibleName(_("Probabilities"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self, theme.changed, lambda _look: self.update())

    def show_shares(self, shares: Mapping[str, float]) -> None:
        """Show these probabilities, the likeliest first."""
        ranked = sorted(shares.items(), key=lambda pair: -pair[1])[:_MOST]
        self._shares = tuple(ranked)
        self.setAccessibleDescription(
            ", ".join(f"{name} {share:.1%}" for name, share in self._shares[:3])
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, _ROW * max(1, len(self._shares)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        painter.setFont(theme.font(12, 500, tabular=True))
        metrics = painter.fontMetrics()
        widest = max((metrics.horizontalAdvance(name) for name, _share in self._shares), default=0)
        left = min(widest, 110) + 10
        room = self.width() - left - 58
        for row, (name, share) in enumerate(self._shares):
            top = row * _ROW
            painter.setPen(look.text if row == 0 else look.text2)
            short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, left - 8)
            painter.drawText(QRectF(0, top, left, _ROW), Qt.AlignmentFlag.AlignVCenter, short)
            painter.drawText(QRectF(self.width() - 54, top, 54, _ROW), _RIGHT, f"{share:.1%}")
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.line)
            painter.drawRoundedRect(QRectF(left, top + 8, room, 8), 4, 4)
            painter.setBrush(look.accent if row == 0 else mixed(look.bg1, look.accent, 0.5))
            painter.drawRoundedRect(QRectF(left, top + 8, max(2.0, room * share), 8), 4, 4)
        painter.end()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
