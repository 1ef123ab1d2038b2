"""Dragging cards: they line up with their neighbors, and a loose one drops into a wire."""

from PySide6.QtCore import QLineF, QPointF, QRectF

from studio.errors import StudioError
from studio.graph import edits
from studio.graph.model import Graph
from studio.ui.canvas.alignment import SIGHT, Guides, aligned
from studio.ui.canvas.edge_item import EdgeItem
from studio.ui.canvas.geometry import CARD, snapped
from studio.ui.canvas.gestures.gesture import Gesture, Stage
from studio.wording import _

_START = 4.0


class Moving(Gesture):
    """Drags the cards called `names`; the whole drag is one step to undo.

    A press without a drag is a click: when it `narrows`, only the held card stays selected.
    """

    def __init__(
        self, stage: Stage, names: frozenset[str], held: str, start: QPointF, *, narrows: bool
    ) -> None:
        self._stage = stage
        self._held = held
        self._narrows = narrows
        self._start = start
        self._from = {name: QPointF(stage.scene.nodes[name].pos()) for name in names}
        self._under_way = False
        self._wire: EdgeItem | None = None
        self._guides = Guides()

    def move(self, point: QPointF) -> None:
        if not self._under_way and QLineF(self._start, point).length() < _START:
            return
        if not self._under_way:
            self._under_way = True
            self._stage.scene.add_overlay(self._guides)
        wanted = snapped(self._from[self._held] + point - self._start)
        others = self._neighbors(wanted)
        place, lines = aligned(CARD.translated(wanted), others)
        self._guides.show_lines(lines)
        step = place - self._from[self._held]
        self._stage.scene.shift({name: at + step for name, at in self._from.items()})
        self._offer(self._wire_below(point))

    def end(self, point: QPointF) -> None:
        if not self._under_way:
            if self._narrows:
                self._stage.workspace.select({self._held})
            return
        wire = self._wire
        self._finish()
        places = self._stage.places()
        if wire is None:
            label = _("Move layers")
            done = self._stage.workspace.edit(label, lambda graph: edits.move(graph, places))
        else:
            label = _("Insert {name} on a wire").format(name=self._held)
            done = self._stage.workspace.edit(label, lambda graph: self._inserted(graph, wire))
        if not done:
            self._return()

    def cancel(self) -> None:
        if self._under_way:
            self._finish()
            self._return()

    def _neighbors(self, place: QPointF) -> list[QRectF]:
        card = CARD.translated(place)
        sight = card.adjusted(-SIGHT, -SIGHT, SIGHT, SIGHT)
        near = self._stage.scene.near(sight)
        return [item.card for item in near if item.name not in self._from]

    def _inserted(self, graph: Graph, wire: EdgeItem) -> Graph:
        graph = edits.move(graph, self._stage.places())
        return edits.insert_on_wire(graph, self._held, wire.target, wire.slot)

    def _wire_below(self, point: QPointF) -> EdgeItem | None:
        """Return the wire into which a single loose card would drop."""
        page = self._stage.workspace.page
        node = page[self._held]
        loose = not any(node.sources) and not page.consumers[self._held]
        if len(self._from) > 1 or not loose:
            return None
        wire = self._stage.scene.wire_at(point, 16)
        if wire is None:
            return None
        try:
            edits.insert_on_wire(page, self._held, wire.target, wire.slot)
        except StudioError:
            return None
        return wire

    def _offer(self, wire: EdgeItem | None) -> None:
        if wire is not self._wire:
            if self._wire:
                self._wire.offer(offered=False)
            if wire:
                wire.offer(offered=True)
            self._wire = wire

    def _finish(self) -> None:
        self._offer(None)
        self._under_way = False
        self._stage.scene.remove_overlay(self._guides)

    def _return(self) -> None:
        self._stage.scene.shift(self._from)
