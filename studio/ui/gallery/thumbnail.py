"""How a network looks as small as a stamp: its layers as colored boxes, from left to right."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from studio.graph.block import Block
from studio.graph.model import Graph, Node
from studio.graph.topology import order
from studio.ui import theme
from studio.ui.tokens import faded

_STEP, _ROW = 26.0, 40.0
"""How far boxes are apart at most, from left to right and from top to bottom."""
_LIFT = 5.0
"""How much a stacked copy sticks out."""


def draw_thumbnail(painter: QPainter, graph: Graph, room: QRectF) -> None:
    """Draw the layers of `graph` as colored boxes with their wires, fitted into `room`."""
    boxes = _boxes(graph, room)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.current().line2, 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for name, node in graph.nodes.items():
        for wire in node.sources:
            if wire is not None and wire.node in boxes:
                painter.drawPath(_wire(boxes[wire.node], boxes[name]))
    painter.setPen(Qt.PenStyle.NoPen)
    for name, box in boxes.items():
        _draw_box(painter, graph[name], box)
    painter.restore()


def _columns(graph: Graph) -> list[list[str]]:
    """Return the layers by how many come before them on the longest way."""
    level: dict[str, int] = {}
    columns: list[list[str]] = []
    for name in order(graph):
        sources = (wire.node for wire in graph[name].sources if wire is not None)
        level[name] = max((level.get(source, -1) for source in sources), default=-1) + 1
        while len(columns) <= level[name]:
            columns.append([])
        columns[level[name]].append(name)
    return columns


def _boxes(graph: Graph, room: QRectF) -> dict[str, QRectF]:
    columns = _columns(graph)
    if not columns:
        return {}
    rows = max(map(len, columns))
    across = min(_STEP, room.width() / len(columns))
    down = min(_ROW, room.height() / rows)
    wide, high = max(2.0, across * 0.62), max(3.0, min(down * 0.66, 30.0))
    left = room.center().x() - across * (len(columns) - 1) / 2
    found: dict[str, QRectF] = {}
    for index, names in enumerate(columns):
        top = room.center().y() - down * (len(names) - 1) / 2
        for row, name in enumerate(names):
            middle = QPointF(left + index * across, top + row * down)
            found[name] = QRectF(middle.x() - wide / 2, middle.y() - high / 2, wide, high)
    return found


def _wire(start: QRectF, end: QRectF) -> QPainterPath:
    """Return the line between two boxes; one that skips others bends around them."""
    first = QPointF(start.right(), start.center().y())
    last = QPointF(end.left(), end.center().y())
    path = QPainterPath(first)
    if last.x() - first.x() > start.width() * 1.4:
        bend = start.height() * 0.9
        path.quadTo((first + last) / 2 - QPointF(0, bend + abs(last.x() - first.x()) * 0.12), last)
    else:
        path.lineTo(last)
    return path


def _draw_box(painter: QPainter, node: Node, box: QRectF) -> None:
    """Draw one box; a block that repeats looks like a stack."""
    hue = theme.hue(node.layer.group)
    round_by = min(4.0, box.width() / 3)
    if isinstance(node.layer, Block) and node.layer.repeat > 1:
        for step in (2, 1):
            painter.setBrush(faded(hue, 0.25 * (3 - step)))
            lift = min(_LIFT, box.width() / 2) * step
            painter.drawRoundedRect(box.translated(lift * 0.7, -lift), round_by, round_by)
    painter.setBrush(faded(hue, 0.95))
    painter.drawRoundedRect(box, round_by, round_by)
