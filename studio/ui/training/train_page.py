"""The page on which a network is trained: the plan, the curves, and what came out."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.runs.history import History
from studio.ui.binding import follow
from studio.ui.kit import QuietButton
from studio.ui.services import Services
from studio.ui.training.curves import LossChart, MetricChart, RateChart
from studio.ui.training.heat_card import HeatCard
from studio.ui.training.plan_panel import PlanPanel
from studio.ui.training.progress import ProgressCard
from studio.ui.training.results import ResultsPanel
from studio.ui.training.try_panel import TryPanel
from studio.wording import _

_LEFT, _RIGHT = 290, 330


class TrainPage(QWidget):
    """Plan at the left, live curves in the middle, results at the right."""

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
        for widget in (self.plan, self._middle(), self.right):
            whole.addWidget(widget)
        whole.setStretchFactor(1, 1)
        whole.setSizes([_LEFT, 1000, _RIGHT])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(whole)

    def _middle(self) -> QWidget:
        middle = QWidget()
        middle.setAccessibleName(_("Curves"))
        grid = QGridLayout(middle)
        grid.setContentsMargins(12, 12, 12, 12)
        grid.setSpacing(12)
        grid.addWidget(self.progress, 0, 0)
        grid.addWidget(self.rate, 0, 1)
        grid.addWidget(self.loss, 1, 0)
        grid.addWidget(self.score, 1, 1)
        grid.addWidget(self.heat, 2, 0, 1, 2)
        for row, stretch in enumerate((0, 5, 4)):
            grid.setRowStretch(row, stretch)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        return middle

    def _show_history(self, history: History | None) -> None:
        for card in (self.loss, self.score, self.rate, self.heat):
            card.show_history(history)

    def _turn_to(self, panel: QWidget) -> None:
        self.right.setCurrentWidget(panel)
