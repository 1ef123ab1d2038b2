"""Which gesture a press of the mouse begins."""

from PySide6.QtCore import QPointF, QRectF, Qt

from studio.graph.model import Wire
from studio.ui.canvas.geometry import REACH
from studio.ui.canvas.gestures.freezing import Freezing
from studio.ui.canvas.gestures.gesture import Gesture, Stage
from studio.ui.canvas.gestures.moving import Moving
from studio.ui.canvas.gestures.rubber_band import RubberBand
from studio.ui.canvas.gestures.wiring import Wiring
from studio.ui.canvas.node_item import NodeItem

_ADDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def begun(
    stage: Stage, point: QPointF, modifiers: Qt.KeyboardModifier, *, ports: bool = True
) -> Gesture:
    """Return the gesture that a press of the left button at `point` begins.

    From afar (`ports` is False) ports and snowflakes cannot be seen, so they cannot be pressed.
    """
    wiring = pulled(stage, point) if ports else None
    if wiring is not None:
        return wiring
    item = stage.scene.node_at(point)
    adds = bool(modifiers & _ADDS)
    if item is None:
        wire = stage.scene.wire_at(point) if ports and not adds else None
        return RubberBand(stage, point, keeps=adds, wire=wire)
    if ports and item.is_snowflake(point):
        return Freezing(stage, item.name)
    return _moving(stage, item, point, adds=adds)


def pulled(stage: Stage, point: QPointF) -> Wiring | None:
    """Return the pulling of a wire from the port at `point`, or None if there is no such port."""
    for item in stage.scene.near(_around(point)):
        slot = item.output_at(point)
        if slot is not None:
            return Wiring(stage, Wire(item.name, slot))
        slot = item.input_at(point)
        sources = stage.workspace.page[item.name].sources
        wire = sources[slot] if slot is not None and slot < len(sources) else None
        if slot is not None and wire is not None and wire.node in stage.scene.nodes:
            return Wiring(stage, wire, (item.name, slot))
    return None


def _around(point: QPointF) -> QRectF:
    return QRectF(point.x() - REACH, point.y() - REACH, 2 * REACH, 2 * REACH)


def _moving(stage: Stage, item: NodeItem, point: QPointF, *, adds: bool) -> Moving:
    workspace = stage.workspace
    if adds:
        workspace.select(workspace.selection ^ {item.name})
    elif item.name not in workspace.selection:
        workspace.select({item.name})
    return Moving(stage, workspace.selection | {item.name}, item.name, point, narrows=not adds)
