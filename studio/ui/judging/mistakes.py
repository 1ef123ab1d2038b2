"""Where a run is wrong: the confusion matrix, and beside it the samples of a cell or the worst."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.runs.judging import figures, picking
from studio.runs.judging.answers import Indices
from studio.runs.judging.judgment import Judgment
from studio.ui.judging.samples import AnsweredSamples
from studio.ui.kit import Card, Elided, Heading, Segmented
from studio.ui.training.confusion import ConfusionMatrix, readings
from studio.wording import Plural, _, marked

_MOST = 500
"""Samples in the list of the worst; nobody looks at more."""
_HOW_TO_CORRECT = marked(
    "Click a sample in one of the other lists to give it its right class, or to leave it out."
)


class MistakesView(QWidget):
    """The matrix at the left chooses what is listed at the right."""

    corrected = Signal(object)
    """The `Corrections` from now on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._judgment: Judgment | None = None
        self._cell: tuple[int, int] | None = None
        self.matrix = ConfusionMatrix()
        self.unit = Segmented(readings(), _("What the cells show"), height=26)
        self.unit.chosen.connect(self.matrix.show_reading)
        self.which = Segmented(self._lists(), _("Which samples are listed"), height=28)
        self.title = Elided()
        self.samples = AnsweredSamples()
        self._table = Card()
        self._arrange()
        self.matrix.picked.connect(self._pick_cell)
        self.which.chosen.connect(self._pick_list)
        self.samples.corrected.connect(self.corrected)

    def show_judgment(self, judgment: Judgment, *, can_correct: bool) -> None:
        """Show a judgment; the cell that was chosen stays where the classes are the same."""
        former, self._judgment = self._judgment, judgment
        if former is None or former.found.classes != judgment.found.classes:
            self._choose(None)
        answers = judgment.answers
        self._table.setVisible(bool(answers.classes))
        if answers.classes:
            table = figures.confusion(answers).tolist()
            self.matrix.show_counts(tuple(map(tuple, table)), answers.classes)
        self.samples.can_correct = can_correct
        self._show()

    def _lists(self) -> list[tuple[str, str]]:
        """Return what can be listed: a cell that was clicked, and the samples worth a look."""
        judgment = self._judgment
        cell = [("cell", _("This cell"))] if self._cell is not None else []
        doubtful = [("doubtful", _("Confidently wrong"))]
        if judgment is not None and not judgment.found.classes:
            doubtful = []
        count = len(judgment.corrected) if judgment is not None else 0
        corrected = _("Corrected ({count})").format(count=count) if count else _("Corrected")
        return [*cell, *doubtful, ("hardest", _("Hardest")), ("corrected", corrected)]

    def _pick_cell(self, true: int, predicted: int) -> None:
        self._choose(None if self._cell == (true, predicted) else (true, predicted))
        self._show()

    def _pick_list(self, key: str) -> None:
        if key != "cell":
            self._choose(None)
        self._show()

    def _choose(self, cell: tuple[int, int] | None) -> None:
        self._cell = cell
        self.matrix.show_cell(cell)
        self.which.set_options(self._lists())
        if cell is not None:
            self.which.set_value("cell")

    def _show(self) -> None:
        judgment = self._judgment
        if judgment is None:
            return
        self.which.set_options(self._lists())
        listed = self._listed(judgment)
        self.title.setText(self._told(judgment, len(listed)))
        is_corrected = self._cell is None and self.which.value == "corrected"
        self.samples.hint_at(_HOW_TO_CORRECT if is_corrected else "")
        self.samples.show_samples(judgment, listed)

    def _listed(self, judgment: Judgment) -> Indices:
        answers, which = judgment.answers, self.which.value
        if self._cell is not None:
            return picking.in_cell(answers, *self._cell)
        if which == "corrected":
            return judgment.corrected
        if which == "hardest":
            return picking.hardest(answers, _MOST)
        return picking.doubtful(answers, _MOST)

    def _told(self, judgment: Judgment, count: int) -> str:
        classes = judgment.found.classes
        if self._cell is not None:
            true, predicted = (classes[number] for number in self._cell)
            if true == predicted:
                text = Plural(
                    "{count} sample of {true}, known as such",
                    "{count} samples of {true}, known as such",
                )
                return text.of(count, true=true)
            text = Plural(
                "{count} sample of {true} taken for {answered}",
                "{count} samples of {true} taken for {answered}, the surest first",
            )
            return text.of(count, true=true, answered=predicted)
        sentences = {
            "doubtful": _("Wrong with great confidence: the label may be the mistake."),
            "hardest": _("The answers with the greatest loss come first."),
            "corrected": _("Corrected in this project; the files stay as they are."),
        }
        return sentences[self.which.value]

    def _arrange(self) -> None:
        over = QHBoxLayout()
        over.addWidget(Heading(_("Confusion matrix")))
        over.addStretch(1)
        over.addWidget(self.unit)
        self._table.body.addLayout(over)
        self._table.body.addWidget(self.matrix, 1)
        self._table.setMinimumWidth(320)
        beside = QVBoxLayout()
        beside.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.which)
        head.addWidget(self.title, 1)
        beside.addLayout(head)
        beside.addWidget(self.samples, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._table, 2)
        row.addLayout(beside, 3)
