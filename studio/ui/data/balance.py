"""How many samples each class has in each part: painted bars."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.data.counting import Bar
from studio.ui.tokens import Theme, mixed
from studio.wording import _, full

_ROW = 22


def part_color(look: Theme, part: str) -> QColor:
    """Return the color that stands for one part of the data, everywhere in the panel."""
    return {"train": look.accent, "validation": look.warn, "test": look.hue("Pooling")}[part]


class Balance(QWidget):
    """One bar for each class, its parts side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self.setAccessibleName(_("Samples per class"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self, theme.changed, lambda _look: self.update())

    def show_bars(self, bars: tuple[Bar, ...]) -> None:
        """Show these bars."""
        self._bars = bars
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, max(1, len(self._bars)) * _ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def explanation(self, y: float) -> str:
        """Return what the bar at that height says."""
        place = int(y // _ROW)
        if not 0 <= place < len(self._bars):
            return ""
        bar = self._bars[place]
        text = _("{name}: {train} to train, {validation} to watch, {test} for the test.")
        return text.format(name=bar.name, train=bar.train, validation=bar.validation, test=bar.test)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        most = max((bar.total for bar in self._bars), default=1) or 1
        painter.setFont(theme.font(11, tabular=True))
        metrics = painter.fontMetrics()
        widest = max((metrics.horizontalAdvance(bar.name) for bar in self._bars), default=0)
        left = min(132, widest + 2)
        room = self.width() - left - 12 - 52
        for place, bar in enumerate(self._bars):
            top = place * _ROW
            painter.setPen(look.text2)
            name = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, left)
            painter.drawText(QRectF(0, top, left, _ROW), _RIGHT, name)
            self._paint_bar(painter, look, QPointF(left + 10, top), room * bar.total / most, bar)
            painter.setPen(look.text)
            painter.drawText(QRectF(self.width() - 50, top, 50, _ROW), _RIGHT, full(bar.total))
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.explanation(event.pos().y()), self)
            return True
        return super().event(event)

    def _paint_bar(
        self, painter: QPainter, look: Theme, at: QPointF, width: float, bar: Bar
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        x = at.x()
        for part in ("train", "validation", "test"):
            count = getattr(bar, part)
            span = width * count / max(1, bar.total)
            painter.setBrush(mixed(look.bg1, part_color(look, part), 0.85))
            if count:
                painter.drawRoundedRect(QRectF(x, at.y() + 6, max(1.0, span - 1.5), 10), 2, 2)
            x += span


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
