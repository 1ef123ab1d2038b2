"""The page on which a network is trained: the plan, the curves, and what came out."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.runs.history import History
from studio.ui.binding import follow
from studio.ui.kit import Hairline, QuietButton, Segmented
from studio.ui.preflight import PreflightStrip
from studio.ui.services import Services
from studio.ui.training.curves import LossChart, MetricChart, RateChart
from studio.ui.training.heat_card import HeatCard
from studio.ui.training.plan_panel import PlanPanel
from studio.ui.training.progress import ProgressCard
from studio.ui.training.results import ResultsPanel
from studio.ui.training.timeline.card import TimelineCard
from studio.ui.training.try_panel import TryPanel
from studio.wording import _

_LEFT, _RIGHT = 290, 330
_ROOM_FOR_ALL = 580
_ROOM_FOR_BOTH = 720

_Pair = tuple[QWidget, QWidget]


class TrainPage(QWidget):
    """What it takes above; plan at the left, live curves in the middle, results at the right."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        workspace = services.workspace
        self.plan = PlanPanel(workspace)
        self.progress = ProgressCard(workspace)
        self.loss, self.score, self.rate = LossChart(), MetricChart(), RateChart()
        self.heat = HeatCard()
        self.results, self.trial = ResultsPanel(workspace), TryPanel(workspace)
        self.right = QStackedWidget()
        self.to_trial = QuietButton(_("Try it"), "flask")
        self.to_results = QuietButton(_("Results"), "arrow_left")
        self.timeline = TimelineCard(workspace)
        self.middle = _Middle(
            (self.progress, self.rate), (self.loss, self.score), (self.heat, self.timeline)
        )
        self.preflight = PreflightStrip(services)
        self._arrange()
        follow(self, workspace.history_changed, self._show_history)
        self._show_history(workspace.history)

    def _arrange(self) -> None:
        self.plan.setMinimumWidth(250)
        self.right.setMinimumWidth(280)
        for panel, button, other in (
            (self.results, self.to_trial, self.trial),
            (self.trial, self.to_results, self.results),
        ):
            self.right.addWidget(panel)
            panel.head.addWidget(button)
            button.clicked.connect(lambda _on, panel=other: self._turn_to(panel))
        whole = QSplitter(Qt.Orientation.Horizontal)
        whole.setHandleWidth(1)
        whole.setChildrenCollapsible(False)
        for widget in (self.plan, self.middle, self.right):
            whole.addWidget(widget)
        whole.setStretchFactor(1, 1)
        whole.setSizes([_LEFT, 1000, _RIGHT])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.preflight)
        outer.addWidget(Hairline())
        outer.addWidget(whole, 1)

    def _show_history(self, history: History | None) -> None:
        for card in (self.loss, self.score, self.rate, self.heat, self.timeline):
            card.show_history(history)

    def _turn_to(self, panel: QWidget) -> None:
        self.right.setCurrentWidget(panel)


class _Middle(QWidget):
    """The cards in rows; where it is narrow, the learning rate gives way: the plan shows it too.

    Where it is low, the two cards of the layers share one place, and a switch says which is seen.
    """

    def __init__(self, top: _Pair, curves: _Pair, layers: _Pair) -> None:
        super().__init__()
        self.setAccessibleName(_("Curves"))
        self.setMinimumWidth(480)
        self._spare, self._layers = top[1], layers
        seen = (("heat", _("Layers over time")), ("timeline", _("Timeline")))
        self.turn = Segmented(seen, _("What is shown of the layers"), height=26)
        self.turn.chosen.connect(lambda _key: self._share())
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._spare.setVisible(self.width() >= _ROOM_FOR_ALL)
        self._share()
        super().resizeEvent(event)

    def _share(self) -> None:
        """Show both cards of the layers, or the one that was asked for."""
        low = self.height() < _ROOM_FOR_BOTH
        self.turn.setVisible(low)
        heat, timeline = self._layers
        heat.setVisible(not low or self.turn.value != "timeline")
        timeline.setVisible(not low or self.turn.value == "timeline")
