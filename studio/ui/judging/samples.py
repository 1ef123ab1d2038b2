"""Samples with what was answered to them: pictures in pages, texts and rows as a table."""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.datasets.corrections import Corrections
from studio.runs.judging.answers import Indices
from studio.runs.judging.judgment import Judgment
from studio.ui.data.browser import is_drawn
from studio.ui.data.cells import Cells
from studio.ui.data.samples import SampleGrid, pages
from studio.ui.judging.correcting import CorrectionLine
from studio.ui.judging.table import AnswerTable
from studio.ui.judging.wording import caption
from studio.ui.kit import Caption, EmptyState, Note, ToolButton, scrolled
from studio.wording import _, full

_NONE: Indices = np.zeros(0, np.int64)
_WORDS = 76
"""Pixels down for the whole text of a sample; a longer one scrolls."""


class AnsweredSamples(QWidget):
    """Shows samples of a judgment, and lets one of them be corrected."""

    corrected = Signal(object)
    """The `Corrections` from now on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._judgment: Judgment | None = None
        self._samples: Indices = _NONE
        self._before: Judgment | None = None
        self._chosen: int | None = None
        self._page = 0
        self.can_correct = False
        self.grid, self.table = SampleGrid(), AnswerTable()
        self.grid.reserve(lines=2)
        self.nothing = EmptyState("check_circle", _("No such samples"))
        self.kinds = QStackedWidget()
        for view in (self.grid, self.table, self.nothing):
            self.kinds.addWidget(view)
        self.line = CorrectionLine()
        self.words = Note()
        self.words.set_tone("text")
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._whole_text = scrolled(self.words)
        self._whole_text.setFixedHeight(_WORDS)
        self.count = Caption()
        self.earlier = ToolButton("chevron_left", _("Earlier samples"))
        self.later = ToolButton("chevron_right", _("More samples"))
        self._arrange()
        self._listen()

    @property
    def samples(self) -> Indices:
        """The samples that are shown, on all pages."""
        return self._samples

    def show_samples(
        self, judgment: Judgment, samples: Indices, before: Judgment | None = None
    ) -> None:
        """Show these samples, perhaps with what was answered `before`.

        The page and the chosen sample stay where they are still there.
        """
        self._before = before
        anew = not np.array_equal(samples, self._samples)
        self._judgment, self._samples = judgment, samples
        if anew:
            self._page = 0
            self._chosen = self._chosen if self._chosen in samples else None
        self._turn(0)

    def hint_at(self, sentence: str) -> None:
        """Say what to do where there are no samples; the sentence is not yet translated."""
        self.nothing.note.setText(_(sentence))
        self.nothing.note.setVisible(bool(sentence))

    def _listen(self) -> None:
        self.grid.resized.connect(lambda: self._turn(0))
        self.grid.picked.connect(self._choose_place)
        self.table.selectionModel().currentRowChanged.connect(
            lambda now, _before: self._choose(now.row())
        )
        self.line.corrected.connect(self._correct)
        self.earlier.clicked.connect(lambda: self._turn(-1))
        self.later.clicked.connect(lambda: self._turn(1))

    def _turn(self, by: int) -> None:
        judgment, total = self._judgment, len(self._samples)
        if judgment is None:
            return
        drawn, first, last = is_drawn(judgment.dataset), 0, total
        self.kinds.setCurrentWidget(  # first, as only what is shown knows how much it holds
            self.nothing if not total else self.grid if drawn else self.table
        )
        if drawn:
            capacity = self.grid.capacity
            self._page = max(0, min(self._page + by, pages(total, capacity) - 1))
            first = self._page * capacity
            last = min(first + capacity, total)
            shown = self._samples[first:last]
            captions = [caption(judgment, sample, self._before) for sample in shown.tolist()]
            self.grid.show_samples(judgment.dataset, shown, captions)
            self._frame()
        else:
            self.table.show_samples(judgment, self._samples, self._before)
        self._show_count(first, last, total, paged=drawn)
        self._show_chosen(judgment)

    def _show_chosen(self, judgment: Judgment) -> None:
        """Say what is known of the chosen sample, and all of its text if it is one."""
        self.line.show_sample(judgment, self._chosen, can_correct=self.can_correct)
        self.line.setVisible(len(self._samples) > 0)
        cells = Cells(judgment.dataset, as_found=True)
        words = cells.words(self._chosen) if self._chosen is not None else ""
        self._whole_text.setVisible(bool(words))
        self.words.setText(words)

    def _show_count(self, first: int, last: int, total: int, *, paged: bool) -> None:
        told = _("{first}–{last} of {total}").format(
            first=full(min(first + 1, total)), last=full(last), total=full(total)
        )
        self.count.setText(told if total else "")
        for button, on in ((self.earlier, first > 0), (self.later, last < total)):
            button.setEnabled(on)
            button.setVisible(paged and total > 0)

    def _correct(self, corrections: Corrections) -> None:
        """Pass on what was corrected; the keyboard stays here though the buttons may vanish."""
        (self.grid if self.grid.isVisible() else self.table).setFocus()
        self.corrected.emit(corrections)

    def _choose_place(self, place: int) -> None:
        self._choose(self._page * self.grid.capacity + place)
        self._frame()

    def _choose(self, place: int) -> None:
        if self._judgment is not None and 0 <= place < len(self._samples):
            self._chosen = int(self._samples[place])
            self._show_chosen(self._judgment)

    def _frame(self) -> None:
        """Frame the chosen sample, if it is on this page."""
        found = np.flatnonzero(self._samples == self._chosen) if self._chosen is not None else _NONE
        place = int(found[0]) - self._page * self.grid.capacity if len(found) else -1
        self.grid.choose(place)

    def _arrange(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.line, 1)
        for tool in (self.count, self.earlier, self.later):
            foot.addWidget(tool)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.kinds, 1)
        column.addWidget(self._whole_text)
        column.addLayout(foot)
