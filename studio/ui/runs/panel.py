"""The Runs page: all runs of the project, the curves of one, and what can be done with them."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.runs.history import History
from studio.ui.binding import follow
from studio.ui.judging.page import JudgePage
from studio.ui.kit import Elided, EmptyState, Hairline
from studio.ui.late import Late
from studio.ui.runs.arranging import captioned, split
from studio.ui.runs.branching import branch
from studio.ui.runs.checkpoint_dots import CheckpointDots
from studio.ui.runs.compare_page import ComparePage
from studio.ui.runs.head import RunsHead
from studio.ui.runs.leaving import Leaving
from studio.ui.runs.notes_card import NotesCard
from studio.ui.runs.number_exports import NumberExports
from studio.ui.runs.table import RunTable
from studio.ui.runs.undo_line import UndoLine
from studio.ui.services import Services
from studio.ui.training.curves import LossChart, MetricChart
from studio.ui.training.results import ResultsPanel
from studio.wording import _

_REFRESH_MS = 500
"""The least time between two looks at a run under way."""


class RunsPanel(QWidget):
    """Lists runs; names, opens, compares, continues, exports and deletes them."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._workspace, self._training = services.workspace, services.training
        self._leaving = Leaving(self._workspace, self)
        self._alone: tuple[Path, ...] = ()
        self.head, self.table, self.undo = RunsHead(), RunTable(), UndoLine()
        self.loss, self.score = LossChart(), MetricChart()
        self.dots = CheckpointDots(self.loss)
        self.notes = NotesCard(self._workspace)
        self.results = ResultsPanel(self._workspace)
        self._comparison, self._judging = Late(self._make_comparison), Late(self._make_judging)
        self.exports = NumberExports(self._workspace, self, lambda: self.table.marked)
        self.empty = EmptyState(
            "runs",
            _("No runs yet"),
            _("Every training is kept here, with its plan, curves and weights."),
        )
        self.nothing = EmptyState(
            "search", _("No run fits the search"), _("Use fewer words, or clear the search.")
        )
        self.pages, self.lists = QStackedWidget(), QStackedWidget()
        self.shown = Elided()
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(_REFRESH_MS)
        self._arrange()
        self._connect()
        self._refresh()
        self._show_history(self._workspace.history)

    @property
    def comparison(self) -> ComparePage:
        """The page of the comparison, built when it is first asked for."""
        return self._comparison.widget()

    @property
    def judging(self) -> JudgePage:
        """The page of the judgment, built when it is first asked for."""
        return self._judging.widget()

    def judge(self, folder: Path) -> None:
        """Show what a run gets wrong, and why."""
        self.judging.judge(folder, self._label(folder))
        self.pages.setCurrentWidget(self._judging)
        self.judging.head.tab.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        folder = self._workspace.run_folder
        if folder is not None and not self.table.marked:
            self.table.select_runs({folder})  # the run whose curves are shown

    def _make_judging(self) -> JudgePage:
        made = JudgePage(self._workspace)
        made.left.connect(self._leave_page)
        made.branched.connect(lambda folder: branch(self._services, folder, made))
        return made

    def _make_comparison(self) -> ComparePage:
        made = ComparePage(self._workspace)
        made.left.connect(self._leave_page)
        return made

    def _connect(self) -> None:
        head = self.head
        head.export.setMenu(self.exports.menu)
        head.search.textChanged.connect(lambda _text: self._rearrange())
        head.tree.toggled.connect(lambda _on: self._rearrange())
        head.judge.clicked.connect(self._judge)
        head.compare.clicked.connect(self._compare)
        head.branch.clicked.connect(self._branch)
        head.resume.clicked.connect(self._resume)
        head.watch.clicked.connect(self._watch)
        head.rename.clicked.connect(self._rename)
        head.reveal.clicked.connect(self._reveal)
        head.delete.clicked.connect(self._delete)
        self.table.opened.connect(self._workspace.open_run)
        self.table.picked.connect(self._show_chosen)
        self.table.removed.connect(self._delete)
        self.table.renaming.connect(self._rename)
        self.dots.picked.connect(self._branch_from)
        self.undo.button.clicked.connect(self._take_back)
        self._leaving.clock.timeout.connect(self._delete_now)
        self._clock.timeout.connect(self._follow_run)
        follow(self, self._workspace.runs_changed, lambda _none: self._refresh())
        follow(self, self._workspace.state_changed, lambda _state: self._refresh())
        follow(self, self._workspace.title_changed, lambda _name: self._refresh())
        follow(self, self._workspace.history_changed, self._show_history)

    def _arrange(self) -> None:
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.head, Hairline(), self.undo):
            column.addWidget(widget)
        column.addWidget(self.lists, 1)
        for view in (self.table, self.nothing):
            self.lists.addWidget(view)
        left = split(Qt.Orientation.Vertical, listed, captioned(self.shown, self.loss, self.score))
        left.setSizes([520, 320])
        side = QWidget()
        side.setMinimumWidth(256)
        below = QVBoxLayout(side)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self.notes)
        below.addWidget(self.results, 1)
        whole = split(Qt.Orientation.Horizontal, left, side)
        whole.setSizes([1000, 330])
        whole.setStretchFactor(0, 1)
        for page in (self.empty, whole, self._comparison, self._judging):
            self.pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def _refresh(self) -> None:
        workspace, leaving = self._workspace, self._leaving.folders
        alone = () if workspace.is_training else workspace.living_runs()
        self._alone = tuple(life.folder for life in alone)
        running = workspace.run_folder if workspace.is_training else next(iter(self._alone), None)
        runs = tuple(run for run in workspace.runs() if run.folder not in leaving)
        self.table.show_runs(runs, running)
        self._follow_run()
        if not self._shows_other_page({run.folder for run in runs}):
            self.pages.setCurrentIndex(1 if runs or leaving else 0)
        self._say_whether_found()
        self._offer()
        self._show_history(workspace.history)

    def _shows_other_page(self, folders: set[Path]) -> bool:
        """Whether a run is judged, or a comparison is shown whose runs are all still there."""
        if self.pages.currentWidget() is self._judging:
            return True
        if self.pages.currentWidget() is not self._comparison:
            return False
        return {one.folder for one in self.comparison.runs} <= folders

    def _rearrange(self) -> None:
        wanted = replace(
            self.table.arrangement,
            search=self.head.search.text(),
            as_tree=self.head.tree.isChecked(),
        )
        self.table.arrange(wanted)
        self._say_whether_found()
        self._offer()

    def _say_whether_found(self) -> None:
        nothing = bool(self.table.arrangement.search.strip()) and not self.table.shown.rows
        self.lists.setCurrentIndex(1 if nothing else 0)

    def _show_chosen(self) -> None:
        """Show the curves of the row that was selected, unless a run is under way."""
        self._offer()
        run, workspace = self.table.chosen, self._workspace
        if run is None or run.status == "broken" or workspace.is_training:
            return
        if run.folder != workspace.run_folder:
            workspace.open_run(run.folder)

    def _offer(self) -> None:
        marked, running = self.table.marked, self.table.shown.running
        under_way = any(run.folder == running for run in marked)
        run = self.table.chosen
        alone = run is not None and run.folder in self._alone
        idle = not self._workspace.is_training
        self.head.offer(marked, idle=idle, running=under_way or alone, alone=alone)
        self.notes.show_run(run.folder if run is not None else None)

    def _compare(self) -> None:
        folders = [run.folder for run in self.table.marked if run.status != "broken"]
        if self.comparison.show_runs(folders):
            self.pages.setCurrentWidget(self._comparison)
            self.comparison.tab.setFocus()

    def _judge(self) -> None:
        run = self.table.chosen
        if run is not None:
            self.judge(run.folder)

    def _leave_page(self) -> None:
        self.pages.setCurrentIndex(1)
        self._refresh()
        self.table.setFocus()

    def _branch(self) -> None:
        run = self.table.chosen
        if run is not None:
            branch(self._services, run.folder, self)

    def _branch_from(self, checkpoint: str) -> None:
        branch(self._services, self._workspace.run_folder, self, checkpoint)

    def _resume(self) -> None:
        run = self.table.chosen
        if run is None:
            return
        try:
            self._training.start(self._workspace.run_request(run.folder, resume=True))
        except StudioError as refusal:
            self._workspace.refuse(refusal)

    def _watch(self) -> None:
        run = self.table.chosen
        if run is not None:
            self._training.attach(run.folder)

    def _rename(self) -> None:
        if self.table.chosen is not None:
            self.notes.rename()

    def _reveal(self) -> None:
        run = self.table.chosen
        if run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.folder)))

    def _delete(self) -> None:
        runs = self.table.marked
        if not runs or not self.head.delete.isEnabled():
            return
        self._leaving.begin(run.folder for run in runs)
        self.undo.show_names([run.label for run in runs])
        self._refresh()

    def _take_back(self) -> None:
        self._leaving.take_back()
        self.undo.hide()
        self._refresh()

    def _delete_now(self) -> None:
        self.undo.hide()
        self._leaving.carry_out()

    def _show_history(self, history: History | None) -> None:
        folder = self._workspace.run_folder
        if folder is not None and folder in self._leaving.folders:
            folder = history = None
        self.shown.setText(
            _("Curves and results of {name}").format(name=self._label(folder))
            if folder is not None
            else _("Select a run to see its curves and results.")
        )
        for view in (self.loss, self.score, self.results):
            view.show_history(history)
        self.dots.show_run(folder, history)
        if not self._clock.isActive():
            self._follow_run()

    def _label(self, folder: Path) -> str:
        """Return what the run of a folder is called."""
        known = (run.label for run in self.table.shown.runs if run.folder == folder)
        return next(known, folder.name)

    def _follow_run(self) -> None:
        """Bring the row of the run under way up to date, now and then."""
        history = self._workspace.history
        if self._workspace.is_training and history is not None and self.isVisible():
            self.table.shown.follow(history)
            self._clock.start()
