"""What a block says of its inside: settings it shows, copies that differ; and keeping it."""

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph
from studio.ui.inspector.inner_choice import Differing, Growing, Showing
from studio.ui.kit import Button, Elided, Heading, Note, ToolButton
from studio.wording import _
from studio.workspace import Workspace

Edit = Callable[[Graph], Graph]
Choice = type[Showing] | type[Differing] | type[Growing]


class InsideSection(QWidget):
    """One row for everything that is said of the inside, each with a button that takes it back."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._name = ""
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.note = Note(_("Settings shown here, and copies that differ, are listed below."))
        self.show_setting = self._asking(
            Showing,
            _("Show an inner setting…"),
            _("Let one number on the block drive settings inside, such as its width."),
        )
        self.differ = self._asking(
            Differing,
            _("Let a copy differ…"),
            _("Give one copy its own value, such as the stride of the first copy."),
        )
        self.grow = self._asking(
            Growing,
            _("Let a setting grow…"),
            _("Raise a setting evenly from the first copy to the last, such as drop path."),
        )
        self.keep = Button(_("Keep as my block…"), "save")
        self.keep.setToolTip(_("Put this block into the palette under “My blocks”."))
        self.keep.clicked.connect(self._begin_keeping)
        self.title = self._naming()
        self._arrange()

    def _asking(self, kind: Choice, words: str, hint: str) -> Button:
        button = Button(words, "plus")
        button.setToolTip(hint)
        button.clicked.connect(lambda: self._ask(kind))
        return button

    def _naming(self) -> QLineEdit:
        title = QLineEdit()
        title.setPlaceholderText(_("Name of the block"))
        title.setAccessibleName(_("Name of the block"))
        title.returnPressed.connect(self._keep)
        title.hide()
        return title

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Heading(_("Inside")))
        column.addWidget(self.note)
        column.addLayout(self._rows)
        for widget in (self.show_setting, self.differ, self.grow, self.keep, self.title):
            column.addWidget(widget)

    def show_block(self, name: str, block: Block) -> None:
        """Show the block called `name` of the visible page."""
        if name != self._name:
            self.title.hide()
        self._name = name
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for sentence, label, edit in _said(name, block):
            self._rows.addWidget(self._row(sentence, label, edit))
        self.note.setVisible(self._rows.count() == 0)
        repeated = block.repeat > 1
        self.differ.setVisible(repeated and not block.shared)
        self.grow.setVisible(repeated and not block.shared)

    def _row(self, sentence: str, label: str, edit: Edit) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        words = Elided(sentence)
        words.setToolTip(sentence)
        away = ToolButton("close", label, side=24)
        away.clicked.connect(lambda: self._workspace.edit(label, edit))
        line.addWidget(words, 1)
        line.addWidget(away)
        return row

    def _ask(self, kind: Choice) -> None:
        layer = self._workspace.page[self._name].layer
        if not isinstance(layer, Block):
            return
        dialog = kind(layer, self)
        if dialog.exec():
            name = self._name
            self._workspace.edit(dialog.windowTitle(), lambda graph: dialog.applied(graph, name))

    def _begin_keeping(self) -> None:
        self.title.setVisible(not self.title.isVisible())
        if self.title.isVisible():
            self.title.setText(self._name)
            self.title.selectAll()
            self.title.setFocus()

    def _keep(self) -> None:
        if self._workspace.keep_block(self._name, self.title.text()):
            self.title.hide()


def _said(name: str, block: Block) -> Iterator[tuple[str, str, Edit]]:
    """Yield a sentence for everything said of the inside, and how it is taken back."""
    alike = _("Let the copies be alike again")
    for outside, one in block.exposed.items():
        yield (
            _("{name} drives {targets}").format(name=outside, targets=", ".join(one.drives)),
            _("Show {name} no longer").format(name=outside),
            partial(edits.conceal, name=name, outside=outside),
        )
    for number, values in block.overrides.items():
        for target, value in values.items():
            sentence = _("copy {number}: {target} = {value}").format(
                number=_counted(int(number), block.repeat), target=target, value=value
            )
            yield sentence, alike, partial(edits.uniform, name=name, number=number, target=target)
    for target, (first, last) in block.ramps.items():
        sentence = f"{target}: {first:.3g} → {last:.3g}"
        yield sentence, alike, partial(edits.uniform, name=name, target=target)


def _counted(number: int, repeat: int) -> int:
    """Return the number of a copy as people count them, from 1."""
    return number + 1 if number >= 0 else repeat + number + 1
