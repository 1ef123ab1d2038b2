"""How presses, moves and releases of the mouse become gestures."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

from studio.signals import Signal
from studio.ui.canvas.gestures.choose import begun
from studio.ui.canvas.gestures.gesture import Gesture, Stage
from studio.ui.canvas.gestures.panning import Panning
from studio.ui.canvas.node_item import NodeItem

if TYPE_CHECKING:
    from studio.ui.canvas.view import CanvasView


class Mouse:
    """The gesture that is under way on one view, and the card the mouse is over."""

    def __init__(self, view: "CanvasView", stage: Stage) -> None:
        self._view = view
        self._stage = stage
        self.gesture: Gesture | None = None
        self.hand = False
        """Whether the hand tool is chosen: the left button pans."""
        self.space = False
        self._over: str | None = None
        self.opened: Signal[str] = Signal()
        """Told the node that was double-clicked."""

    def press(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        if self.gesture is not None:
            self.cancel()
            return
        button = event.button()
        pans = button == Qt.MouseButton.MiddleButton or self.hand or self.space
        if pans:
            self.gesture = Panning(self._view, event.position())
            self._view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif button == Qt.MouseButton.LeftButton:
            self.gesture = begun(
                self._stage,
                self._scene_point(event),
                event.modifiers(),
                ports=not self._view.detail.overview,
            )

    def move(self, event: QMouseEvent) -> None:
        """Go on with the gesture, or light up what the mouse is over."""
        if self.gesture is None:
            self._hover(self._scene_point(event))
        else:
            self.gesture.move(self._point(event))
            self._view.refresh()

    def release(self, event: QMouseEvent) -> None:
        """End the gesture."""
        if self.gesture is not None:
            gesture, point = self.gesture, self._point(event)
            self.gesture = None
            gesture.end(point)
            self.show_cursor()

    def double_click(self, event: QMouseEvent) -> None:
        """Open a card, or ask for a layer to put on an empty place."""
        point = self._scene_point(event)
        item = self._stage.scene.node_at(point)
        if item is None:
            self._stage.ask(point, None)
        elif not item.is_snowflake(point):
            self.opened.emit(item.name)

    def cancel(self) -> bool:
        """Give up the gesture; returns whether there was one."""
        if self.gesture is None:
            return False
        self.gesture.cancel()
        self.gesture = None
        self.show_cursor()
        return True

    def leave(self) -> None:
        """Forget the card the mouse was over."""
        self._light(None)

    def show_cursor(self) -> None:
        """Show the cursor of the tool in use."""
        pans = self.hand or self.space
        shape = Qt.CursorShape.OpenHandCursor if pans else Qt.CursorShape.ArrowCursor
        self._view.viewport().setCursor(shape)

    def _point(self, event: QMouseEvent) -> QPointF:
        panning = isinstance(self.gesture, Panning)
        return event.position() if panning else self._scene_point(event)

    def _scene_point(self, event: QMouseEvent) -> QPointF:
        return self._view.scene_point(event.position())

    def _hover(self, point: QPointF) -> None:
        item = None if self._view.detail.overview else self._stage.scene.node_at(point, 10)
        self._light(item)
        if self.hand or self.space:
            return
        shape = _cursor(item, point)
        if item is None and not self._view.detail.overview and self._stage.scene.wire_at(point):
            shape = Qt.CursorShape.PointingHandCursor
        self._view.viewport().setCursor(shape)

    def _light(self, item: NodeItem | None) -> None:
        before = self._stage.scene.nodes.get(self._over or "")
        if before is not None and before is not item:
            before.light(hovered=False)
        self._over = item.name if item else None
        if item is not None:
            item.light(hovered=True)


def _cursor(item: NodeItem | None, point: QPointF) -> Qt.CursorShape:
    if item is None:
        return Qt.CursorShape.ArrowCursor
    if item.output_at(point) is not None:
        return Qt.CursorShape.CrossCursor
    if item.is_snowflake(point):
        return Qt.CursorShape.PointingHandCursor
    return Qt.CursorShape.ArrowCursor
