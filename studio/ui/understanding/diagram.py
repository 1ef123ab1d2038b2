"""Two networks drawn beside each other, layer by layer, with what differs in between."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.analysis.compare import Match
from studio.catalogue import CATALOGUE
from studio.ui import icons, theme
from studio.ui.tokens import mixed
from studio.ui.understanding.differences import difference_text, kind_text
from studio.wording import _, full, humanized

ROW = 40
_ROOMY = 620
"""From this width on, the settings that differ have more room than the cards need."""
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
_TOKENS = {"same": "text3", "changed": "warn", "left": "error", "right": "ok"}


class Diagram(QWidget):
    """Rows of two cards: joined where they correspond, alone where only one network has a layer."""

    picked = Signal(int)
    """A row was clicked or entered."""
    walked = Signal(QRectF)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Match, ...] = ()
        self.at = 0
        self._over = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Layers side by side"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[Match]) -> None:
        """Show these rows."""
        self.rows = tuple(rows)
        self.at = min(self.at, max(0, len(self.rows) - 1))
        self.setFixedHeight(max(1, len(self.rows)) * ROW + 8)
        self._speak()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(520, self.height())

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> Any:
        """Say where the row of the keyboard is: there a scroll area turns when Tab comes here."""
        if query == Qt.InputMethodQuery.ImCursorRectangle:
            return QRect(0, self.at * ROW, self.width(), ROW)
        return super().inputMethodQuery(query)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first = max(0, event.rect().top() // ROW)
        last = min(len(self.rows), event.rect().bottom() // ROW + 1)
        for index in range(first, last):
            self._paint_row(painter, index)
        painter.end()

    def _boxes(self, index: int) -> tuple[QRectF, QRectF, QRectF]:
        """Return the boxes of the left card, of the middle, and of the right card."""
        room = QRectF(16, index * ROW + 6, self.width() - 32, ROW - 8)
        indent = min(60, 18 * self.rows[index].level)
        card = room.width() * (0.33 if room.width() >= _ROOMY else 0.365)
        return (
            QRectF(room.left() + indent, room.top(), card - indent, room.height()),
            QRectF(room.left() + card, room.top(), room.width() - 2 * card, room.height()),
            QRectF(room.right() - card, room.top(), card - indent, room.height()),
        )

    def _paint_row(self, painter: QPainter, index: int) -> None:
        row, (left, middle, right) = self.rows[index], self._boxes(index)
        color = theme.current().color(_TOKENS[row.kind])
        for side, box in ((0, left), (1, right)):
            if (row.left, row.right)[side]:
                self._paint_card(painter, box, row, side, index)
            else:
                self._paint_gap(painter, box)
        self._paint_middle(painter, middle, row, color)

    def _paint_card(
        self, painter: QPainter, box: QRectF, row: Match, side: int, index: int
    ) -> None:
        look, key = theme.current(), row.types[side]
        held = self.hasFocus() and index == self.at
        ground = look.bg2 if look.is_dark else look.bg1
        tint = ground if row.kind == "same" else mixed(ground, look.color(_TOKENS[row.kind]), 0.1)
        painter.setBrush(look.bg3 if index == self._over else tint)
        edge = look.line if row.kind == "same" else look.color(_TOKENS[row.kind])
        painter.setPen(QPen(look.accent if held else edge, 1.6 if held else 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        group = CATALOGUE[key].group if key in CATALOGUE else ""
        drawn = icons.pixmap(icons.layer_icon(key, group), 16, theme.hue(group))
        painter.drawPixmap(round(box.left() + 9), round(box.center().y() - 8), drawn)
        count = humanized(row.parameters[side]) if row.parameters[side] else ""
        painter.setFont(theme.font(11, tabular=True))
        painter.setPen(look.text3)
        inner = box.adjusted(32, 0, -9, 0)
        painter.drawText(inner, _ALIGN_RIGHT, count)
        wide = painter.fontMetrics().horizontalAdvance(count) + (8 if count else 0)
        painter.setFont(theme.font(12, 500 if row.kind != "same" else 400))
        painter.setPen(look.text if row.kind != "same" else look.text2)
        name = (row.left, row.right)[side].rpartition("/")[2]
        shown = painter.fontMetrics().elidedText(
            name, Qt.TextElideMode.ElideRight, round(inner.width() - wide)
        )
        painter.drawText(inner, _ALIGN_LEFT, shown)

    def _paint_gap(self, painter: QPainter, box: QRectF) -> None:
        look = theme.current()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.line2, 1, Qt.PenStyle.DotLine))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)

    def _paint_middle(self, painter: QPainter, box: QRectF, row: Match, color: QColor) -> None:
        look, middle = theme.current(), box.center().y()
        if row.left and row.right:
            painter.setPen(QPen(color if row.kind == "changed" else look.line2, 1))
            painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))
        text = difference_text(row)
        if not text:
            return
        painter.setFont(theme.font(11, 500))
        room = box.adjusted(10, 0, -10, 0)
        shown = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, round(room.width() - 12)
        )
        wide = painter.fontMetrics().horizontalAdvance(shown) + 14
        pill = QRectF(box.center().x() - wide / 2, middle - 10, wide, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(look.bg1, color, 0.16))
        painter.drawRoundedRect(pill, 10, 10)
        painter.setPen(look.text if row.kind == "changed" else look.text2)
        painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), shown)

    def _index(self, y: float) -> int:
        index = int(y // ROW)
        return index if 0 <= index < len(self.rows) else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._index(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.at = index
            self.update()
            self.picked.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._index(event.position().y())
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
        if key in _ENTER and self.rows:
            self.picked.emit(self.at)
        elif key in _STEPS or key in ends:
            wanted = ends.get(key, self.at + _STEPS.get(key, 0))
            self.at = max(0, min(len(self.rows) - 1, wanted))
            self._speak()
            self.walked.emit(QRectF(0, self.at * ROW, 1, ROW))
            self.update()
        else:
            super().keyPressEvent(event)

    def _speak(self) -> None:
        if self.at < len(self.rows):
            self.setAccessibleDescription(_spoken(self.rows[self.at]))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._index(event.pos().y())
            text = _spoken(self.rows[index]) if index >= 0 else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)


_ALIGN_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_ALIGN_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def _spoken(row: Match) -> str:
    """Return a row in words: who is beside whom, and what differs."""
    names = " – ".join(name.replace("/", " › ") for name in (row.left, row.right) if name)
    counts = " – ".join(full(count) for count in row.parameters if count)
    lines = [f"{names}: {kind_text(row.kind)}"]
    lines += [difference_text(row)] if row.changes else []
    if counts:
        lines.append(_("Parameters: {counts}").format(counts=counts))
    return "\n".join(lines)
