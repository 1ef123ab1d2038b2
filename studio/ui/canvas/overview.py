"""How a whole network is painted from afar: blocks and lines, all of one color in one go."""

from collections.abc import Collection, Iterable
from functools import lru_cache

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.ui import theme
from studio.ui.canvas.card import ground
from studio.ui.canvas.edge_item import EdgeItem
from studio.ui.canvas.face import Face
from studio.ui.canvas.node_item import NodeItem
from studio.ui.tokens import Theme, mixed


def paint_overview(
    painter: QPainter, nodes: Collection[NodeItem], wires: Iterable[EdgeItem]
) -> None:
    """Paint the network; the painter is in scene coordinates."""
    look = theme.current()
    _paint_wires(painter, wires)
    painter.setPen(Qt.PenStyle.NoPen)
    for color, boxes in sorted_cards(nodes, look).items():
        painter.setBrush(QColor.fromRgba(color))
        painter.drawRects(boxes)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, boxes in _frames(nodes, look).items():
        pen = QPen(QColor.fromRgba(color), 2)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawRects(boxes)


def color_of(item: NodeItem, look: Theme) -> QColor:
    """Return the color of a node seen from afar: its family's, iced when frozen."""
    return ground(item.face, look) if item.face.heat else _plain(item.face, look.name)


def sorted_cards(nodes: Iterable[NodeItem], look: Theme) -> dict[int, list[QRectF]]:
    """Return the cards by the color they have from afar."""
    fills: dict[int, list[QRectF]] = {}
    for item in nodes:
        fills.setdefault(color_of(item, look).rgba(), []).append(item.card)
    return fills


@lru_cache(maxsize=1024)
def _family(group: str, frozen: bool, _theme: str) -> QColor:  # noqa: FBT001
    look = theme.current()
    color, share = (look.ice, 0.42) if frozen else (look.hue(group), 0.62)
    return mixed(look.bg0, color, share)


def _plain(face: Face, name: str) -> QColor:
    return _family(face.group, bool(face.frozen), name)


def _paint_wires(painter: QPainter, wires: Iterable[EdgeItem]) -> None:
    lines: dict[int, list[QLineF]] = {}
    for wire in wires:
        lines.setdefault(wire.color.rgba(), []).extend(wire.pieces)
    for color, pieces in lines.items():
        pen = QPen(QColor.fromRgba(color), 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLines(pieces)


def _frames(nodes: Iterable[NodeItem], look: Theme) -> dict[int, list[QRectF]]:
    frames: dict[int, list[QRectF]] = {}
    for item in nodes:
        face = item.face
        if face.selected or face.severity or face.frozen:
            frames.setdefault(_frame(face, look).rgba(), []).append(item.card)
    return frames


def _frame(face: Face, look: Theme) -> QColor:
    if face.selected:
        return look.accent
    if face.severity:
        return look.error if face.severity == "error" else look.warn
    return look.ice
