"""The list of layers, blocks or types with a bar for each: painted, however many there are."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.analysis.shares import Measure, Row
from studio.ui import icons, theme
from studio.ui.understanding.measures import MEASURES, named, spelled
from studio.ui.understanding.share_columns import Columns, columns
from studio.ui.words import percent
from studio.wording import _, full

ROW = 36
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}


class ShareList(QWidget):
    """Rows that can be walked with the arrow keys; Enter or a click tells the path of one."""

    picked = Signal(str)
    walked = Signal(QRectF)
    """Where the row of the keyboard is, so that it can be scrolled into view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()
        self.measure: Measure = "parameters"
        self.marked: frozenset[str] = frozenset()
        self._totals: Mapping[Measure, int] = {}
        self._over = -1
        self.at = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(
        self, rows: Sequence[Row], measure: Measure, totals: Mapping[Measure, int]
    ) -> None:
        """Show these rows, compared by `measure`; `totals` are those of the whole network."""
        before = self.rows[self.at].name if self.at < len(self.rows) else ""
        self.rows, self.measure, self._totals = tuple(rows), measure, totals
        places = [index for index, row in enumerate(self.rows) if row.name == before]
        self.at = places[0] if places else 0
        self.setFixedHeight(max(1, len(self.rows)) * ROW)
        self.setAccessibleName(_("Where {what} come from").format(what=named(measure)))
        self._speak()
        self.update()

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
        return QSize(560, max(1, len(self.rows)) * ROW)

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> Any:
        """Say where the row of the keyboard is: there a scroll area turns when Tab comes here."""
        if query == Qt.InputMethodQuery.ImCursorRectangle:
            return QRect(0, self.at * ROW, self.width(), ROW)
        return super().inputMethodQuery(query)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        placed = columns(self.width())
        first = max(0, event.rect().top() // ROW)
        last = min(len(self.rows), event.rect().bottom() // ROW + 1)
        most = max((self.share(row) for row in self.rows), default=0.0) or 1.0
        for index in range(first, last):
            self._paint_row(painter, index, placed, most)
        painter.end()

    def _paint_row(self, painter: QPainter, index: int, placed: Columns, most: float) -> None:
        look, row = theme.current(), self.rows[index]
        top = index * ROW
        held = self.hasFocus() and index == self.at
        chosen = bool(row.path) and row.path in self.marked
        if held or chosen or index == self._over:
            painter.setPen(look.accent if held else Qt.PenStyle.NoPen)
            painter.setBrush(look.bg3 if index == self._over else look.bg2)
            painter.drawRoundedRect(QRectF(8.5, top + 1.5, self.width() - 17, ROW - 3), 7, 7)
        self._paint_name(painter, row, placed, top)
        self._paint_bar(painter, row, QRectF(placed.bar.x(), top + 15, placed.bar.width(), 6), most)
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

    def _paint_bar(self, painter: QPainter, row: Row, track: QRectF, most: float) -> None:
        look = theme.current()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.line)
        painter.drawRoundedRect(track, 3, 3)
        width = max(3.0, track.width() * self.share(row) / most)
        painter.setBrush(theme.hue(row.group) if row.group else look.text3)
        painter.drawRoundedRect(QRectF(track.x(), track.y(), width, track.height()), 3, 3)
        if row.frozen and self.measure == "parameters":
            icy = max(3.0, width * row.frozen / row.parameters)
            painter.setBrush(look.ice)
            painter.drawRoundedRect(QRectF(track.x(), track.y(), icy, track.height()), 3, 3)

    def _index(self, y: float) -> int:
        index = int(y // ROW)
        return index if 0 <= index < len(self.rows) else -1

    def _pick(self, index: int) -> None:
        if 0 <= index < len(self.rows):
            self.at = index
            self.update()
            if self.rows[index].path:
                self.picked.emit(self.rows[index].path)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pick(self._index(event.position().y()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._index(event.position().y())
        clickable = over >= 0 and bool(self.rows[over].path)
        hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
        self.setCursor(hand if clickable else arrow)
        if over != self._over:
            self._over = over
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._over = -1
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(self.rows) - 1}
        if key in _ENTER:
            self._pick(self.at)
        elif key in _STEPS or key in ends:
            wanted = ends.get(key, self.at + _STEPS.get(key, 0))
            self.at = max(0, min(len(self.rows) - 1, wanted))
            self._speak()
            self.walked.emit(QRectF(0, self.at * ROW, 1, ROW))
            self.update()
        else:
            super().keyPressEvent(event)

    def _speak(self) -> None:
        """Say the row of the keyboard to a screen reader."""
        if self.at < len(self.rows):
            row = self.rows[self.at]
            value = spelled(self.measure, row.value(self.measure))
            self.setAccessibleDescription(f"{spoken(row)}: {value}, {percent(self.share(row))}")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._index(event.pos().y())
            QToolTip.showText(event.globalPos(), self._tip(index) if index >= 0 else "", self)
            return True
        return super().event(event)

    def _tip(self, index: int) -> str:
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


def spoken(row: Row) -> str:
    """Return the name of a row for people."""
    if row.path:
        return row.name.replace("/", " › ")
    return _(row.name) if row.name else _("Outside of blocks")
