"""The run at a glance below the canvas: progress, loss, accuracy."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.runs.history import History
from studio.ui.binding import follow
from studio.ui.late import Soon
from studio.ui.training.progress import ProgressCard
from studio.workspace import Workspace

if TYPE_CHECKING:
    from studio.ui.training.curves import LossChart, MetricChart

_ROOM_FOR_ALL = 700


class TrainingStrip(QWidget):
    """Three cards, or two in a narrow window, that follow the run beside the network.

    The plots come right after the first picture: their library takes longer than all the rest.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = workspace.history
        self.progress = ProgressCard(workspace)
        self._loss: Soon[LossChart] = Soon(lambda: self._chart("LossChart"))
        self._score: Soon[MetricChart] = Soon(lambda: self._chart("MetricChart"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        for card, stretch in ((self.progress, 4), (self._loss, 5), (self._score, 5)):
            row.addWidget(card, stretch)
        follow(self, workspace.history_changed, self._show_history)

    @property
    def loss(self) -> "LossChart":
        """The curve of the loss, built when it is first asked for."""
        return self._loss.widget()

    @property
    def score(self) -> "MetricChart":
        """The curve of the metric, built when it is first asked for."""
        return self._score.widget()

    def sizeHint(self) -> QSize:
        return QSize(900, 268)

    def minimumSizeHint(self) -> QSize:
        return QSize(500, max(236, self.progress.minimumSizeHint().height() + 24))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._score.setVisible(self.width() >= _ROOM_FOR_ALL)
        super().resizeEvent(event)

    def _chart(self, name: str) -> Any:
        made = getattr(import_module("studio.ui.training.curves"), name)()
        made.show_history(self._history)
        return made

    def _show_history(self, history: History | None) -> None:
        self._history = history
        for place in (self._loss, self._score):
            if place.made is not None:
                place.made.show_history(history)
