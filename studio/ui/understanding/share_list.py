"""The list of layers, blocks or types with a bar for each: painted, however many there are."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.analysis.shares import Measure, Row
from studio.ui import icons, theme
from studio.ui.kit.rows import PaintedRows
from studio.ui.understanding.measures import MEASURES, named, spelled, spoken
from studio.ui.understanding.share_columns import Columns, columns
from studio.ui.words import percent
from studio.wording import _, full

ROW = 36
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class ShareList(PaintedRows):
    """Rows of layers, blocks or types; picking a layer or a block tells its path."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ROW, parent)
        self.rows: tuple[Row, ...] = ()
        self.measure: Measure = "parameters"
        self.marked: frozenset[str] = frozenset()
        self._totals: Mapping[Measure, int] = {}
        self._placed, self._most = columns(0), 1.0

    def show_rows(
        self, rows: Sequence[Row], measure: Measure, totals: Mapping[Measure, int]
    ) -> None:
        """Show these rows, compared by `measure`; `totals` are those of the whole network."""
        before = self.rows[self.at].name if self.at < len(self.rows) else ""
        self.rows, self.measure, self._totals = tuple(rows), measure, totals
        places = [index for index, row in enumerate(self.rows) if row.name == before]
        self.setAccessibleName(_("Where {what} come from").format(what=named(measure)))
        self.lay_rows(len(self.rows), places[0] if places else 0)

    def mark(self, paths: frozenset[str]) -> None:
        """Mark the rows of the selected layers."""
        if paths != self.marked:
            self.marked = paths
            self.update()

    def share(self, row: Row) -> float:
        """Return which part of the whole a row is, from 0 to 1."""
        total = self._totals.get(self.measure, 0)
        return row.value(self.measure) / total if total else 0.0

    def sizeHint(self) -> QSize:
        return QSize(560, self.height())

    def picks(self, index: int) -> bool:
        return index >= 0 and bool(self.rows[index].path)

    def pick(self, index: int) -> None:
        self.picked.emit(self.rows[index].path)

    def told(self, index: int) -> str:
        row = self.rows[index]
        value = spelled(self.measure, row.value(self.measure))
        return f"{spoken(row)}: {value}, {percent(self.share(row))}"

    def paintEvent(self, event: QPaintEvent) -> None:
        self._placed = columns(self.width())
        self._most = max((self.share(row) for row in self.rows), default=0.0) or 1.0
        super().paintEvent(event)

    def paint_row(self, painter: QPainter, index: int) -> None:
        look, row, placed = theme.current(), self.rows[index], self._placed
        top = index * ROW
        held = self.hasFocus() and index == self.at
        chosen = bool(row.path) and row.path in self.marked
        if held or chosen or index == self.over:
            painter.setPen(look.accent if held else Qt.PenStyle.NoPen)
            painter.setBrush(look.bg3 if index == self.over else look.bg2)
            painter.drawRoundedRect(QRectF(8.5, top + 1.5, self.width() - 17, ROW - 3), 7, 7)
        self._paint_name(painter, row, placed, top)
        self._paint_bar(painter, row, QRectF(placed.bar.x(), top + 15, placed.bar.width(), 6))
        painter.setFont(theme.font(11, tabular=True))
        painter.setPen(look.text2)
        share = QRectF(placed.share.x(), top, placed.share.width(), ROW)
        painter.drawText(share, _RIGHT, percent(self.share(row)))
        for (key, _name, _hint), column in zip(MEASURES, placed.values, strict=False):
            value = row.value(key)
            painter.setFont(theme.font(12, 600 if key == self.measure else 400, tabular=True))
            painter.setPen(look.text if key == self.measure else look.text3)
            room = QRectF(column.x(), top, column.width(), ROW)
            painter.drawText(room, _RIGHT, spelled(key, value) if value else "–")

    def _paint_name(self, painter: QPainter, row: Row, placed: Columns, top: float) -> None:
        look = theme.current()
        indent = 14 * row.level if row.key == "block" else 0  # other paths say where they are
        left = placed.name.x() + indent
        icon = icons.layer_icon(row.key, row.group) if row.key else "layers"
        hue = theme.hue(row.group) if row.group else look.text3
        painter.drawPixmap(round(left), round(top + ROW / 2 - 8), icons.pixmap(icon, 16, hue))
        room = QRectF(left + 24, top, placed.name.right() - left - 24, ROW)
        count = f"× {full(row.copies)}" if row.copies > 1 else ""
        painter.setFont(theme.font(11, tabular=True))
        painter.setPen(look.text3)
        painter.drawText(room, _RIGHT, count)
        wide = painter.fontMetrics().horizontalAdvance(count) + (10 if count else 0)
        painter.setFont(theme.font(13))
        painter.setPen(look.text)
        text = painter.fontMetrics().elidedText(
            spoken(row), Qt.TextElideMode.ElideMiddle, round(room.width() - wide)
        )
        painter.drawText(room, _LEFT, text)

    def _paint_bar(self, painter: QPainter, row: Row, track: QRectF) -> None:
        look = theme.current()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.line)
        painter.drawRoundedRect(track, 3, 3)
        width = max(3.0, track.width() * self.share(row) / self._most)
        painter.setBrush(theme.hue(row.group) if row.group else look.text3)
        painter.drawRoundedRect(QRectF(track.x(), track.y(), width, track.height()), 3, 3)
        if row.frozen and self.measure == "parameters":
            icy = max(3.0, width * row.frozen / row.parameters)
            painter.setBrush(look.ice)
            painter.drawRoundedRect(QRectF(track.x(), track.y(), icy, track.height()), 3, 3)

    def tip(self, index: int) -> str:
        row = self.rows[index]
        value = full(row.value(self.measure))
        lines = [f"{spoken(row)}: {value} ({percent(self.share(row))})"]
        if row.copies > 1:
            lines.append(_("{count} of them together.").format(count=full(row.copies)))
        if row.frozen:
            lines.append(_("{count} of its parameters are frozen.").format(count=full(row.frozen)))
        if row.path:
            lines.append(_("Click to show it on the Design page."))
        return "\n".join(lines)
