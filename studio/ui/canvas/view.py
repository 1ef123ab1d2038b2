"""The canvas under the mouse: what presses, keys, wheels and drops on the page lead to."""

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from studio.ui.canvas.geometry import REACH
from studio.ui.canvas.gestures.gesture import Ask, Stage
from studio.ui.canvas.gestures.palette_drop import PaletteDrop, carried
from studio.ui.canvas.lens import Lens
from studio.ui.canvas.mouse import Mouse
from studio.ui.canvas.node_item import NodeItem
from studio.ui.canvas.port_names import input_tip, output_tip
from studio.ui.canvas.teaching import lesson
from studio.ui.canvas.wire_choice import WireChoice
from studio.wording import _
from studio.workspace import Workspace

_DRAGS = {
    QEvent.Type.DragEnter,
    QEvent.Type.DragMove,
    QEvent.Type.DragLeave,
    QEvent.Type.Drop,
}


class CanvasView(Lens):
    """Turns what the user does on the page into gestures."""

    def __init__(self, workspace: Workspace, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.stage = Stage(workspace, self.canvas, ask, WireChoice(workspace, self.canvas))
        self.mouse = Mouse(self, self.stage)
        self._drop: PaletteDrop | None = None
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mouse.double_click(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.mouse.leave()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.mouse.space = True
            self.mouse.show_cursor()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.mouse.space = False
            self.mouse.show_cursor()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_to(self.zoom * 1.0016 ** (turned.y() or turned.x()), event.position())
        else:
            step = event.pixelDelta() if not event.pixelDelta().isNull() else turned * 0.5
            across = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier) and not step.x()
            self.scroll_by(-QPointF(step.y(), 0) if across else -QPointF(step))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Take drops also where a tool floats: Qt brings those to the view, not its viewport."""
        if event.type() in _DRAGS:
            return self.viewportEvent(event)
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_to(self.zoom * (1 + event.value()), event.position())
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        return super().viewportEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        layer = carried(event.mimeData())
        if layer is not None:
            self._drop = PaletteDrop(self.stage, layer)
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._drop is not None:
            self._drop.move(self.scene_point(event.position()))
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        if self._drop is not None:
            self._drop.cancel()
            self._drop = None

    def dropEvent(self, event: QDropEvent) -> None:
        if self._drop is not None:
            self._drop.end(self.scene_point(event.position()))
            self._drop = None
            self.setFocus()
            event.acceptProposedAction()

    def _show_tip(self, event: QHelpEvent) -> None:
        point = self.scene_point(QPointF(event.pos()))
        QToolTip.showText(event.globalPos(), self.tip_at(point), self.viewport())

    def tip_at(self, point: QPointF) -> str:
        """Return what the tooltip says at a point of the page."""
        item = self.canvas.node_at(point, REACH)
        if item is not None:
            text = "" if self.detail.overview else _port_tip(item, point)
            inside = item.card.contains(point)
            return text or (lesson(item, self.stage.workspace.page) if inside else "")
        wire = self.canvas.wire_at(point)
        return wire.problem if wire and wire.problem else self._tie_tip(point)

    def _tie_tip(self, point: QPointF) -> str:
        pair = self.ties.at(point)
        if pair is None:
            return ""
        return _("{one} shares weights with {other}").format(one=pair[0], other=pair[1])


def _port_tip(item: NodeItem, point: QPointF) -> str:
    slot = item.output_at(point)
    if slot is not None:
        return output_tip(item.node, item.facts, slot, item.face.outputs)
    slot = item.input_at(point)
    if slot is not None:
        return input_tip(item.node, item.facts, slot, item.face.inputs)
    return ""
