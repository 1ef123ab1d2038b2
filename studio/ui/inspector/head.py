"""The top of the inspector: which layer this is, and its name to change."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.graph import edits
from studio.graph.model import Node
from studio.graph.names import objection
from studio.ui import theme
from studio.ui.kit import Elided, Note, Tile
from studio.ui.words import kind_of, lesson_of
from studio.wording import _
from studio.workspace import Workspace


class NodeHead(QWidget):
    """Icon, name and type of one layer; a name that cannot be is refused while it is typed."""

    renamed = Signal()
    """The layer got the name that Enter confirmed."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._shown = ""
        self.tile = Tile(side=40)
        self.name = _NameField()
        self.kind = _kind_line()
        self.refusal = Note()
        self.refusal.set_tone("error")
        self.refusal.hide()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.kind)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.tile)
        row.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.refusal)
        self.name.textEdited.connect(self._check)
        self.name.editingFinished.connect(self._rename)
        self.name.given_up.connect(self._show_own_name)

    def show_node(self, name: str, node: Node) -> None:
        """Show a layer; a name that is being typed stays as it is."""
        typing = name == self._shown and self.name.hasFocus()
        self._shown = name
        if not typing:
            self.name.setText(name)
            self.name.setCursorPosition(0)
            self._check(name)
        kind = type(node.layer)
        self.tile.show_layer(kind.key, kind.group)
        title, group = kind_of(node.layer), _(kind.group)
        self.kind.setText(" · ".join(dict.fromkeys(part for part in (title, group) if part)))
        self.kind.setToolTip(lesson_of(node.layer))

    def _check(self, text: str) -> bool:
        taken = text != self._shown and text in self._workspace.page
        sentence = objection(text) if text != self._shown else ""
        if taken:
            sentence = _("Another layer is called {name}.").format(name=text)
        self.refusal.setText(sentence)
        self.refusal.setVisible(bool(sentence))
        self.name.setProperty("invalid", bool(sentence))
        self.name.style().unpolish(self.name)
        self.name.style().polish(self.name)
        return not sentence

    def _rename(self) -> None:
        old, new = self._shown, self.name.text().strip()
        if new == old:
            return
        confirmed = self.name.hasFocus()
        if old not in self._workspace.page or not self._check(new):
            if not confirmed:  # else the sentence stays until the name is mended or given up
                self._show_own_name()
            return
        label = _("Rename {old} to {new}").format(old=old, new=new)
        if self._workspace.edit(label, lambda graph: edits.rename(graph, old, new)):
            self._workspace.select({new})
            if confirmed:
                self.renamed.emit()

    def _show_own_name(self) -> None:
        self.name.setText(self._shown)
        self._check(self._shown)


class _NameField(QLineEdit):
    """Where the name is typed; Escape gives the new name up."""

    given_up = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("plain", True)  # noqa: FBT003  a Qt property
        self.setFont(theme.font(15, 600))
        self.setAccessibleName(_("Name of the layer"))
        self.setToolTip(_("Its name here, in checkpoints and in exported code. Enter renames."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


def _kind_line() -> Elided:
    line = Elided()
    line.setFont(theme.font(12))
    line.set_tone("text2")
    line.setContentsMargins(8, 0, 0, 0)
    return line
