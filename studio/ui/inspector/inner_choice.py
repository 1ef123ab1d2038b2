"""Dialogs that choose a setting inside a block: to show it outside, or to vary it by copy."""

from typing import Any

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.errors import SettingError, StudioError
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph, Node
from studio.setting import Setting
from studio.ui.editors import Combo, Editor
from studio.ui.form import EDITORS
from studio.ui.kit import Button, Heading, Label, Note, NumberField, PrimaryButton
from studio.wording import _, marked


class _InnerChoice(QDialog):
    """Chooses one setting inside; what is refused is said in place, and Enter does it."""

    title = ""
    about = ""

    def __init__(self, block: Block, parent: QWidget) -> None:
        super().__init__(parent)
        self.block = block
        self.setWindowTitle(_(self.title))
        self.setMinimumWidth(420)
        self._settings = {
            target: (setting, value)
            for target, setting, value in edits.inner_settings(block)
            if self.offers(target, setting)
        }
        self.choice = self._choice()
        self.refusal = Note()
        self.refusal.set_tone("error")
        self.refusal.hide()
        self._arrange()
        self.choice.currentIndexChanged.connect(lambda _index: self.turn())
        self.done_button.setEnabled(bool(self._settings))
        if self._settings:
            self.turn()
        else:
            self._refuse(_("There is no setting inside that can be used here."))

    def _choice(self) -> Combo:
        choice = Combo()
        choice.setAccessibleName(_("Setting"))
        for target, (setting, _value) in self._settings.items():
            choice.addItem(f"{target.rpartition('.')[0]} · {setting.title}", target)
        return choice

    def _arrange(self) -> None:
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 20, 24, 20)
        self.column.setSpacing(8)
        about = Note(_(self.about))
        about.set_tone("text2")
        for widget in (Heading(_(self.title)), about, self.choice):
            self.column.addWidget(widget)
        self.fill()
        self.column.addWidget(self.refusal)
        self.column.addLayout(self._buttons())

    def offers(self, _target: str, _setting: Setting) -> bool:
        """Return whether the setting can be chosen."""
        return True

    @property
    def target(self) -> str:
        """The setting that is chosen."""
        return str(self.choice.currentData())

    def chosen(self) -> tuple[Setting, Any]:
        """Return the declaration and the value of the setting that is chosen."""
        return self._settings[self.target]

    def fill(self) -> None:
        """Add what is asked beside the setting."""
        raise NotImplementedError

    def turn(self) -> None:
        """Show what belongs to the setting that is chosen now."""
        raise NotImplementedError

    def applied(self, graph: Graph, name: str) -> Graph:
        """Return the graph with the answer; raises SettingError for one that does not fit."""
        raise NotImplementedError

    def line(self, words: str, field: QWidget) -> QHBoxLayout:
        """Add a label with its field."""
        label = Label(words)
        label.setBuddy(field)
        field.setAccessibleName(words)
        row = QHBoxLayout()
        row.addWidget(label, 1)
        row.addWidget(field, 1)
        self.column.addLayout(row)
        return row

    def _buttons(self) -> QHBoxLayout:
        self.done_button = PrimaryButton(_("Done"))
        self.done_button.setDefault(True)
        self.done_button.clicked.connect(self._try)
        cancel = Button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.done_button)
        return row

    def _try(self) -> None:
        try:
            self.applied(Graph({"block": Node(self.block)}), "block")
        except StudioError as refusal:
            self._refuse(str(refusal))
            return
        self.accept()

    def _refuse(self, sentence: str) -> None:
        self.refusal.setText(sentence)
        self.refusal.show()


class Showing(_InnerChoice):
    """Shows an inner setting on the block, under a name of its own."""

    title = marked("Show an inner setting")
    about = marked("Several settings inside may follow one number: give them the same name.")

    def offers(self, target: str, _setting: Setting) -> bool:
        return not any(target in one.drives for one in self.block.exposed.values())

    def fill(self) -> None:
        self.outside = QLineEdit()
        self.line(_("Name on the block"), self.outside)

    def turn(self) -> None:
        self.outside.setText(self.chosen()[0].name)

    def applied(self, graph: Graph, name: str) -> Graph:
        return edits.expose(graph, name, self.target, self.outside.text().strip())


class Differing(_InnerChoice):
    """Gives one copy its own value."""

    title = marked("Let a copy differ")
    about = marked("Only this copy has the value; all others stay as they are inside the block.")

    def fill(self) -> None:
        self.number = NumberField(low=1)
        self.number.setText("1")
        self.line(_("Number of the copy"), self.number)
        self._row = self.line(_("Its value"), QWidget())
        self._editor: Editor | None = None
        self._value: Any = None

    def turn(self) -> None:
        setting, value = self.chosen()
        if self._editor is not None:
            self._row.removeWidget(self._editor)
            self._editor.deleteLater()
        self._editor = EDITORS[setting.kind](setting)
        self._editor.show_value(value)
        self._editor.edited.connect(self._take)
        self._row.addWidget(self._editor, 1)
        for field in reversed(self._editor.fields()):
            QWidget.setTabOrder(self.number, field)
        self._value = value

    def _take(self, value: Any) -> None:
        self._value = value

    def applied(self, graph: Graph, name: str) -> Graph:
        number = _whole(self.number.text(), self.block.repeat)
        value = self.chosen()[0].in_words().check(self._value)
        return edits.override(graph, name, number - 1, self.target, value)


class Growing(_InnerChoice):
    """Lets a setting grow evenly over the copies."""

    title = marked("Let a setting grow")
    about = marked(
        "It grows evenly from the first copy to the last, such as drop path in ConvNeXt."
    )

    def offers(self, _target: str, setting: Setting) -> bool:
        return setting.kind == "number"

    def fill(self) -> None:
        self.first, self.last = NumberField(whole=False), NumberField(whole=False)
        self.line(_("In the first copy"), self.first)
        self.line(_("In the last copy"), self.last)

    def turn(self) -> None:
        value = self.chosen()[1]
        self.first.setText(f"{value or 0:g}")
        self.last.setText(f"{value or 0:g}")

    def applied(self, graph: Graph, name: str) -> Graph:
        setting = self.chosen()[0].in_words()
        ends = (setting.check(_real(field.text())) for field in (self.first, self.last))
        return edits.ramp(graph, name, self.target, *ends)


def _whole(text: str, most: int) -> int:
    if text.strip().isdecimal() and 1 <= int(text) <= most:
        return int(text)
    raise SettingError(
        _("There is no copy {number}; they are counted from 1 to {most}.").format(
            number=text, most=most
        )
    )


def _real(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
