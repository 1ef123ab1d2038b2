"""How the network will be trained: the form of the plan, with the schedule as a picture."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.datasets.dataset import Dataset
from studio.training.plan import Plan
from studio.ui.binding import follow
from studio.ui.form import Form, Many
from studio.ui.kit import Caption, Hairline, QuietButton, ToolButton
from studio.ui.late import Late
from studio.ui.side_panel import SidePanel
from studio.ui.training.augment_preview import AugmentPreview
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
        self._advanced = Late(self._make_advanced)
        self.preview = SchedulePreview()
        self.find_rate = QuietButton(_("Find a learning rate…"), "chart")
        self.find_rate.setToolTip(
            _("Tries many rates for a moment and shows at which one the loss falls fastest.")
        )
        self.reset = ToolButton("reset", _("Back to the first values"))
        self.fold = QuietButton(_("More settings"), "chevron_right")
        self.fold.setCheckable(True)
        self.isolation = IsolationRow(workspace)
        self.note = Caption(_("for the next run"))
        self.note.setToolTip(_("A run is under way; changes count from the next run."))
        self.caption = Caption("")
        self._arrange()
        self.basics.changed.connect(lambda plan, _name: workspace.set_plan(plan))
        self.reset.clicked.connect(lambda: workspace.set_plan(Plan(targets=workspace.plan.targets)))
        self.fold.toggled.connect(self._unfold)
        follow(self, workspace.plan_changed, self._show_plan)
        follow(self, workspace.dataset_changed, self._show_dataset)
        follow(self, workspace.state_changed, self._show_state)
        self._show_plan(workspace.plan)
        self._show_state(workspace.state)
        self._unfold(on=False)

    @property
    def advanced(self) -> Form:
        """The settings that are folded away, built when they are first asked for."""
        return self._advanced.widget()

    def _make_advanced(self) -> Form:
        form = Form(self._workspace.plan, hidden=(*BASICS, *ELSEWHERE))
        form.changed.connect(lambda plan, _name: self._workspace.set_plan(plan))
        augment = form.row("augment").editor
        assert isinstance(augment, Many)
        augment.column.addWidget(AugmentPreview(self._workspace))
        return form

    def _arrange(self) -> None:
        self.head.insertSpacing(1, 8)
        self.head.insertWidget(2, self.note)
        self.head.addWidget(self.reset)
        self.body.setContentsMargins(16, 12, 16, 10)
        for widget in (self.basics, self.caption, self.preview):
            self.body.addWidget(widget)
        self.body.addWidget(self.find_rate, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(Hairline())
        below = QVBoxLayout()
        below.setSpacing(2)
        below.addWidget(self.isolation)
        below.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addLayout(below)
        self.body.addWidget(self._advanced)
        self.body.addStretch(1)

    def _unfold(self, on: bool) -> None:  # noqa: FBT001  Qt calls it so
        self._advanced.setVisible(on)
        self.fold.set_icon("chevron_down" if on else "chevron_right")

    def _show_plan(self, plan: Plan) -> None:
        for form in (self.basics, self._advanced.made):
            if form is not None and form.value != plan:
                form.show_value(plan)
        self.reset.setEnabled(plan != Plan(targets=plan.targets))
        self.caption.setText(
            _("Learning rate by the schedule, before any ticks")
            if plan.ticks
            else _("Learning rate over the run")
        )
        self._show_dataset(self._workspace.dataset)

    def _show_dataset(self, _dataset: Dataset | None) -> None:
        split = self._workspace.split
        samples = len(split.train) if split is not None else _GUESSED_SAMPLES
        self.preview.show_plan(self._workspace.plan, samples)

    def _show_state(self, state: State) -> None:
        self.note.setVisible(state is not State.IDLE)
        self.find_rate.setEnabled(state is State.IDLE)
