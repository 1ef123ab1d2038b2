"""Dropping a layer from the palette: onto the page, or into a wire that lights up."""

import json

from PySide6.QtCore import QMimeData, QPointF

from studio.catalogue.layer import CATALOGUE, Layer
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

MIME = "application/x-layerwise-layer"


def carried(data: QMimeData) -> Layer | None:
    """Return the layer that a drag brings, or None if it brings something else."""
    if not data.hasFormat(MIME):
        return None
    try:
        return CATALOGUE.member(json.loads(bytes(data.data(MIME).data())))
    except (StudioError, ValueError):
        return None


class PaletteDrop(Gesture):
    """Carries a new layer over the canvas until it is dropped."""

    def __init__(self, stage: Stage, layer: Layer) -> None:
        self._stage = stage
        self._layer = layer
        self._wire: EdgeItem | None = None

    def move(self, point: QPointF) -> None:
        takes = inlets(self._layer)[1] != 0
        self._offer(self._stage.scene.wire_at(point, 14) if takes else None)

    def end(self, point: QPointF) -> None:
        self.move(point)
        wire = self._wire
        self.cancel()
        before = frozenset(self._stage.workspace.page)
        label = _("Add {layer}").format(layer=_(self._layer.title))
        if self._stage.workspace.edit(label, lambda graph: self._dropped(graph, wire, point)):
            self._stage.workspace.select(frozenset(self._stage.workspace.page) - before)

    def cancel(self) -> None:
        self._offer(None)

    def _dropped(self, graph: Graph, wire: EdgeItem | None, point: QPointF) -> Graph:
        if wire is not None:
            name = edits.fresh_name(graph, self._layer)
            return with_room(
                edits.insert_on_wire(graph, self._layer, wire.target, wire.slot), [name]
            )
        corner = snapped(point - CARD.center())
        return edits.add(pinned(graph), self._layer, at=(corner.x(), corner.y()))

    def _offer(self, wire: EdgeItem | None) -> None:
        if wire is not self._wire:
            if self._wire:
                self._wire.offer(offered=False)
            if wire:
                wire.offer(offered=True)
            self._wire = wire
