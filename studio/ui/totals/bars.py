"""The bars that compare layers: one painted widget, however many layers there are."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.ui import theme
from studio.ui.tokens import mixed
from studio.ui.totals.shares import Share
from studio.ui.words import percent
from studio.wording import _, full

ROW = 34
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class BarList(QWidget):
    """Rows with a name, a number and a bar; pressing a layer tells its path."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Share, ...] = ()
        self.marked: frozenset[str] = frozenset()
        self._spell: Callable[[float], str] = str
        self._over = -1
        self._at = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Where the parameters are"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: tuple[Share, ...], spell: Callable[[float], str]) -> None:
        """Show these rows; `spell` writes a number at reading size."""
        self.rows, self._spell = rows, spell
        self._at = min(self._at, max(0, len(rows) - 1))
        self.setFixedHeight(max(1, len(rows)) * ROW)
        self.setAccessibleDescription(
            ", ".join(f"{row.name} {percent(row.share)}" for row in rows[:10])
        )
        self.update()

    def mark(self, paths: frozenset[str]) -> None:
        """Mark the rows of the selected layers."""
        if paths != self.marked:
            self.marked = paths
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, max(1, len(self.rows)) * ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first = max(0, event.rect().top() // ROW)
        last = min(len(self.rows), event.rect().bottom() // ROW + 1)
        for index in range(first, last):
            self._paint_row(painter, index)
        painter.end()

    def _paint_row(self, painter: QPainter, index: int) -> None:
        look, row = theme.current(), self.rows[index]
        room = QRectF(8, index * ROW, self.width() - 16, ROW)
        marked = bool(row.path) and row.path in self.marked
        if index == self._over or marked or (self.hasFocus() and index == self._at):
            painter.setPen(
                look.accent if self.hasFocus() and index == self._at else Qt.PenStyle.NoPen
            )
            painter.setBrush(look.bg3 if index == self._over else look.bg2)
            painter.drawRoundedRect(room.adjusted(0.5, 1.5, -0.5, -1.5), 7, 7)
        inner = room.adjusted(8, 4, -8, 0)
        line = QRectF(inner.left(), inner.top(), inner.width(), 16)
        painter.setFont(theme.font(11, tabular=True))
        painter.setPen(look.text3)
        painter.drawText(line, _RIGHT, percent(row.share))
        painter.setFont(theme.font(12, 500, tabular=True))
        painter.setPen(look.text)
        painter.drawText(line.adjusted(0, 0, -40, 0), _RIGHT, self._spell(row.value))
        wide = painter.fontMetrics().horizontalAdvance(self._spell(row.value)) + 50
        painter.setFont(theme.font(12))
        painter.setPen(look.text if marked else look.text2)
        name = row.name.replace("/", " › ")
        shown = painter.fontMetrics().elidedText(
            name, Qt.TextElideMode.ElideMiddle, round(line.width() - wide)
        )
        painter.drawText(line, _LEFT, shown)
        self._paint_bar(painter, QRectF(inner.left(), inner.top() + 19, inner.width(), 5), row)

    def _paint_bar(self, painter: QPainter, track: QRectF, row: Share) -> None:
        look = theme.current()
        most = self.rows[0].share or 1.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(look.bg1, look.line2, 0.5))
        painter.drawRoundedRect(track, 2.5, 2.5)
        width = max(3.0, track.width() * row.share / most)
        painter.setBrush(look.hue(row.group))
        painter.drawRoundedRect(QRectF(track.left(), track.top(), width, 5), 2.5, 2.5)
        if row.frozen:
            icy = max(3.0, width * row.frozen / row.value)
            painter.setBrush(look.ice)
            painter.drawRoundedRect(QRectF(track.left(), track.top(), icy, 5), 2.5, 2.5)

    def _index(self, y: float) -> int:
        index = int(y // ROW)
        return index if 0 <= index < len(self.rows) else -1

    def _pick(self, index: int) -> None:
        if 0 <= index < len(self.rows) and self.rows[index].path:
            self._at = index
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
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and self.rows:
            self._at = max(0, min(len(self.rows) - 1, self._at + step))
            self.update()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._pick(self._at)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._index(event.pos().y())
            QToolTip.showText(event.globalPos(), self._tip(index) if index >= 0 else "", self)
            return True
        return super().event(event)

    def _tip(self, index: int) -> str:
        row = self.rows[index]
        lines = [f"{row.name.replace('/', ' › ')}: {full(row.value)} ({percent(row.share)})"]
        if row.frozen:
            lines.append(_("{count} of them are frozen.").format(count=full(row.frozen)))
        if row.path:
            lines.append(_("Click to show the layer."))
        return "\n".join(lines)
