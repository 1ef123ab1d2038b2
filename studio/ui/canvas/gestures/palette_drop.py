"""Dropping a layer from the palette: onto the page, or into a wire that lights up."""

import json

from PySide6.QtCore import QMimeData, QPointF

from studio.catalogue import CATALOGUE, Layer, Shape
from studio.errors import StudioError
from studio.graph import edits
from studio.graph.block import inlets
from studio.graph.layout import pinned
from studio.graph.model import Graph
from studio.ui.canvas.edge_item import EdgeItem
from studio.ui.canvas.geometry import CARD, snapped
from studio.ui.canvas.gestures.gesture import Gesture, Stage
from studio.ui.canvas.making_room import with_room
from studio.wording import _
from studio.workspace.offers import Offer, of_layer, offer

MIME = "application/x-layerwise-layer"


def carried(data: QMimeData) -> Offer | None:
    """Return what a drag from the palette brings, or None if it brings something else."""
    if not data.hasFormat(MIME):
        return None
    try:
        brought = json.loads(bytes(data.data(MIME).data()))
        if isinstance(brought, dict) and "offer" in brought:
            return offer(str(brought["offer"]))
        return of_layer(CATALOGUE.member(brought))
    except (StudioError, ValueError):
        return None


class PaletteDrop(Gesture):
    """Carries a new layer over the canvas until it is dropped."""

    def __init__(self, stage: Stage, chosen: Offer) -> None:
        self._stage = stage
        self._chosen = chosen
        self._layer: Layer | None = _made(stage, chosen)
        self._wire: EdgeItem | None = None

    def move(self, point: QPointF) -> None:
        takes = self._layer is not None and inlets(self._layer)[1] != 0
        self._offer(self._stage.scene.wire_at(point, 14) if takes else None)

    def end(self, point: QPointF) -> None:
        self.move(point)
        wire = self._wire
        self.cancel()
        before = frozenset(self._stage.workspace.page)
        label = _("Add {layer}").format(layer=_(self._chosen.title))
        layer = _made(self._stage, self._chosen, wire) if wire is not None else self._layer
        if layer is None:
            return
        if self._stage.workspace.edit(label, lambda graph: _dropped(graph, layer, wire, point)):
            self._stage.workspace.select(frozenset(self._stage.workspace.page) - before)

    def cancel(self) -> None:
        self._offer(None)

    def _offer(self, wire: EdgeItem | None) -> None:
        if wire is not self._wire:
            if self._wire:
                self._wire.offer(offered=False)
            if wire:
                wire.offer(offered=True)
            self._wire = wire


def _dropped(graph: Graph, layer: Layer, wire: EdgeItem | None, point: QPointF) -> Graph:
    if wire is not None:
        name = edits.fresh_name(graph, layer)
        return with_room(edits.insert_on_wire(graph, layer, wire.target, wire.slot), [name])
    corner = snapped(point - CARD.center())
    return edits.add(pinned(graph), layer, at=(corner.x(), corner.y()))


def _made(stage: Stage, chosen: Offer, wire: EdgeItem | None = None) -> Layer | None:
    """Return the layer for what the wire carries; a kept block that cannot be read is refused."""
    shapes: tuple[Shape, ...] = ()
    if wire is not None:
        source = stage.workspace.page[wire.target].sources[wire.slot]
        facts = stage.workspace.page_report.nodes.get(source.node) if source is not None else None
        shapes = facts.outputs[:1] if facts is not None else ()
    try:
        return chosen.make(*shapes)
    except StudioError as refusal:
        stage.workspace.refuse(refusal)
        return None
