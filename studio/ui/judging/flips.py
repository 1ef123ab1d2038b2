"""What flipped between two runs: samples that are right now and were wrong, and the reverse."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.runs.judging.judgment import Judgment
from studio.runs.judging.picking import Flips, flips
from studio.runs.store import RunSummary
from studio.ui.editors import Combo
from studio.ui.judging.asking import Asker, Question
from studio.ui.judging.samples import AnsweredSamples
from studio.ui.kit import EmptyState, Label, Segmented
from studio.wording import _


class FlipsView(QWidget):
    """Another run is chosen and asked about the same samples; its answers are compared."""

    corrected = Signal(object)
    """The `Corrections` from now on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._judgment: Judgment | None = None
        self._before: Judgment | None = None
        self.asker = Asker(self)
        self.run = Combo()
        self.run.setAccessibleName(_("Run to compare with"))
        self.run.setPlaceholderText(_("Choose a run"))
        ways = (("gained", _("Gained")), ("lost", _("Lost")))
        self.which = Segmented(ways, _("Which samples are listed"), height=28)
        self.samples = AnsweredSamples()
        self.message = EmptyState("compare", " ", " ")
        self.pages = QStackedWidget()
        self._arrange()
        self.run.activated.connect(lambda _at: self._ask())
        self.which.chosen.connect(lambda _key: self._show())
        self.asker.answered.connect(self._take)
        self.asker.refused.connect(self._refuse)
        self.samples.corrected.connect(self.corrected)

    def show_runs(self, runs: Sequence[RunSummary], present: Path) -> None:
        """Offer the other runs of the project; the chosen one stays if it is among them."""
        chosen = self.run.currentData()
        self.run.clear()
        for run in runs:
            if run.folder != present and run.status != "broken":
                self.run.addItem(run.label, run.folder)
        self.run.setCurrentIndex(self.run.findData(chosen))
        if self.run.currentIndex() < 0:
            self._before = None
            self._say_what_to_choose()

    def show_judgment(self, judgment: Judgment, *, can_correct: bool) -> None:
        """Compare another judgment; what the other run answered is kept if it still suits."""
        former, self._judgment = self._judgment, judgment
        self.samples.can_correct = can_correct
        if former is None or former.found is not judgment.found:
            self.asker.cancel()
            self._before = None
            if self.run.currentIndex() >= 0:
                self._ask()
            else:
                self._say_what_to_choose()
        self._show()

    def _ask(self) -> None:
        folder = self.run.currentData()
        if folder is None or self._judgment is None:
            return
        self._say("clock", _("Asking {name}…").format(name=self.run.currentText()))
        self.asker.ask(Question(folder, self._judgment.part, self._judgment.source))

    def _take(self, before: Judgment) -> None:
        self._before = before
        self._show()

    def _refuse(self, error: StudioError) -> None:
        self._before = None
        self._say("error", _("These runs cannot be compared"), str(error))

    def _show(self) -> None:
        now, before = self._judgment, self._before
        if now is None or before is None:
            return
        try:
            found = flips(before.corrected_by(now.corrections).answers, now.answers)
        except StudioError as error:
            self._refuse(error)
            return
        self._count(found)
        listed = found.gained if self.which.value == "gained" else found.lost
        self.samples.show_samples(now, listed, before)
        self.which.show()
        self.pages.setCurrentWidget(self.samples)

    def _count(self, found: Flips) -> None:
        self.which.set_text("gained", _("Gained ({count})").format(count=len(found.gained)))
        self.which.set_text("lost", _("Lost ({count})").format(count=len(found.lost)))

    def _say_what_to_choose(self) -> None:
        if self.run.count():
            sentence = _(
                "Choose an earlier run: you will see what this one learned and what it forgot."
            )
            self._say("compare", _("Which run to compare with?"), sentence)
        else:
            sentence = _("Train again, or branch from this run: then both can be compared.")
            self._say("compare", _("There is no other run yet"), sentence)

    def _say(self, icon: str, title: str, sentence: str = "") -> None:
        self.message.icon.show_icon(icon, "error" if icon == "error" else "text3")
        self.message.title.setText(title)
        self.message.note.setText(sentence)
        self.message.note.setVisible(bool(sentence))
        self.which.hide()
        self.pages.setCurrentWidget(self.message)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(_("Compared with")))
        self.run.setMinimumContentsLength(18)
        head.addWidget(self.run)
        head.addWidget(self.which)
        head.addStretch(1)
        for page in (self.message, self.samples):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.pages, 1)
