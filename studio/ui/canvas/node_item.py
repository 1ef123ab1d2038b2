"""One node on the canvas: a picture of its card that is drawn once and copied to the screen."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from studio.analysis.report import Finding, NodeFacts
from studio.graph.model import Node
from studio.ui import theme
from studio.ui.canvas.card import ground
from studio.ui.canvas.card_cache import CardCache
from studio.ui.canvas.detail import Detail
from studio.ui.canvas.face import Face, face_of
from studio.ui.canvas.geometry import CARD, OUTER, REACH, SNOWFLAKE, input_port, output_port

_FLAT = QTransform()
# Smooth scaling costs several times as much, and a hundred small cards may be on their way.
_SMOOTH = QPainter.RenderHint.SmoothPixmapTransform


class NodeItem(QGraphicsItem):
    """The card of one node; it decides nothing and is moved and lit by the scene."""

    def __init__(
        self,
        name: str,
        cards: CardCache,
        detail: Detail,
        changed: Callable[["NodeItem"], object],
    ) -> None:
        """Begin at the origin with nothing to show; `changed` is told when the card looks new."""
        super().__init__()
        self._changed = changed
        self.rank = 0
        """Where it lies in a pile of cards; the highest is on top."""
        self.name = name
        self._cards = cards
        self._detail = detail
        self._told: tuple[Node, NodeFacts | None, tuple[Finding, ...]] | None = None
        self.face: Face
        self._card = QRectF(CARD)
        self.setZValue(2)

    @property
    def node(self) -> Node:
        """The node as it was last shown."""
        assert self._told is not None
        return self._told[0]

    @property
    def facts(self) -> NodeFacts | None:
        """What analysis said of it."""
        assert self._told is not None
        return self._told[1]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings about it."""
        assert self._told is not None
        return self._told[2]

    @property
    def card(self) -> QRectF:
        """Where the card lies in the scene."""
        return self._card

    @property
    def ports(self) -> tuple[int, int]:
        """How many inputs and outputs it shows; wires end elsewhere when that changes."""
        return (self.face.inputs, self.face.outputs) if self._told else (0, 0)

    def knows(self, node: Node, facts: NodeFacts | None, findings: Sequence[Finding]) -> bool:
        """Return whether the card shows the node with these facts already."""
        told = self._told
        return bool(told and told[0] is node and told[1] is facts and told[2] == tuple(findings))

    def show_node(self, node: Node, facts: NodeFacts | None, findings: Sequence[Finding]) -> bool:
        """Show the node with these facts; returns whether its look changed."""
        told = self._told
        self._told = (node, facts, tuple(findings))
        fresh = face_of(self.name, node, facts, findings)
        if told:
            fresh = replace(
                fresh,
                selected=self.face.selected,
                hovered=self.face.hovered,
                heat=self.face.heat,
                lends=self.face.lends,
            )
            if fresh == self.face:
                return False
        self.face = fresh
        self.update()
        self._changed(self)
        return True

    def light(
        self,
        *,
        selected: bool | None = None,
        hovered: bool | None = None,
        heat: int | None = None,
        lends: bool | None = None,
    ) -> None:
        """Change how the card is lit."""
        face = self.face
        fresh = replace(
            face,
            selected=face.selected if selected is None else selected,
            hovered=face.hovered if hovered is None else hovered,
            heat=face.heat if heat is None else heat,
            lends=face.lends if lends is None else lends,
        )
        if fresh != face:
            self.face = fresh
            self.setZValue(3 if fresh.selected else 2)
            self.update()
            self._changed(self)

    def place(self, corner: QPointF) -> None:
        """Put the upper left corner of the card there."""
        self.setPos(corner)
        self._card = CARD.translated(corner)

    def entry(self, slot: int) -> QPointF:
        """Return where the wire to input `slot` ends, in the scene."""
        return self.pos() + input_port(slot, self.face.inputs)

    def exit(self, slot: int) -> QPointF:
        """Return where wires from output `slot` begin, in the scene."""
        return self.pos() + output_port(slot, self.face.outputs)

    def input_at(self, point: QPointF, reach: float = REACH) -> int | None:
        """Return the input port near a point of the scene."""
        return _nearest(point, [self.entry(slot) for slot in range(self.face.inputs)], reach)

    def output_at(self, point: QPointF, reach: float = REACH) -> int | None:
        """Return the output port near a point of the scene."""
        return _nearest(point, [self.exit(slot) for slot in range(self.face.outputs)], reach)

    def is_snowflake(self, point: QPointF) -> bool:
        """Return whether a point of the scene is on the target that freezes."""
        return self.face.can_freeze and SNOWFLAKE.contains(point - self.pos())

    def boundingRect(self) -> QRectF:
        return OUTER

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(CARD.adjusted(-2, -6, 2, 6))
        return path

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        picture, sharp = self._picture()
        if picture is None:
            painter.fillRect(CARD, ground(self.face, theme.current()))
            return
        if not sharp:
            painter.setRenderHint(_SMOOTH, not self._detail.brief)
            painter.drawPixmap(OUTER, picture, QRectF(picture.rect()))
            return
        ratio, place = self._detail.ratio, painter.worldTransform()
        corner = place.map(OUTER.topLeft())
        sharp_corner = QPointF(round(corner.x() * ratio) / ratio, round(corner.y() * ratio) / ratio)
        painter.setWorldTransform(_FLAT)
        painter.drawPixmap(sharp_corner, picture)
        painter.setWorldTransform(place)

    def sharpen(self) -> bool:
        """Draw the card for exactly this zoom; returns whether that was still to be done."""
        if self._cards.has(self.face, self._detail):
            return False
        self._cards.picture(self.face, self._detail)
        self.update()
        return True

    def _picture(self) -> tuple[QPixmap | None, bool]:
        """Return the best picture there is in time, and whether it has exactly this scale."""
        detail = self._detail
        if not detail.patient:
            if detail.exact and self._cards.has(self.face, detail):
                return self._cards.picture(self.face, detail), True
            older = self._cards.latest(self.face)
            if older is not None or not detail.allowance:
                return older, False
            detail.allowance -= 1
        return self._cards.picture(self.face, detail), detail.exact


def _nearest(point: QPointF, ports: Sequence[QPointF], reach: float) -> int | None:
    distances = [(port - point).manhattanLength() for port in ports]
    if not distances or min(distances) > reach * 1.4:
        return None
    return distances.index(min(distances))
