"""The page on which a network is trained: the plan, the curves, and what came out."""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.runs.history import History
from studio.ui.binding import follow
from studio.ui.kit import Hairline, QuietButton, Segmented, scrolled
from studio.ui.late import Late
from studio.ui.preflight import PreflightStrip
from studio.ui.runs.branching import branch
from studio.ui.runs.checkpoint_dots import CheckpointDots
from studio.ui.services import Services
from studio.ui.training.broken_card import BrokenCard
from studio.ui.training.curves import LossChart, MetricChart, RateChart
from studio.ui.training.heat_card import HeatCard
from studio.ui.training.interrupted_card import InterruptedCard
from studio.ui.training.plan_panel import PlanPanel
from studio.ui.training.progress import ProgressCard
from studio.ui.training.queue.panel import QueuePanel
from studio.ui.training.rates.dialog import RateDialog
from studio.ui.training.results import ResultsPanel
from studio.ui.training.timeline.card import TimelineCard
from studio.ui.trying.panel import TryPanel
from studio.wording import _

_LEFT, _RIGHT = 290, 330
_NARROWEST, _MARGIN = 480, 12
_ROOM_FOR_ALL = 580
_ROOM_FOR_BOTH = 720
_ROOM_FOR_ONE = 520
_LOWEST = 388
"""Height of the card of the run with readable curves below it; what is lower scrolls."""

_Pair = tuple[QWidget, QWidget]
_Panel = TypeVar("_Panel", TryPanel, QueuePanel)


class TrainPage(QWidget):
    """What it takes above; plan at the left, live curves in the middle, results at the right."""

    revealed = Signal()
    """A layer was selected that the canvas should show."""
    looked = Signal()
    """Layers should be looked into, with the sample that is tried."""
    judged = Signal()
    """The mistakes of the run that is shown should be seen."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        workspace = services.workspace
        self._services = services
        self.plan = PlanPanel(workspace)
        self.plan.find_rate.clicked.connect(self._find_rate)
        self.rates: RateDialog | None = None
        self.progress = ProgressCard(workspace)
        self.loss, self.score, self.rate = LossChart(), MetricChart(), RateChart()
        self.dots = CheckpointDots(self.loss)
        self.dots.picked.connect(self._branch)
        self.heat = HeatCard()
        self.results = ResultsPanel(workspace)
        self._trial = Late(lambda: self._with_way_inside(TryPanel(workspace)))
        self._queue = Late(lambda: self._with_way_back(QueuePanel(services)))
        self.right = QStackedWidget()
        self.to_trial = QuietButton(_("Try it"), "flask")
        self.to_queue = QuietButton(_("Queue"), "queue")
        self.to_inside = QuietButton(_("Look inside"), "eye")
        self.to_inside.setToolTip(_("See on the canvas what each layer does with this sample."))
        self.to_inside.clicked.connect(self.looked)
        self.timeline = TimelineCard(workspace)
        self.middle = _Middle(
            (self.progress, self.rate), (self.loss, self.score), (self.heat, self.timeline)
        )
        self.broken = BrokenCard(workspace)
        self.broken.revealed.connect(self.revealed)
        self.interrupted = InterruptedCard(services)
        self.preflight = PreflightStrip(services)
        self._arrange()
        self._listen()

    @property
    def trial(self) -> TryPanel:
        """Where one sample is tried, built when it is first asked for."""
        return self._trial.widget()

    @property
    def queue(self) -> QueuePanel:
        """The runs that wait, built when it is first asked for."""
        return self._queue.widget()

    def _listen(self) -> None:
        workspace = self._services.workspace
        follow(self, workspace.history_changed, self._show_history)
        follow(self, workspace.queue.changed, lambda _entries: self._count_queue())
        self._show_history(workspace.history)
        self._count_queue()

    def _arrange(self) -> None:
        self.plan.setMinimumWidth(250)
        self.right.setMinimumWidth(280)
        self._fill_right()
        whole = QSplitter(Qt.Orientation.Horizontal)
        whole.setHandleWidth(1)
        whole.setChildrenCollapsible(False)
        for widget in (self.plan, _below((self.interrupted, self.broken), self.middle), self.right):
            whole.addWidget(widget)
        whole.setStretchFactor(1, 1)
        whole.setSizes([_LEFT, 1000, _RIGHT])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.preflight)
        outer.addWidget(Hairline())
        outer.addWidget(whole, 1)

    def _fill_right(self) -> None:
        """Lay the three panels of the right over each other, with the ways between them."""
        for panel in (self.results, self._trial, self._queue):
            self.right.addWidget(panel)
        self.to_judgment = QuietButton(_("Judge…"), "target")
        self.to_judgment.setToolTip(
            _("See what this run gets wrong: class by class, and sample by sample.")
        )
        self.results.head.addWidget(self.to_judgment)
        self.to_judgment.clicked.connect(self.judged)
        for button, panel in ((self.to_trial, self._trial), (self.to_queue, self._queue)):
            self.results.head.addWidget(button)
            button.clicked.connect(lambda _on, panel=panel: self._turn_to(panel))

    def _with_way_back(self, panel: _Panel) -> _Panel:
        """Give a panel the button that leads back to the results."""
        back = QuietButton(_("Results"), "arrow_left")
        back.clicked.connect(lambda: self._turn_to(self.results))
        panel.head.addWidget(back)
        return panel

    def _with_way_inside(self, panel: TryPanel) -> TryPanel:
        """Give the panel the button that shows what the layers do with its sample."""
        panel.head.addWidget(self.to_inside)
        return self._with_way_back(panel)

    def _show_history(self, history: History | None) -> None:
        for card in (self.loss, self.score, self.rate, self.heat, self.timeline):
            card.show_history(history)
        self.dots.show_run(self._services.workspace.run_folder, history)
        ended = history is not None and history.ended is not None
        self.to_judgment.setVisible(ended and self._services.workspace.run_folder is not None)

    def _branch(self, checkpoint: str) -> None:
        branch(self._services, self._services.workspace.run_folder, self, checkpoint)

    def _find_rate(self) -> None:
        """Open the search for a learning rate; the data must be there and the network sound."""
        workspace = self._services.workspace
        try:
            request = workspace.run_request()
        except StudioError as refusal:
            workspace.refuse(refusal)
            return
        self.rates = RateDialog(workspace, request, self._services.engine, self)
        self.rates.finished.connect(self.rates.deleteLater)
        self.rates.open()

    def show_queue(self) -> None:
        """Show the runs that wait in place of the results."""
        self._turn_to(self._queue)

    def _count_queue(self) -> None:
        """Say at the way to the queue how many runs wait there."""
        waiting = len(self._services.workspace.queue.waiting)
        self.to_queue.setText(_("Queue ({count})").format(count=waiting) if waiting else _("Queue"))

    def _turn_to(self, panel: QWidget) -> None:
        if isinstance(panel, Late):
            panel.widget()  # built before the turn, so that no empty panel is seen
        self.right.setCurrentWidget(panel)


def _below(reports: Sequence[QWidget], rest: QWidget) -> QWidget:
    """Return reports, which are not always there, with all the rest below them."""
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setContentsMargins(_MARGIN, 12, _MARGIN, 0)
    column.setSpacing(12)
    for report in reports:
        column.addWidget(report)
    column.addWidget(rest, 1)
    made = scrolled(inner)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setMinimumWidth(_NARROWEST)
    return made


class _Middle(QWidget):
    """The cards in rows; where it is narrow, the learning rate gives way: the plan shows it too.

    Where it is low, the two cards of the layers share one place, and a switch says which is seen;
    where a report takes their room, they wait.
    """

    def __init__(self, top: _Pair, curves: _Pair, layers: _Pair) -> None:
        super().__init__()
        self.setAccessibleName(_("Curves"))
        self.setMinimumWidth(_NARROWEST - 2 * _MARGIN)
        self._spare, self._layers = top[1], layers
        seen = (("heat", _("Layers over time")), ("timeline", _("Timeline")))
        self.turn = Segmented(seen, _("What is shown of the layers"), height=26)
        self.turn.chosen.connect(lambda _key: self._share())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(12)
        for pair, stretch in ((top, 0), (curves, 5)):
            row = QHBoxLayout()
            row.setSpacing(12)
            for card in pair:
                row.addWidget(card, 1)
            column.addLayout(row, stretch)
        column.addWidget(self.turn, 0, Qt.AlignmentFlag.AlignLeft)
        for card, stretch in zip(layers, (4, 3), strict=True):
            column.addWidget(card, stretch)
        self._share()  # a page that was never shown must not ask for more room than the window has

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST - 2 * _MARGIN, _LOWEST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._spare.setVisible(self.width() >= _ROOM_FOR_ALL)
        self._share()
        super().resizeEvent(event)

    def _share(self) -> None:
        """Show both cards of the layers, or the one that was asked for, or none."""
        low, full = self.height() < _ROOM_FOR_BOTH, self.height() < _ROOM_FOR_ONE
        self.turn.setVisible(low and not full)
        heat, timeline = self._layers
        heat.setVisible(not full and (not low or self.turn.value != "timeline"))
        timeline.setVisible(not full and (not low or self.turn.value == "timeline"))
