"""How the network will be trained: the form of the plan, with the schedule as a picture."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.datasets.dataset import Dataset
from studio.training.plan import Plan
from studio.ui.binding import follow
from studio.ui.form import Form
from studio.ui.kit import Caption, Hairline, Note, QuietButton, ToolButton
from studio.ui.side_panel import SidePanel
from studio.ui.training.isolation_row import IsolationRow
from studio.ui.training.schedule_preview import SchedulePreview
from studio.wording import _
from studio.workspace import State, Workspace

BASICS = ("epochs", "batch_size", "optimizer", "schedule")
ELSEWHERE = ("ticks",)
"""Settings that the timeline shows."""
_GUESSED_SAMPLES = 10_000


class PlanPanel(SidePanel):
    """The plan of the next run; what is rarely touched is folded away."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(_("Plan"), parent)
        self._workspace = workspace
        names = tuple(Plan.declared)
        rest = tuple(name for name in names if name not in BASICS)
        self.basics = Form(workspace.plan, hidden=rest)
        self.advanced = Form(workspace.plan, hidden=(*BASICS, *ELSEWHERE))
        self.preview = SchedulePreview()
        self.find_rate = QuietButton(_("Find a learning rate…"), "chart")
        self.find_rate.setToolTip(
            _("Tries many rates for a moment and shows at which one the loss falls fastest.")
        )
        self.reset = ToolButton("reset", _("Back to the first values"))
        self.fold = QuietButton(_("More settings"), "chevron_right")
        self.fold.setCheckable(True)
        self.isolation = IsolationRow(workspace)
        self.note = Note(_("A run is under way; changes count from the next run."))
        self._arrange()
        for form in (self.basics, self.advanced):
            form.changed.connect(lambda plan, _name: workspace.set_plan(plan))
        self.reset.clicked.connect(lambda: workspace.set_plan(Plan(targets=workspace.plan.targets)))
        self.fold.toggled.connect(self._unfold)
        follow(self, workspace.plan_changed, self._show_plan)
        follow(self, workspace.dataset_changed, self._show_dataset)
        follow(self, workspace.state_changed, self._show_state)
        self._show_plan(workspace.plan)
        self._show_state(workspace.state)
        self._unfold(on=False)

    def _arrange(self) -> None:
        self.head.addWidget(self.reset)
        self.body.setContentsMargins(16, 12, 16, 10)
        for widget in (self.note, self.basics, Caption(_("Learning rate over the run"))):
            self.body.addWidget(widget)
        self.body.addWidget(self.preview)
        self.body.addWidget(self.find_rate, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(Hairline())
        below = QVBoxLayout()
        below.setSpacing(2)
        below.addWidget(self.isolation)
        below.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addLayout(below)
        self.body.addWidget(self.advanced)
        self.body.addStretch(1)

    def _unfold(self, on: bool) -> None:  # noqa: FBT001  Qt calls it so
        self.advanced.setVisible(on)
        self.fold.set_icon("chevron_down" if on else "chevron_right")

    def _show_plan(self, plan: Plan) -> None:
        for form in (self.basics, self.advanced):
            if form.value != plan:
                form.show_value(plan)
        self.reset.setEnabled(plan != Plan(targets=plan.targets))
        self._show_dataset(self._workspace.dataset)

    def _show_dataset(self, _dataset: Dataset | None) -> None:
        split = self._workspace.split
        samples = len(split.train) if split is not None else _GUESSED_SAMPLES
        self.preview.show_plan(self._workspace.plan, samples)

    def _show_state(self, state: State) -> None:
        self.note.setVisible(state is not State.IDLE)
        self.find_rate.setEnabled(state is State.IDLE)
