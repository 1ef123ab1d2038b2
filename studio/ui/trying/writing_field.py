"""How a text is begun that the network goes on with: typed, and written on at a press."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QWidget

from studio.datasets.dataset import Array, Dataset
from studio.datasets.known import KnownText
from studio.ui.kit import Button, Segmented
from studio.ui.trying.field import Reading
from studio.ui.trying.sentence import SentenceField
from studio.wording import _

_BOLD = {"likeliest": 0.0, "careful": 0.6, "free": 1.0}
_LINES, _LINES_BESIDE = 9, 4
"""Lines of a text that stands alone, and of one that is written of something else."""


class WritingField(SentenceField):
    """Takes how a text begins; an empty one is a beginning where it is written from its start."""

    write = Signal(bool)
    """The network shall write, or write no more."""

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        hint: str = "",
        may_be_empty: bool = False,
    ) -> None:
        super().__init__(name, parent, hint=hint)
        self._may_be_empty = may_be_empty
        self.edit.show_lines(_LINES_BESIDE if may_be_empty else _LINES)
        self.go_on = Button(_("Go on writing"), "pencil")
        self.go_on.setCheckable(True)
        manners = (("likeliest", _("Likeliest")), ("careful", _("Careful")), ("free", _("Free")))
        self.manner = Segmented(manners, _("How the next token is picked"), height=28)
        self.manner.set_value("careful")
        self.manner.setToolTip(
            _("The likeliest token each time, or one drawn by the probabilities, rare ones or not.")
        )
        self.body.addWidget(self.manner)
        self.body.addWidget(self.go_on)
        self.go_on.toggled.connect(self._turn)

    @property
    def is_writing(self) -> bool:
        """Whether the network writes at the moment."""
        return self.go_on.isChecked()

    @property
    def boldness(self) -> float:
        """How freely tokens are picked: 0 takes the likeliest, 1 draws by the probabilities."""
        return _BOLD[self.manner.value]

    def stop(self) -> None:
        """Let the network write no more."""
        self.go_on.setChecked(False)

    def show_written(self, text: str) -> None:
        """Show what was written so far."""
        self._held, self._last = None, text
        added = text[len(self.text) :] if text.startswith(self.text) else ""
        if not added:
            self.edit.setPlainText(text)
            return
        cursor = self.edit.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(added)
        self.edit.setTextCursor(cursor)

    def _turn(self, on: bool) -> None:  # noqa: FBT001  as Qt says it
        self.go_on.setText(_("Stop writing") if on else _("Go on writing"))
        self.write.emit(on)

    def _touched(self) -> None:
        self.stop()
        super()._touched()

    def _wipe(self) -> None:
        self.stop()
        super()._wipe()

    def hold(self, dataset: Dataset, index: int, sample: Array) -> None:
        """Show a text of the data; what is written beside a sample begins anew instead."""
        self.stop()
        if not self._may_be_empty:
            super().hold(dataset, index, sample)
            return
        self._held, self._last = None, ""
        self.edit.setPlainText("")

    def _reading(self) -> Reading | None:
        return self._reader(self.text) if self.text.strip() or self._may_be_empty else None

    def _told_cut(self, known: KnownText) -> str:
        return _("Of the {tokens} tokens of the text, the network sees the last {most}.").format(
            tokens=known.tokens, most=known.most
        )
