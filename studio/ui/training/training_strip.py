"""The run at a glance below the canvas: progress, loss, accuracy."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.runs.history import History
from studio.ui.binding import follow
from studio.ui.training.curves import LossChart, MetricChart
from studio.ui.training.progress import ProgressCard
from studio.workspace import Workspace

_ROOM_FOR_ALL = 700


class TrainingStrip(QWidget):
    """Three cards, or two in a narrow window, that follow the run beside the network."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.progress = ProgressCard(workspace)
        self.loss, self.score = LossChart(), MetricChart()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        for card, stretch in ((self.progress, 4), (self.loss, 5), (self.score, 5)):
            row.addWidget(card, stretch)
        follow(self, workspace.history_changed, self._show_history)
        self._show_history(workspace.history)

    def sizeHint(self) -> QSize:
        return QSize(900, 268)

    def minimumSizeHint(self) -> QSize:
        return QSize(500, max(236, self.progress.minimumSizeHint().height() + 24))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.score.setVisible(self.width() >= _ROOM_FOR_ALL)
        super().resizeEvent(event)

    def _show_history(self, history: History | None) -> None:
        self.loss.show_history(history)
        self.score.show_history(history)
