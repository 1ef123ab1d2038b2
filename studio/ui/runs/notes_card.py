"""The card on which a run gets its name, its tags and a note."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from studio.runs.notes import Notes, read_notes, tags_of
from studio.ui.kit import Caption, Hairline
from studio.wording import _
from studio.workspace import Workspace


class NotesCard(QFrame):
    """Fields that are written when the keyboard leaves them, or with Enter."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._folder: Path | None = None
        self._known = Notes()
        self.setAccessibleName(_("Name, tags and note of the run"))
        self.name, self.tags, self.note = QLineEdit(), QLineEdit(), _Field()
        self.tags.setPlaceholderText(_("good, baseline"))
        self.tags.setToolTip(_("Words to find runs by, with commas in between."))
        self.note.setPlaceholderText(_("What this run was for"))
        self._arrange()
        for field in (self.name, self.tags):
            field.editingFinished.connect(self.keep)
        self.note.left.connect(self.keep)

    def show_run(self, folder: Path | None) -> None:
        """Show what is written on a run; what was typed on the one before is kept first."""
        if folder != self._folder:
            self.keep()
        before, self._folder = self._folder, folder
        self._known = read_notes(folder) if folder is not None else Notes()
        self.setEnabled(folder is not None)
        self.name.setPlaceholderText(folder.name if folder is not None else "")
        pairs = (
            (self.name, self._known.name),
            (self.tags, ", ".join(self._known.tags)),
        )
        for field, text in pairs:
            if folder != before or not field.hasFocus():
                field.setText(text)
        if folder != before or not self.note.hasFocus():
            self.note.setPlainText(self._known.note)

    def rename(self) -> None:
        """Let the keyboard write the name."""
        self.name.setFocus()
        self.name.selectAll()

    def keep(self) -> None:
        """Write what the fields say, if it is something new."""
        folder, notes = self._folder, self._typed()
        if folder is None or notes == self._known:
            return
        self._known = notes
        if not self._workspace.mark_run(folder, notes):
            self._known = read_notes(folder)

    def _typed(self) -> Notes:
        return Notes.of(self.name.text(), tags_of(self.tags.text()), self.note.toPlainText())

    def _arrange(self) -> None:
        self.note.setFixedHeight(58)
        self.note.setTabChangesFocus(True)
        grid = QGridLayout()
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        rows = ((_("Name"), self.name), (_("Tags"), self.tags), (_("Note"), self.note))
        for row, (text, field) in enumerate(rows):
            field.setAccessibleName(text)
            grid.addWidget(Caption(text), row, 0)
            grid.addWidget(field, row, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(grid)
        outer.addWidget(Hairline())


class _Field(QPlainTextEdit):
    left = Signal()
    """The keyboard went elsewhere."""

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()
