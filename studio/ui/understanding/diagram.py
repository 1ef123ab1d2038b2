"""Two networks drawn beside each other, layer by layer, with what differs in between."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from studio.analysis.compare import Match
from studio.catalogue import CATALOGUE
from studio.ui import icons, theme
from studio.ui.kit.rows import PaintedRows
from studio.ui.tokens import mixed
from studio.ui.understanding.differences import difference_text, kind_text
from studio.wording import _, full, humanized

ROW = 40
_ROOMY = 620
"""From this width on, the settings that differ have more room than the cards need."""
_TOKENS = {"same": "text3", "changed": "warn", "left": "error", "right": "ok"}


class Diagram(PaintedRows):
    """Rows of two cards: joined where they correspond, alone where only one network has a layer."""

    picked = Signal(int)
    """A row was clicked or entered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ROW, parent)
        self.rows: tuple[Match, ...] = ()
        self.setAccessibleName(_("Layers side by side"))

    def show_rows(self, rows: Sequence[Match]) -> None:
        """Show these rows."""
        self.rows = tuple(rows)
        self.lay_rows(len(self.rows), self.at, below=8)

    def sizeHint(self) -> QSize:
        return QSize(520, self.height())

    def pick(self, index: int) -> None:
        self.picked.emit(index)

    def told(self, index: int) -> str:
        return _spoken(self.rows[index])

    def tip(self, index: int) -> str:
        return _spoken(self.rows[index])

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

    def paint_row(self, painter: QPainter, index: int) -> None:
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
        painter.setBrush(look.bg3 if index == self.over else tint)
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
