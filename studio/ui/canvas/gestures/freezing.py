"""Clicking the snowflake of a card."""

from PySide6.QtCore import QPointF

from studio.ui.canvas.gestures.gesture import Gesture, Stage


class Freezing(Gesture):
    """Freezes or thaws one node when the button is released where it was pressed."""

    def __init__(self, stage: Stage, name: str) -> None:
        self._stage = stage
        self._name = name

    def move(self, point: QPointF) -> None:
        """Nothing follows the mouse."""

    def end(self, point: QPointF) -> None:
        item = self._stage.scene.nodes.get(self._name)
        if item is not None and item.is_snowflake(point):
            self._stage.workspace.toggle_frozen({self._name})

    def cancel(self) -> None:
        """Nothing was changed yet."""
