"""The Runs page: all runs of the project, the curves of one, and what can be done with it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.runs.history import History
from studio.ui.binding import follow
from studio.ui.kit import (
    Button,
    Card,
    Elided,
    EmptyState,
    Hairline,
    Heading,
    Label,
    QuietButton,
    ToolButton,
)
from studio.ui.runs.leaving import Leaving
from studio.ui.runs.table import RunTable
from studio.ui.services import Services
from studio.ui.training.curves import LossChart, MetricChart
from studio.ui.training.results import ResultsPanel
from studio.wording import _

_REFRESH_MS = 500
"""The least time between two looks at a run under way."""


class RunsPanel(QWidget):
    """Lists runs; opens, continues and deletes them."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._training = services.workspace, services.training
        self._leaving = Leaving(self._workspace, self)
        self.table = RunTable()
        self.open = Button(_("Show curves"), "chart")
        self.again = Button(_("Train again from this run"), "train")
        self.resume = Button(_("Resume"), "play")
        self.reveal = ToolButton("folder", _("Show the folder of this run"), side=30)
        self.delete = ToolButton("trash", _("Delete this run"), side=30)
        self.undo = _UndoLine()
        self.loss, self.score = LossChart(), MetricChart()
        self.results = ResultsPanel(self._workspace)
        self.empty = EmptyState(
            "runs",
            _("No runs yet"),
            _("Every training is kept here, with its plan, curves and weights."),
        )
        self.pages = QStackedWidget()
        self.shown = Elided()
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(_REFRESH_MS)
        self._arrange()
        self._connect()
        self._refresh()
        self._show_history(self._workspace.history)

    def _connect(self) -> None:
        self.table.opened.connect(self._workspace.open_run)
        self.table.picked.connect(self._show_chosen)
        self.table.removed.connect(self._delete)
        self.open.clicked.connect(lambda: self._with_chosen(self._workspace.open_run))
        self.again.clicked.connect(lambda: self._with_chosen(self._train_again))
        self.resume.clicked.connect(lambda: self._with_chosen(self._resume))
        self.reveal.clicked.connect(lambda: self._with_chosen(_show_folder))
        self.delete.clicked.connect(self._delete)
        self.undo.button.clicked.connect(self._take_back)
        self._leaving.clock.timeout.connect(self._delete_now)
        self._clock.timeout.connect(self._follow_run)
        follow(self, self._workspace.runs_changed, lambda _none: self._refresh())
        follow(self, self._workspace.state_changed, lambda _state: self._refresh())
        follow(self, self._workspace.title_changed, lambda _name: self._refresh())
        follow(self, self._workspace.history_changed, self._show_history)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 12, 8)
        head.setSpacing(8)
        head.addWidget(Heading(_("Runs")))
        head.addStretch(1)
        for widget in (self.open, self.again, self.resume, self.reveal, self.delete):
            head.addWidget(widget)
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Hairline())
        column.addWidget(self.undo)
        column.addWidget(self.table, 1)
        left = _split(Qt.Orientation.Vertical, listed, self._curves())
        left.setSizes([520, 320])
        self.results.setMinimumWidth(280)
        whole = _split(Qt.Orientation.Horizontal, left, self.results)
        whole.setSizes([1000, 330])
        whole.setStretchFactor(0, 1)
        for page in (self.empty, whole):
            self.pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def _curves(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.loss, 1)
        row.addWidget(self.score, 1)
        column = QVBoxLayout(made)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.shown)
        column.addLayout(row, 1)
        return made

    def _refresh(self) -> None:
        workspace = self._workspace
        running = workspace.run_folder if workspace.is_training else None
        leaving = self._leaving.folder
        runs = tuple(run for run in workspace.runs() if run.folder != leaving)
        self.table.show_runs(runs, running)
        self._follow_run()
        self.pages.setCurrentIndex(1 if runs or leaving else 0)
        self._offer()
        self._show_history(workspace.history)

    def _show_chosen(self) -> None:
        """Show the curves of the row that was selected, unless a run is under way."""
        self._offer()
        run = self.table.chosen
        if run is not None and self.open.isEnabled() and run.folder != self._workspace.run_folder:
            self._workspace.open_run(run.folder)

    def _offer(self) -> None:
        run, idle = self.table.chosen, not self._workspace.is_training
        whole = run is not None and run.status != "broken"
        for button in (self.open, self.again):
            button.setEnabled(whole and idle)
        unfinished = run is not None and run.status in {"stopped", "interrupted", "finished early"}
        self.resume.setEnabled(unfinished and idle)
        self.resume.setVisible(unfinished)
        self.reveal.setEnabled(run is not None)
        running = run is not None and run.folder == self.table.shown.running
        self.delete.setEnabled(run is not None and not running)

    def _with_chosen(self, action: Callable[[Path], object]) -> None:
        run = self.table.chosen
        if run is not None:
            action(run.folder)

    def _train_again(self, folder: Path) -> None:
        self._start(folder, resume=False)

    def _resume(self, folder: Path) -> None:
        self._start(folder, resume=True)

    def _start(self, folder: Path, *, resume: bool) -> None:
        try:
            request = self._workspace.run_request(folder, resume=resume)
        except StudioError as refusal:
            self._workspace.refuse(refusal)
            return
        self._training.start(request)

    def _delete(self) -> None:
        run = self.table.chosen
        if run is None or not self.delete.isEnabled():
            return
        self._leaving.begin(run.folder)
        self.undo.show_name(run.name)
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
        if folder is not None and folder == self._leaving.folder:
            folder = history = None
        self.shown.setText(
            _("Curves and results of {name}").format(name=folder.name)
            if folder is not None
            else _("Select a run to see its curves and results.")
        )
        for view in (self.loss, self.score, self.results):
            view.show_history(history)
        if not self._clock.isActive():
            self._follow_run()

    def _follow_run(self) -> None:
        """Bring the row of the run under way up to date, now and then."""
        history = self._workspace.history
        if self._workspace.is_training and history is not None and self.isVisible():
            self.table.shown.follow(history)
            self._clock.start()


class _UndoLine(Card):
    """Says that a run was deleted, with the way back."""

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

    def show_name(self, name: str) -> None:
        """Say which run was deleted."""
        self.text.setText(_("{name} was deleted.").format(name=name))
        self.show()


def _show_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _split(orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
    made = QSplitter(orientation)
    made.setHandleWidth(1)
    made.setChildrenCollapsible(False)
    for widget in widgets:
        made.addWidget(widget)
    return made
