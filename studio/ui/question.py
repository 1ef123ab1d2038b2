"""How the window asks before it does something that cannot be taken back."""

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.kit import Button, Heading, Note, PrimaryButton


def ask(parent: QWidget, title: str, sentence: str, answers: Sequence[tuple[str, str]]) -> str:
    """Return the key of the answer chosen from (key, words); Escape means the last one.

    The first answer is the suggested one: it stands out, and Enter takes it.
    """
    dialog = Question(parent, title, sentence, answers)
    dialog.exec()
    return dialog.answer


class Question(QDialog):
    """A sentence with a button for each answer."""

    def __init__(
        self, parent: QWidget, title: str, sentence: str, answers: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(parent)
        self.answer = answers[-1][0]
        self.setWindowTitle(title)
        self.setMinimumWidth(400)
        note = Note(sentence)
        note.set_tone("text2")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(Heading(title))
        column.addWidget(note)
        column.addSpacing(12)
        column.addLayout(self._buttons(answers))

    def _buttons(self, answers: Sequence[tuple[str, str]]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for index, (key, words) in reversed(list(enumerate(answers))):
            button = PrimaryButton(words) if index == 0 else Button(words)
            button.setDefault(index == 0)
            button.setObjectName(key)
            button.clicked.connect(lambda _checked=False, key=key: self._choose(key))
            row.addWidget(button)
        return row

    def _choose(self, key: str) -> None:
        self.answer = key
        self.accept()
