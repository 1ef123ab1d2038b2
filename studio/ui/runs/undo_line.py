"""The line that says what was deleted, with the way back."""

from PySide6.QtWidgets import QHBoxLayout

from studio.ui.kit import Card, Label, QuietButton
from studio.wording import _


class UndoLine(Card):
    """Says that runs were deleted, with the way back."""

    def __init__(self) -> None:
        super().__init__(margin=6)
        self.text = Label()
        self.button = QuietButton(_("Undo"), "undo")
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 0, 0)
        row.addWidget(self.text)
        row.addStretch(1)
        row.addWidget(self.button)
        self.body.addLayout(row)
        self.hide()

    def show_names(self, names: list[str]) -> None:
        """Say which runs were deleted."""
        self.text.setText(
            _("{name} was deleted.").format(name=names[0])
            if len(names) == 1
            else _("{count} runs were deleted.").format(count=len(names))
        )
        self.show()
