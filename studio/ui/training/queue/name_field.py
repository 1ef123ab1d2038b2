"""The field in which a run of the queue gets another name, right where the name is written."""

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.ui import theme
from studio.wording import _
from studio.workspace.queue import Entry


class NameField(QLineEdit):
    """Enter or leaving it takes the name, Escape does not; the keyboard goes back to the rows."""

    named = Signal(int, str)
    """The key of the run, and its new name."""

    def __init__(self, rows: QWidget) -> None:
        super().__init__(rows)
        self._rows = rows
        self._entry: Entry | None = None
        self.setAccessibleName(_("Name of the run"))
        self.setFont(theme.font(13, 600))
        self.hide()

    def begin(self, entry: Entry, room: QRect) -> None:
        """Write a name at a place of the rows."""
        self._entry = entry
        self.setText(entry.name)
        self.setGeometry(room.adjusted(-10, -5, 10, 5))
        self.show()
        self.selectAll()
        self.setFocus()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # Escape and Delete are for the field
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._end(takes=False)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._end(takes=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._end(takes=True)

    def _end(self, *, takes: bool) -> None:
        entry, self._entry = self._entry, None
        if entry is None:
            return
        name = self.text().strip()
        had_keyboard = self.hasFocus()
        self.hide()
        if had_keyboard:
            self._rows.setFocus()
        if takes and name and name != entry.name:
            self.named.emit(entry.key, name)
