"""Pulling up a rectangle that selects the cards it touches."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsRectItem

from studio.ui import theme
from studio.ui.canvas.edge_item import EdgeItem
from studio.ui.canvas.gestures.gesture import Gesture, Stage
from studio.ui.tokens import faded

_STILL = 4.0
"""How far the mouse may go in a click, in units of the page."""


class RubberBand(Gesture):
    """Selects what it touches, in addition to what was selected when `keeps`.

    Without a pull it is a click, which selects the `wire` that was pressed.
    """

    def __init__(
        self, stage: Stage, start: QPointF, *, keeps: bool, wire: EdgeItem | None = None
    ) -> None:
        self._stage = stage
        self._start = start
        self._wire = wire
        self._pulled = False
        self._before = stage.workspace.selection
        self._kept = self._before if keeps else frozenset()
        self._band = QGraphicsRectItem()
        self._band.setZValue(20)
        look = theme.current()
        pen = QPen(look.accent, 1)
        pen.setCosmetic(True)
        self._band.setPen(pen)
        self._band.setBrush(faded(look.accent, 0.10))
        self._band.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        stage.scene.add_overlay(self._band)
        stage.choice.choose(None)
        stage.workspace.select(self._kept)

    def move(self, point: QPointF) -> None:
        area = QRectF(self._start, point).normalized()
        self._pulled = self._pulled or max(area.width(), area.height()) > _STILL
        self._band.setRect(area)
        touched = {item.name for item in self._stage.scene.near(area) if item.card.intersects(area)}
        self._stage.workspace.select(self._kept | touched)

    def end(self, point: QPointF) -> None:
        self._stage.scene.remove_overlay(self._band)
        if not self._pulled:
            self._stage.choice.choose(self._wire)

    def cancel(self) -> None:
        self._stage.scene.remove_overlay(self._band)
        self._stage.workspace.select(self._before)
