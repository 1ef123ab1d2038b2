"""One line of a form: the name of a setting, its editor, and why a value is refused."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from studio.setting import Setting
from studio.ui.editors import Editor
from studio.ui.kit import Label, Note
from studio.wording import _


class Row:
    """One setting in a form: label, editor, and the sentence that refuses a bad value."""

    def __init__(
        self, setting: Setting, editor: Editor, take: Callable[[Setting, Any], None]
    ) -> None:
        self.setting = setting
        self.label = Label(setting.title)
        self.label.setWordWrap(True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.label.setMinimumHeight(30)
        self.editor = editor
        for widget in (self.label, self.editor):
            widget.setToolTip(_(setting.hint))
        self.refusal = Note()
        self.refusal.set_tone("error")
        self.refusal.hide()
        self.editor.edited.connect(lambda raw: take(setting, raw))

    def in_a_line(self) -> QHBoxLayout:
        """Return label and editor as one line in which the label has what room there is."""
        line = QHBoxLayout()
        line.addWidget(self.label, 1)
        line.addWidget(self.editor)
        return line

    @property
    def is_refused(self) -> bool:
        """Whether the field shows a value that was refused."""
        return bool(self.refusal.text())

    def show_value(self, value: Any) -> None:
        """Show a good value."""
        self.editor.show_value(value)
        self.refuse("")

    def refuse(self, sentence: str) -> None:
        """Show why the value is refused, or with "" that it is fine."""
        self.refusal.setText(sentence)
        self.refusal.setVisible(bool(sentence))
        self.editor.mark(invalid=bool(sentence))
