"""The bars that compare layers: one painted widget, however many layers there are."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from studio.analysis.shares import Measure, Row
from studio.ui import theme
from studio.ui.kit.rows import PaintedRows
from studio.ui.tokens import mixed
from studio.ui.understanding.measures import spelled, spoken
from studio.ui.words import percent
from studio.wording import _, full

ROW = 34
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class BarList(PaintedRows):
    """Rows with a name, a number and a bar; picking a layer tells its path."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ROW, parent)
        self.rows: tuple[Row, ...] = ()
        self.measure: Measure = "parameters"
        self.marked: frozenset[str] = frozenset()
        self._total = 0
        self.setAccessibleName(_("Where the parameters are"))

    def show_rows(self, rows: Sequence[Row], measure: Measure) -> None:
        """Show these rows, the largest first, compared by `measure`."""
        self.rows, self.measure = tuple(rows), measure
        self._total = sum(row.value(measure) for row in rows)
        self.lay_rows(len(rows), self.at)

    def mark(self, paths: frozenset[str]) -> None:
        """Mark the rows of the selected layers."""
        if paths != self.marked:
            self.marked = paths
            self.update()

    def share(self, row: Row) -> float:
        """Return which part of the whole a row is, from 0 to 1."""
        return row.value(self.measure) / self._total if self._total else 0.0

    def picks(self, index: int) -> bool:
        return index >= 0 and bool(self.rows[index].path)

    def pick(self, index: int) -> None:
        self.picked.emit(self.rows[index].path)

    def told(self, index: int) -> str:
        row = self.rows[index]
        return f"{spoken(row)}: {self._number(row)}, {percent(self.share(row))}"

    def tip(self, index: int) -> str:
        row = self.rows[index]
        value = full(row.value(self.measure))
        lines = [f"{spoken(row)}: {value} ({percent(self.share(row))})"]
        if self._frozen(row):
            lines.append(_("{count} of them are frozen.").format(count=full(row.frozen)))
        if row.path:
            lines.append(_("Click to show the layer."))
        return "\n".join(lines)

    def _number(self, row: Row) -> str:
        return spelled(self.measure, row.value(self.measure))

    def _frozen(self, row: Row) -> int:
        return row.frozen if self.measure == "parameters" else 0

    def paint_row(self, painter: QPainter, index: int) -> None:
        look, row = theme.current(), self.rows[index]
        room = QRectF(8, index * ROW, self.width() - 16, ROW)
        marked, held = row.path in self.marked, self.hasFocus() and index == self.at
        if index == self.over or marked or held:
            painter.setPen(look.accent if held else Qt.PenStyle.NoPen)
            painter.setBrush(look.bg3 if index == self.over else look.bg2)
            painter.drawRoundedRect(room.adjusted(0.5, 1.5, -0.5, -1.5), 7, 7)
        inner = room.adjusted(8, 4, -8, 0)
        line = QRectF(inner.left(), inner.top(), inner.width(), 16)
        painter.setFont(theme.font(11, tabular=True))
        painter.setPen(look.text3)
        painter.drawText(line, _RIGHT, percent(self.share(row)))
        painter.setFont(theme.font(12, 500, tabular=True))
        painter.setPen(look.text)
        painter.drawText(line.adjusted(0, 0, -40, 0), _RIGHT, self._number(row))
        wide = painter.fontMetrics().horizontalAdvance(self._number(row)) + 50
        painter.setFont(theme.font(12))
        painter.setPen(look.text if marked else look.text2)
        shown = painter.fontMetrics().elidedText(
            spoken(row), Qt.TextElideMode.ElideMiddle, round(line.width() - wide)
        )
        painter.drawText(line, _LEFT, shown)
        self._paint_bar(painter, QRectF(inner.left(), inner.top() + 19, inner.width(), 5), row)

    def _paint_bar(self, painter: QPainter, track: QRectF, row: Row) -> None:
        look = theme.current()
        most = self.share(self.rows[0]) or 1.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(look.bg1, look.line2, 0.5))
        painter.drawRoundedRect(track, 2.5, 2.5)
        width = max(3.0, track.width() * self.share(row) / most)
        painter.setBrush(look.hue(row.group))
        painter.drawRoundedRect(QRectF(track.left(), track.top(), width, 5), 2.5, 2.5)
        if self._frozen(row):
            icy = max(3.0, width * row.frozen / row.parameters)
            painter.setBrush(look.ice)
            painter.drawRoundedRect(QRectF(track.left(), track.top(), icy, 5), 2.5, 2.5)
