"""What the keys, menus and tools of the canvas do to the page."""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication

from studio.catalogue.inputs import Output
from studio.catalogue.layer import Layer
from studio.graph import command, edits
from studio.graph.block import Block, inlets
from studio.graph.layout import pinned
from studio.graph.model import Graph, Wire
from studio.signals import Signal
from studio.ui.canvas.free_room import in_free_room
from studio.ui.canvas.geometry import CARD, snapped
from studio.ui.canvas.making_room import with_room
from studio.ui.canvas.travel import Travel
from studio.ui.canvas.view import CanvasView
from studio.ui.words import kind_of
from studio.wording import _
from studio.workspace import Workspace


class Verbs(Travel):
    """The verbs of one canvas; each that edits is one step to undo."""

    def __init__(self, workspace: Workspace, view: CanvasView) -> None:
        super().__init__(workspace, view)
        self.search_asked: Signal[None] = Signal()
        self.command_asked: Signal[None] = Signal()
        self.inspect_asked: Signal[str] = Signal()
        self.rename_asked: Signal[str] = Signal()
        self.share_asked: Signal[str] = Signal()
        self.look_asked: Signal[None] = Signal()
        self.closer_asked: Signal[None] = Signal()

    def delete(self) -> None:
        """Take away the selected wire or layers; what fed these feeds what they fed."""
        names, edge = self._workspace.selection, self._view.stage.choice.edge
        if edge is not None:
            label = _("Take the wire off {target}").format(target=edge.target)
            at = (edge.target, edge.slot)
            self._workspace.edit(label, lambda graph: edits.disconnect(graph, *at))
        elif names:
            self._workspace.edit(_("Delete"), lambda graph: edits.remove(graph, names))

    def copy(self) -> None:
        """Put the selected layers on the clipboard, as text."""
        if self._workspace.selection:
            page = pinned(self._workspace.page)
            text = edits.copy(page, self._workspace.selection)
            QGuiApplication.clipboard().setText(text)

    def cut(self) -> None:
        """Copy the selected layers and take them away."""
        self.copy()
        self.delete()

    def paste(self) -> None:
        """Put the layers of the clipboard on the page."""
        text = QGuiApplication.clipboard().text()
        if text.strip():
            at = snapped(self._view.pointed()).toTuple()
            self.change(
                _("Paste"), lambda graph: in_free_room(*edits.paste(text, pinned(graph), at))
            )

    def duplicate(self) -> None:
        """Put a copy of the selected layers beside them."""
        names = self._workspace.selection
        if names:
            self.change(
                _("Duplicate"),
                lambda graph: in_free_room(*edits.duplicate(pinned(graph), names)),
            )

    def select_all(self) -> None:
        """Select every layer of the page."""
        self._workspace.select(self._workspace.page)

    def clear(self) -> None:
        """Give up what the mouse is doing, else the selection, else leave the block."""
        if self._view.mouse.cancel():
            return
        if self._workspace.selection or self._view.stage.choice.edge is not None:
            self._view.stage.choice.choose(None)
            self._workspace.select(())
        else:
            self.leave()

    def search(self) -> None:
        """Ask for a layer to add behind the selected one."""
        self.search_asked.emit(None)

    def command(self) -> None:
        """Ask for a chain of layers in words."""
        self.command_asked.emit(None)

    def freeze(self) -> None:
        """Freeze the selected layers, or thaw them when all are frozen."""
        self._workspace.toggle_frozen(self._workspace.selection)

    def group(self) -> None:
        """Put the selected layers into a block."""
        names = self._workspace.selection
        if names:
            self.change(_("Group"), lambda graph: edits.group(graph, names))

    def ungroup(self) -> None:
        """Take the selected blocks apart."""
        blocks = [name for name in self._workspace.selection if self.is_block(name)]
        for name in blocks:
            self.change(_("Ungroup"), partial(edits.ungroup, name=name))

    def open(self) -> None:
        """Open the selected block, or ask to edit the selected layer."""
        if len(self._workspace.selection) == 1:
            self.open_node(next(iter(self._workspace.selection)))

    def open_node(self, name: str) -> None:
        """Open a block; for another layer, ask for its settings."""
        if self.is_block(name):
            self._workspace.enter(name)
        else:
            self.inspect_asked.emit(name)

    def rename(self) -> None:
        """Ask for another name of the selected layer."""
        if len(self._workspace.selection) == 1:
            self.rename_asked.emit(next(iter(self._workspace.selection)))

    def share(self) -> None:
        """Ask with which layer the selected one shares its weights."""
        if len(self._workspace.selection) == 1:
            self.share_asked.emit(next(iter(self._workspace.selection)))

    def look(self) -> None:
        """Ask to look inside layers, or to end that."""
        self.look_asked.emit(None)

    def look_closer(self) -> None:
        """Ask for the keyboard to walk about in what is inside."""
        self.closer_asked.emit(None)

    def leave(self) -> None:
        """Go back to the page that holds this block."""
        location = self._workspace.location
        if location:
            self._workspace.leave(len(location) - 1)
            self._workspace.select({location[-1]})

    def add(self, layer: Layer, point: QPointF | None = None, wire: Wire | None = None) -> None:
        """Add a layer: fed by `wire` at a point, at a free point, or behind the selected layer."""
        label = _("Add {layer}").format(layer=kind_of(layer))
        if point is None:
            self.append((layer,), label)
            return
        corner = snapped(point - CARD.center())

        def edit(graph: Graph) -> Graph:
            name = edits.fresh_name(graph, layer)
            grown = edits.add(pinned(graph), layer, at=(corner.x(), corner.y()))
            grown = in_free_room(grown, [name])
            feeds = wire is not None and inlets(layer)[1] != 0
            return edits.connect(grown, wire, name) if wire is not None and feeds else grown

        self.change(label, edit)

    def insert(self, layer: Layer, target: str, slot: int) -> None:
        """Put a layer into the wire that ends at input `slot` of `target`."""
        self.change(
            _("Add {layer}").format(layer=kind_of(layer)),
            lambda graph: edits.insert_on_wire(graph, layer, target, slot),
        )

    def append(self, layers: Iterable[Layer], label: str) -> bool:
        """Add a chain of layers behind the selected or last one; returns whether it was done."""
        chain, start = tuple(layers), self.end()
        return self.change(label, lambda graph: command.apply(graph, chain, start))

    def end(self) -> str | None:
        """Return the node behind which new layers go: the selected one, else the last one."""
        anchor = self.anchor()
        if anchor is not None:
            return anchor
        page = self._workspace.page
        order = [name for name in self._workspace.page_report.order if name in page]
        outputs = [name for name in order if isinstance(page[name].layer, Output)]
        return next(iter(outputs[-1:] or order[-1:]), None)

    def change(self, label: str, edit: Callable[[Graph], Graph]) -> bool:
        """Edit the page, then select and show what is new on it; returns whether it was done."""
        before = frozenset(self._workspace.page)

        def roomy(graph: Graph) -> Graph:
            grown = edit(graph)
            return with_room(grown, [name for name in grown if name not in graph])

        if not self._workspace.edit(label, roomy):
            return False
        fresh = frozenset(self._workspace.page) - before
        if fresh:
            self._workspace.select(fresh)
            self._view.reveal(self._view.canvas.nodes[min(fresh)].card)
        return True

    def is_block(self, name: str) -> bool:
        """Return whether that node of the page is a block."""
        return name in self._workspace.page and isinstance(self._workspace.page[name].layer, Block)
