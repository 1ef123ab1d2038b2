"""How a text is given: typed, with what the network does not know marked under the hand."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from studio.datasets.dataset import Array, Dataset
from studio.datasets.known import KnownText
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.kit import Note
from studio.ui.trying.field import Field, Reading
from studio.wording import _

if TYPE_CHECKING:
    from studio.runs.trying import Tryout

ARROW, _BAR = " → ", " | "
"""Stand between two sentences in the texts of a data set: one is written of the other, or both are
compared.
"""
_LINES = 5
_NAMED = 5
"""Unknown words that are named one by one."""


class SentenceField(Field):
    """Takes a text; every keystroke counts."""

    def __init__(
        self, name: str, parent: QWidget | None = None, *, hint: str = "", separator: str = " "
    ) -> None:
        super().__init__(name, parent)
        self._separator = separator
        self.edit = _Edit(hint or _("Type a sentence"))
        self.edit.setAccessibleName(hint or _("Type a sentence"))
        self.marks = _Marks(self.edit.document())
        self.told = Note()
        self.told.hide()
        self.body.addWidget(self.edit)
        self.body.addWidget(self.told)
        self._last = ""
        self.edit.textChanged.connect(self._follow)

    @property
    def text(self) -> str:
        """What is typed."""
        return self.edit.toPlainText()

    @property
    def called(self) -> str:
        return " ".join(self.text.split())[:60]

    def set_text(self, text: str) -> None:
        """Show a text as if it were typed."""
        self.edit.setPlainText(text)

    def show_known(self, text: str, known: KnownText | None) -> None:
        """Mark what is unknown, unless something else is typed meanwhile."""
        if text != self.text or known is None:
            return
        self.marks.show_places(known.strange)
        words = list(dict.fromkeys(text[start:end] for start, end in known.strange))
        sentences = [_unknown(words)] if words else []
        if known.cut:
            sentences.append(self._told_cut(known))
        self.told.setText(" ".join(sentences))
        self.told.setVisible(bool(sentences))

    def _told_cut(self, known: KnownText) -> str:
        return _("The text has {tokens} tokens; the network sees the first {most}.").format(
            tokens=known.tokens, most=known.most
        )

    def _reading(self) -> Reading | None:
        lines = self.text.strip().splitlines()
        return self._reader(self._separator.join(lines)) if lines else None

    def _reader(self, text: str) -> Reading:
        name = self.name

        def read(tryout: "Tryout") -> Array:
            return tryout.typed(name, text)

        return read

    def _show(self, dataset: Dataset, index: int, _sample: Array) -> None:
        said = dataset.texts[index] if len(dataset.texts) else ""
        if dataset.more_inputs:  # the text is followed by what is written of it
            said = said.partition(ARROW)[0]
        self._last = said if self._separator == " " else said.replace(_BAR, "\n", 1)
        self.edit.setPlainText(self._last)

    def _wipe(self) -> None:
        self._last = ""
        self.edit.setPlainText("")
        self._forget_marks()

    def _follow(self) -> None:
        if self.text != self._last:  # a new mark is a change of the document, but none of the text
            self._last = self.text
            self._forget_marks()
            self._touched()

    def _forget_marks(self) -> None:
        if not self.text.strip():
            self.marks.show_places(())
            self.told.hide()


def _unknown(words: list[str]) -> str:
    named = ", ".join(f"“{word}”" for word in words[:_NAMED])
    if len(words) > _NAMED:
        return _("The network never learned {words} and {count} more.").format(
            words=named, count=len(words) - _NAMED
        )
    return _("The network never learned {words}.").format(words=named)


class _Edit(QPlainTextEdit):
    """A few lines; Tab leaves it."""

    def __init__(self, hint: str) -> None:
        super().__init__()
        self._lines = _LINES
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self.setFont(theme.font(13))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_lines(self, lines: int) -> None:
        """Have room for so many lines."""
        self._lines = lines
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(220, self._lines * self.fontMetrics().lineSpacing() + 20)


class _Marks(QSyntaxHighlighter):
    """Underlines some places of a document."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._places: tuple[tuple[int, int], ...] = ()
        follow(self, theme.changed, lambda _look: self.rehighlight())

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Where the marked words begin and end."""
        return self._places

    def show_places(self, places: tuple[tuple[int, int], ...]) -> None:
        """Mark these places and no others."""
        if places != self._places:
            self._places = places
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        form = QTextCharFormat()
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        form.setUnderlineColor(theme.current().warn)
        form.setForeground(theme.current().warn)
        before = self.currentBlock().position()
        for start, end in self._places:
            if start < before + len(text) and end > before:
                self.setFormat(
                    max(0, start - before), min(end, before + len(text)) - max(start, before), form
                )
