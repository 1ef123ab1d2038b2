"""The whole network as one bar, cut into its families of layers."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.analysis.shares import Measure, Row
from studio.ui import theme
from studio.ui.words import percent
from studio.wording import _

_BAR, _LINE = 12, 22


class WholeBar(QWidget):
    """Shares of the families of layers, largest first, with their names below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parts: tuple[tuple[str, float], ...] = ()
        """Family and share, from 0 to 1."""
        self.setFixedHeight(_BAR + 6 + _LINE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Shares of the families of layers"))

    def show_rows(self, rows: Iterable[Row], measure: Measure) -> None:
        """Show how these rows share a measure."""
        sums: dict[str, int] = {}
        for row in rows:
            sums[row.group] = sums.get(row.group, 0) + row.value(measure)
        total = sum(sums.values()) or 1
        ordered = sorted(sums.items(), key=lambda pair: -pair[1])
        self.parts = tuple((group, value / total) for group, value in ordered if value)
        said = ", ".join(f"{_(group)} {percent(share)}" for group, share in self.parts)
        self.setAccessibleDescription(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(0, 0, self.width(), _BAR), _BAR / 2, _BAR / 2)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(QRectF(0, 0, self.width(), _BAR), look.line)
        for group, box in self._boxes():
            painter.fillRect(box.adjusted(0, 0, -1, 0), theme.hue(group))
        painter.restore()
        self._paint_names(painter)
        painter.end()

    def _paint_names(self, painter: QPainter) -> None:
        look, left = theme.current(), 0.0
        for group, share in self.parts:
            painter.setFont(theme.font(11, 500))
            name, wide = _(group), painter.fontMetrics().horizontalAdvance(_(group))
            number = painter.fontMetrics().horizontalAdvance(percent(share)) + 4
            if left + 12 + wide + 6 + number > self.width():
                return
            middle = _BAR + 6 + _LINE / 2
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.hue(group))
            painter.drawRoundedRect(QRectF(left, middle - 4, 8, 8), 2.5, 2.5)
            painter.setPen(look.text2)
            room = QRectF(left + 13, middle - _LINE / 2, wide + 2, _LINE)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), name)
            painter.setFont(theme.font(11, tabular=True))
            painter.setPen(look.text3)
            room = QRectF(left + 13 + wide + 6, middle - _LINE / 2, number + 4, _LINE)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), percent(share))
            left += 13 + wide + 6 + number + 14

    def _boxes(self) -> list[tuple[str, QRectF]]:
        left, found = 0.0, []
        for group, share in self.parts:
            width = max(2.0, self.width() * share)
            found.append((group, QRectF(left, 0, width, _BAR)))
            left += self.width() * share
        return found

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            over = [group for group, box in self._boxes() if box.contains(event.pos().toPointF())]
            shares = dict(self.parts)
            text = f"{_(over[-1])}: {percent(shares[over[-1]])}" if over else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)
