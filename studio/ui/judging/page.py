"""What a run gets wrong and why: its answers on a part of the data, or on others."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from studio.datasets.corrections import Corrections
from studio.errors import StudioError
from studio.runs.judging import figures
from studio.runs.judging.judgment import Judgment
from studio.ui.binding import follow
from studio.ui.judging.asking import WHOLE, Asker, Question
from studio.ui.judging.classes import ClassTable
from studio.ui.judging.curves import CurvesView
from studio.ui.judging.flips import FlipsView
from studio.ui.judging.head import JudgeHead
from studio.ui.judging.mistakes import MistakesView
from studio.ui.judging.numbers import NumbersView
from studio.ui.judging.reporting import write_report
from studio.ui.judging.wording import part_text
from studio.ui.kit import Bar, Button, EmptyState
from studio.wording import _
from studio.workspace import Workspace

_LOOK_MS = 100


class JudgePage(QWidget):
    """One run beside the samples it answered; Escape goes back."""

    left = Signal()
    """Back to the list of runs."""
    branched = Signal(object)
    """The folder of the run that shall be trained on."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._run: Path | None = None
        self._other: Path | None = None
        self.judgment: Judgment | None = None
        self.setAccessibleName(_("Judgment of a run"))
        self.asker = Asker(self)
        self.head = JudgeHead()
        self.mistakes, self.classes = MistakesView(), ClassTable()
        self.curves, self.numbers, self.flips = CurvesView(), NumbersView(), FlipsView()
        self.message = EmptyState("target", _("Asking the run…"), " ")
        self.bar, self.stop = Bar(_("Progress"), height=4), Button(_("Cancel"), "close")
        self.again = Button(_("Ask again"), "refresh")
        self.pages = QStackedWidget()
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_MS)
        self._arrange()
        self._listen()

    def judge(self, run: Path, name: str) -> None:
        """Ask a run and show what comes out."""
        if run != self._run:
            self._other = None
        self._run = run
        self.head.title.setText(_("Judgment of {name}").format(name=name))
        self._offer_runs()
        self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    @property
    def can_correct(self) -> bool:
        """Whether the samples are those of the project, so that it can keep what is corrected."""
        source = self._workspace.resolved_source
        judgment = self.judgment
        if source is None or judgment is None:
            return False
        return source.changed(corrections={}) == judgment.source

    def _listen(self) -> None:
        head = self.head
        head.back.clicked.connect(self._leave)
        head.part.chosen.connect(lambda _key: self._ask())
        head.tab.chosen.connect(self._turn)
        head.file.triggered.connect(self._choose_file)
        head.folder.triggered.connect(self._choose_folder)
        head.own.triggered.connect(lambda: self.ask_about(None))
        head.report.clicked.connect(self._report)
        head.branch.clicked.connect(lambda: self.branched.emit(self._run))
        self.again.clicked.connect(self._ask)
        self.stop.clicked.connect(self._cancel)
        self.asker.answered.connect(self._take)
        self.asker.refused.connect(self._refuse)
        self._clock.timeout.connect(self._show_progress)
        for view in (self.mistakes, self.flips):
            view.corrected.connect(self._correct)
        follow(self, self._workspace.state_changed, lambda _state: self._offer_branch())
        self._offer_branch()
        follow(self, self._workspace.source_changed, lambda _source: self._follow_source())
        follow(self, self._workspace.runs_changed, lambda _none: self._offer_runs())

    def ask_about(self, path: Path | None) -> None:
        """Judge by the samples of a file or folder, or again by those of the run."""
        self._other = path
        self._ask()

    def _ask(self) -> None:
        if self._run is None:
            return
        part = self.head.part.value if self._other is None else WHOLE
        self.head.part.setVisible(self._other is None)
        self.head.own.setEnabled(self._other is not None)
        self._say("target", _("Asking the run…"), _("Reading the samples…"))
        self.bar.show_share(0.0)
        self.bar.show()
        self.stop.show()
        self.again.hide()
        self._clock.start()
        self.asker.ask(Question(self._run, part, self._other))

    def _show_progress(self) -> None:
        done, total = self.asker.progress
        if total:
            self.bar.show_share(done / total)
            told = _("{done} of {total} samples")
            self.message.note.setText(told.format(done=f"{done:,}", total=f"{total:,}"))

    def _cancel(self) -> None:
        self.asker.cancel()
        self._clock.stop()
        self._say("target", _("Nothing is judged"), _("The run was not asked to the end."))

    def _refuse(self, error: StudioError) -> None:
        self._clock.stop()
        self._say("error", _("This cannot be judged"), str(error))

    def _say(self, icon: str, title: str, sentence: str) -> None:
        self.message.icon.show_icon(icon, "error" if icon == "error" else "text3")
        self.message.title.setText(title)
        self.message.note.setText(sentence)
        self.bar.hide()
        self.stop.hide()
        self.again.show()
        self.head.about.setText("")
        self.head.report.setEnabled(False)
        self.head.tab.setEnabled(False)
        self.pages.setCurrentWidget(self.message)

    def _take(self, judgment: Judgment) -> None:
        self._clock.stop()
        self.judgment = judgment
        self._follow_source()

    def _follow_source(self) -> None:
        """Judge by the corrections that the project has now."""
        if self.judgment is None or self.asker.is_asking:
            return
        source = self._workspace.source
        if source is not None and self.can_correct:
            self.judgment = self.judgment.corrected_by(source.corrected)
        self._show(self.judgment)

    def _show(self, judgment: Judgment) -> None:
        answers, can = judgment.answers, self.can_correct
        self.head.about.setText(part_text(judgment, other=self._other is not None))
        self.head.report.setEnabled(True)
        self.head.tab.setEnabled(True)
        self.head.offer(classes=bool(answers.classes))
        self.mistakes.show_judgment(judgment, can_correct=can)
        if answers.classes:
            marks = figures.marks(figures.confusion(answers))
            self.classes.show_marks(answers.classes, marks)
            self.curves.show_answers(answers)
            self.flips.show_judgment(judgment, can_correct=can)
        else:
            self.numbers.show_answers(answers)
        self._turn(self.head.tab.value)

    def _turn(self, key: str) -> None:
        self.pages.setCurrentWidget(self._views[key])

    def _correct(self, corrections: Corrections) -> None:
        source = self._workspace.source
        if source is not None:
            self._workspace.set_source(source.changed(corrections=corrections.written()))

    def _report(self) -> None:
        if self.judgment is not None:
            write_report(self, self._workspace, self.judgment)

    def _offer_runs(self) -> None:
        if self._run is not None:
            self.flips.show_runs(self._workspace.runs(), self._run)

    def _offer_branch(self) -> None:
        self.head.branch.setEnabled(not self._workspace.is_training)

    def _leave(self) -> None:
        self.asker.cancel()
        self.flips.asker.cancel()
        self._clock.stop()
        self.left.emit()

    def _choose_file(self) -> None:
        found, _kind = QFileDialog.getOpenFileName(self, _("The file with the data"))
        if found:
            self.ask_about(Path(found))

    def _choose_folder(self) -> None:
        found = QFileDialog.getExistingDirectory(self, _("The folder with the data"))
        if found:
            self.ask_about(Path(found))

    def _arrange(self) -> None:
        self._views = {
            "mistakes": self.mistakes,
            "classes": self.classes,
            "curves": self.curves,
            "numbers": self.numbers,
            "flips": self.flips,
        }
        self.bar.setFixedWidth(240)
        self.message.add(self.bar)
        self.message.add(self.stop)
        self.message.add(self.again)
        self.pages.setContentsMargins(16, 12, 16, 12)
        for page in (self.message, *self._views.values()):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.pages, 1)
