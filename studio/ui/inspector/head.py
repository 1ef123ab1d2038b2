"""The top of the inspector: which layer this is, and its name to change."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.graph import edits
from studio.graph.model import Node
from studio.graph.names import objection
from studio.ui import theme
from studio.ui.kit import Elided, Note, Tile
from studio.ui.words import sentence_of, title_of
from studio.wording import _
from studio.workspace import Workspace


class NodeHead(QWidget):
    """Icon, name and type of one layer; a name that cannot be is refused while it is typed."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._shown = ""
        self.tile = Tile(side=40)
        self.name = QLineEdit()
        self.name.setProperty("plain", True)  # noqa: FBT003  a Qt property
        self.name.setFont(theme.font(15, 600))
        self.name.setAccessibleName(_("Name of the layer"))
        self.name.setToolTip(
            _("Its name here, in checkpoints and in exported code. Enter renames.")
        )
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
        title, group = title_of(kind), _(kind.group)
        self.kind.setText(" · ".join(dict.fromkeys(part for part in (title, group) if part)))
        self.kind.setToolTip(sentence_of(kind))

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
        if old not in self._workspace.page or not self._check(new):
            self.name.setText(old)
            self._check(old)
            return
        label = _("Rename {old} to {new}").format(old=old, new=new)
        if self._workspace.edit(label, lambda graph: edits.rename(graph, old, new)):
            self._workspace.select({new})


def _name_field() -> QLineEdit:
    field = QLineEdit()
    field.setProperty("plain", True)  # noqa: FBT003  a Qt property
    field.setFont(theme.font(15, 600))
    field.setAccessibleName(_("Name of the layer"))
    field.setToolTip(_("Its name here, in checkpoints and in exported code. Enter renames."))
    return field


def _kind_line() -> Elided:
    line = Elided()
    line.setFont(theme.font(12))
    line.set_tone("text2")
    line.setContentsMargins(8, 0, 0, 0)
    return line
