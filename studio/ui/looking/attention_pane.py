"""Who looks at whom in an attention layer: a matrix for each head, with the words."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.datasets.dataset import Array
from studio.runs.looking.seen import Attention, Look
from studio.ui.editors import Combo
from studio.ui.kit import Label, Note
from studio.ui.looking.choosing import fill
from studio.ui.looking.figures import ColorBar
from studio.ui.looking.matrix import MatrixView
from studio.ui.looking.padding import saying
from studio.ui.looking.shades import Scale, said
from studio.wording import _


class AttentionPane(QWidget):
    """Shows the looks of one head, or the mean of all."""

    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Attention | None = None
        self.head, self.window_box = Combo(), Combo()
        self.head.setAccessibleName(_("Attention head"))
        self.window_box.setAccessibleName(_("Window of the picture"))
        self.matrix = MatrixView(_("Who looks at whom"))
        self.bar, self.note = ColorBar(), Note()
        self.matrix.pointed.connect(self.pointed)
        self.head.currentIndexChanged.connect(lambda _index: self._show())
        self.window_box.currentIndexChanged.connect(lambda _index: self._show())
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Label(_("Attention head")))
        row.addWidget(self.head, 1)
        row.addWidget(self.window_box, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.matrix, 1)
        column.addWidget(self.bar)
        column.addWidget(self.note)

    def show_look(self, look: Look) -> None:
        """Show whom the steps look at; the head that is chosen stays."""
        if look.attention is None:
            return
        self._shown = look.attention
        windows, heads = look.attention.weights.shape[:2]
        names = [_("Mean of all heads")] if heads > 1 else []
        names += [_("Head {number}").format(number=number + 1) for number in range(heads)]
        fill(self.head, names)
        names = [_("Window {number}").format(number=number + 1) for number in range(windows)]
        fill(self.window_box, names)
        self.window_box.setVisible(windows > 1)
        self.note.setText(_remarks(look.attention))
        self.note.setVisible(bool(self.note.text()))
        self._show()

    def _show(self) -> None:
        shown = self._shown
        if shown is None or self.head.currentIndex() < 0:
            return
        weights = shown.weights[max(0, self.window_box.currentIndex())]
        at = self.head.currentIndex() - (len(weights) > 1)
        values: Array = weights.mean(0) if at < 0 else weights[at]
        sides = [words[:: shown.factor] for words in (shown.words, shown.seen_words)]
        down, across = map(saying, sides, values.shape)
        values = values[down, across]
        rows, columns = sides[0][down], sides[1][across]
        scale = Scale(0.0, float(np.nanmax(values)) or 1.0)

        def explained(row: int, column: int) -> str:
            return _("{step} looks at {seen}: {share}").format(
                step=_name(rows, row, down.start, shown.factor),
                seen=_name(columns, column, across.start, shown.factor),
                share=said(float(values[row, column])),
            )

        self.matrix.show_matrix(values, scale, (rows, columns), explained, square=True)
        self.bar.show_scale(scale)


def _name(words: tuple[str, ...], at: int, first: int, factor: int) -> str:
    if at < len(words) and words[at]:
        return f"“{words[at]}”"
    return _("step {number}").format(number=(first + at) * factor)


def _remarks(shown: Attention) -> str:
    windows, heads = shown.weights.shape[:2]
    parts = []
    if heads < shown.heads:
        parts.append(
            _("The first {shown} of {count} heads are shown.").format(
                shown=heads, count=shown.heads
            )
        )
    if windows < shown.windows:
        parts.append(
            _("The first {shown} of {count} windows are shown.").format(
                shown=windows, count=shown.windows
            )
        )
    kept = saying(shown.seen_words[:: shown.factor], shown.weights.shape[3])
    if kept.stop - kept.start < shown.weights.shape[3]:
        parts.append(_("Steps that only fill up are left out."))
    if shown.factor > 1:
        parts.append(
            _("Each value is the mean of {side} × {side} of the layer's.").format(side=shown.factor)
        )
    return " ".join(parts)
