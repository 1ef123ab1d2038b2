"""How a whole network is painted from afar: blocks and lines, by tile, all of one color in one go.

What a tile shows is sorted by color once and kept until a card or wire in it changes, so that a
frame costs a few calls and no Python for each card.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.ui import theme
from studio.ui.canvas.card import ground
from studio.ui.canvas.edge_item import EdgeItem
from studio.ui.canvas.face import Face
from studio.ui.canvas.node_item import NodeItem
from studio.ui.tokens import Theme, mixed

_SIDE = 3000.0
_TINY = 0.07
"""Below this zoom, lines between neighboring cards are shorter than three pixels."""
_SHORT = 41.0
Item = NodeItem | EdgeItem


@dataclass
class _Batch:
    """What one tile shows: cards, frames around cards, and wires, by color."""

    cards: dict[int, list[QRectF]] = field(default_factory=dict)
    frames: dict[int, list[QRectF]] = field(default_factory=dict)
    lines: dict[int, list[QLineF]] = field(default_factory=dict)
    long: dict[int, list[QLineF]] = field(default_factory=dict)
    """Those lines that can be seen from very far."""
    cover: QRectF = field(default_factory=QRectF)


class _Tile:
    def __init__(self) -> None:
        self.items: dict[Item, None] = {}
        self.batch: _Batch | None = None

    def ready(self, look: Theme) -> _Batch:
        if self.batch is None:
            self.batch = _batch(self.items, look)
        return self.batch


class Overview:
    """The cards and wires of a page, ready to be painted from afar."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], _Tile] = {}
        self._homes: dict[Item, _Tile] = {}
        self._stale: dict[_Tile, None] = {}
        self._outdated = QRectF()

    def put(self, item: Item) -> None:
        """Place a card or wire that came, or moved."""
        corner = item.card.topLeft() if isinstance(item, NodeItem) else item.corners[0]
        place = (int(corner.x() // _SIDE), int(corner.y() // _SIDE))
        home = self._tiles.get(place)
        if home is None:
            home = self._tiles[place] = _Tile()
        old = self._homes.get(item)
        if old is not home:
            if old is not None:
                old.items.pop(item)
                self._outdate(old)
            home.items[item] = None
            self._homes[item] = home
        self._outdate(home)

    def drop(self, item: Item) -> None:
        """Take a card or wire away, if it is there."""
        home = self._homes.pop(item, None)
        if home is not None:
            home.items.pop(item)
            self._outdate(home)

    def touch(self, item: Item) -> None:
        """Take note that a card or wire looks different."""
        home = self._homes.get(item)
        if home is not None:
            self._outdate(home)

    def clear(self) -> None:
        """Forget all cards and wires."""
        self.restyle()
        self._tiles.clear()
        self._homes.clear()

    def restyle(self) -> None:
        """Take note that everything looks different."""
        for tile in self._tiles.values():
            self._outdate(tile)

    def outdated(self) -> QRectF:
        """Return what has to be painted anew since this was asked last."""
        look = theme.current()
        for tile in self._stale:
            self._outdated |= tile.ready(look).cover
        found, self._outdated = self._outdated, QRectF()
        self._stale.clear()
        return found

    def _outdate(self, tile: _Tile) -> None:
        if tile.batch is not None:
            self._outdated |= tile.batch.cover
            tile.batch = None
        self._stale[tile] = None

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint what touches an area; painter and area are in scene coordinates."""
        tiny = painter.worldTransform().m11() < _TINY
        batches = [batch for batch in self._batches() if batch.cover.intersects(area)]
        for batch in batches:
            for color, lines in (batch.long if tiny else batch.lines).items():
                painter.setPen(_pen(color, 1))
                painter.drawLines(lines)
        _fill(painter, batches)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for batch in batches:
            for color, boxes in batch.frames.items():
                painter.setPen(_pen(color, 2))
                painter.drawRects(boxes)

    def paint_cards(self, painter: QPainter) -> None:
        """Paint all cards, and nothing else."""
        _fill(painter, self._batches())

    def _batches(self) -> list[_Batch]:
        look = theme.current()
        return [tile.ready(look) for tile in self._tiles.values() if tile.items]


def color_of(item: NodeItem, look: Theme) -> QColor:
    """Return the color of a node seen from afar: its family's, iced when frozen."""
    face = item.face
    return ground(face, look) if face.heat else _family(face.group, bool(face.frozen), look.name)


def _fill(painter: QPainter, batches: Iterable[_Batch]) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for batch in batches:
        for color, boxes in batch.cards.items():
            painter.setBrush(QColor.fromRgba(color))
            painter.drawRects(boxes)


def _batch(items: Iterable[Item], look: Theme) -> _Batch:
    made = _Batch()
    for item in items:
        if isinstance(item, EdgeItem):
            color = item.color.rgba()
            made.lines.setdefault(color, []).extend(item.pieces)
            seen = [piece for piece in item.pieces if piece.length() > _SHORT]
            made.long.setdefault(color, []).extend(seen)
            made.cover |= item.boundingRect()
            continue
        face, box = item.face, item.card
        made.cards.setdefault(color_of(item, look).rgba(), []).append(box)
        made.cover |= box.adjusted(-4, -4, 4, 4)
        if face.selected or face.severity or face.frozen:
            made.frames.setdefault(_frame(face, look).rgba(), []).append(box)
    return made


def _pen(color: int, width: float) -> QPen:
    pen = QPen(QColor.fromRgba(color), width)
    pen.setCosmetic(True)
    return pen


@lru_cache(maxsize=1024)
def _family(group: str, frozen: bool, _theme: str) -> QColor:  # noqa: FBT001
    look = theme.current()
    color, share = (look.ice, 0.42) if frozen else (look.hue(group), 0.62)
    return mixed(look.bg0, color, share)


def _frame(face: Face, look: Theme) -> QColor:
    if face.selected:
        return look.accent
    if face.severity:
        return look.error if face.severity == "error" else look.warn
    return look.ice
