"""The rows of the queue: painted, walked by arrow keys, and dragged into another order."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from studio.ui import theme
from studio.ui.kit.rows import PaintedRows
from studio.ui.training.queue.painting import ROW, name_room, paint_entry, paint_gap
from studio.ui.training.queue.words import network_text, told_lines
from studio.wording import _
from studio.workspace.queue import Entry

VERBS = {
    Qt.Key.Key_F2: "rename",
    Qt.Key.Key_Delete: "remove",
    Qt.Key.Key_Backspace: "remove",
    Qt.Key.Key_Return: "open",
    Qt.Key.Key_Enter: "open",
}
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_CTRL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class QueueRows(PaintedRows):
    """A row for each run; what should happen to the chosen one is told by signals."""

    asked = Signal(str)
    """A verb for the chosen run: "rename", "remove", "duplicate", "open" or "menu"."""
    moved = Signal(int, int)
    """The key of a run, and the place it should have."""
    walked_to = Signal()
    """Another run was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ROW, parent)
        self.entries: tuple[Entry, ...] = ()
        self.share = 0.0
        """How far the run under way is, from 0 to 1."""
        self._networks: dict[int, str] = {}
        self._pressed: tuple[int, float] | None = None
        self.gap = -1
        """Between which rows the one that is dragged would fall, or -1."""
        self.setAccessibleName(_("Runs in the queue"))

    @property
    def chosen(self) -> Entry | None:
        """The run of the keyboard."""
        return self.entries[self.at] if self.at < len(self.entries) else None

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        """Show these runs; the chosen one stays chosen wherever it is now."""
        before = self.chosen
        keys = [entry.key for entry in entries]
        if keys != [entry.key for entry in self.entries]:
            self._let_go()
        at = keys.index(before.key) if before is not None and before.key in keys else self.at
        self.entries = entries
        self._networks = {key: text for key, text in self._networks.items() if key in keys}
        self.lay_rows(len(entries), at)
        self.walked_to.emit()

    def show_share(self, share: float) -> None:
        """Show how far the run under way is."""
        if round(share, 3) != round(self.share, 3):
            self.share = share
            self._tell()
            self.update()

    def choose(self, key: int) -> None:
        """Give a run the keyboard's row."""
        places = [entry.key for entry in self.entries]
        if key in places:
            self._walk(places.index(key))

    def name_room(self) -> QRectF:
        """Return where the name of the chosen run is written."""
        return name_room(QRectF(0, self.at * ROW, self.width(), ROW))

    def paint_row(self, painter: QPainter, index: int) -> None:
        held = self.hasFocus() and index == self.at
        over = index == self.over and self.gap < 0
        lifted = self.gap >= 0 and self._pressed is not None and self._pressed[0] == index
        room = QRectF(0, index * ROW, self.width(), ROW)
        if lifted or over or index == self.at:
            look = theme.current()
            painter.setPen(look.accent if held or lifted else Qt.PenStyle.NoPen)
            painter.setBrush(look.bg3 if index == self.at or lifted else look.bg2)
            painter.drawRoundedRect(room.adjusted(0.5, 1.5, -0.5, -1.5), 8, 8)
        painter.setOpacity(0.5 if lifted else 1.0)
        paint_entry(painter, room, self.entries[index], self.network(index), self.share)
        painter.setOpacity(1.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.gap >= 0:
            painter = QPainter(self)
            paint_gap(painter, min(max(1.5, self.gap * ROW), self.height() - 1.5), self.width())
            painter.end()

    def network(self, index: int) -> str:
        """Return how large the network of a run is; worked out once."""
        entry = self.entries[index]
        if entry.key not in self._networks:
            self._networks[entry.key] = network_text(entry.request.graph)
        return self._networks[entry.key]

    def told(self, index: int) -> str:
        return ". ".join(told_lines(self.entries[index], self.network(index), self.share))

    def tip(self, index: int) -> str:
        lines = told_lines(self.entries[index], self.network(index), self.share)
        return "\n".join((*lines, "", _("Drag it, or press Alt and an arrow key, to move it.")))

    def pick(self, index: int) -> None:
        self.walked_to.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        y = event.position().y()
        if event.button() == Qt.MouseButton.LeftButton and self._index(y) >= 0:
            self._pressed = (self._index(y), y)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        y = event.position().y()
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        if self.gap >= 0 or abs(y - self._pressed[1]) >= QApplication.startDragDistance():
            self.gap = max(0, min(len(self.entries), round(y / ROW)))
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.walked.emit(QRectF(0, y - ROW / 2, 1, ROW))  # scrolls where it is dragged to
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, gap = self._pressed, self.gap
        self._let_go()
        if pressed is None or gap < 0:
            super().mouseReleaseEvent(event)
            return
        place = gap - 1 if gap > pressed[0] else gap
        if place != pressed[0]:
            self.moved.emit(self.entries[pressed[0]].key, place)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.asked.emit("open")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self._index(event.pos().y())
        if event.reason() == QContextMenuEvent.Reason.Mouse and index >= 0:
            self._walk(index)
        self.asked.emit("menu")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self.gap >= 0:
            self._let_go()
        elif self.chosen is not None and _is_shift(event):
            place = self.at + _STEPS[key]
            if 0 <= place < len(self.entries):
                self.moved.emit(self.chosen.key, place)
        elif self.chosen is not None and _is_duplicate(event):
            self.asked.emit("duplicate")
        elif self.chosen is not None and key in VERBS:
            self.asked.emit(VERBS[key])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (_is_shift(event) or _is_duplicate(event) or Qt.Key(event.key()) in VERBS)
        ):
            event.accept()  # before a command of the window that has the same key
            return True
        return super().event(event)

    def _walk(self, wanted: int) -> None:
        super()._walk(wanted)
        self.walked_to.emit()

    def _let_go(self) -> None:
        """Drag no longer."""
        self._pressed, self.gap = None, -1
        self.unsetCursor()
        self.update()


def _is_shift(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & _ALT) and Qt.Key(event.key()) in _STEPS


def _is_duplicate(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & _CTRL) and event.key() == Qt.Key.Key_D
