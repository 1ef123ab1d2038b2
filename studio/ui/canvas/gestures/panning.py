"""Pulling the page about; points are those of the window, since the page moves under the mouse."""

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QGraphicsView

from studio.ui.canvas.gestures.gesture import Gesture


class Panning(Gesture):
    """Scrolls the view so that the page follows the mouse."""

    def __init__(self, view: QGraphicsView, start: QPointF) -> None:
        self._across = view.horizontalScrollBar()
        self._down = view.verticalScrollBar()
        self._start = start
        self._from = (self._across.value(), self._down.value())

    def move(self, point: QPointF) -> None:
        step = point - self._start
        self._across.setValue(self._from[0] - round(step.x()))
        self._down.setValue(self._from[1] - round(step.y()))

    def end(self, point: QPointF) -> None:
        self.move(point)

    def cancel(self) -> None:
        self._across.setValue(self._from[0])
        self._down.setValue(self._from[1])
