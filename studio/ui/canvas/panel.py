"""The canvas as a whole: the view, and the tools that float over it."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QAction, QContextMenuEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from studio.catalogue.layer import Layer
from studio.errors import StudioError
from studio.graph.change import Change
from studio.graph.model import Wire
from studio.signals import Signal
from studio.ui.binding import follow
from studio.ui.canvas.actions import context_menu, made, wire_menu
from studio.ui.canvas.breaking import Breaking
from studio.ui.canvas.edge_item import EdgeItem
from studio.ui.canvas.floating.breadcrumb import Breadcrumb
from studio.ui.canvas.floating.command_bar import CommandBar
from studio.ui.canvas.floating.first_steps import FirstSteps
from studio.ui.canvas.floating.minimap import Minimap
from studio.ui.canvas.floating.quick_search import QuickSearch
from studio.ui.canvas.floating.toolbar import Toolbar
from studio.ui.canvas.floating.zoom_pill import ZoomPill
from studio.ui.canvas.heating import Heating
from studio.ui.canvas.spoken import speak
from studio.ui.canvas.verbs import Verbs
from studio.ui.canvas.view import CanvasView
from studio.ui.sharing import share_menu
from studio.wording import _
from studio.workspace import Workspace
from studio.workspace.editing import Location
from studio.workspace.offers import Offer

_EDGE = 14


class CanvasPanel(QWidget):
    """The network as it is edited.

    `inspect_asked` tells the node whose settings are wanted, `rename_asked` the node whose name
    is, `look_asked` that layers are to be looked into; `actions_by_id` are the verbs of
    `keys.KEYS` for menus.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        speak()
        self._workspace = workspace
        self._fitted: Location | None = None
        self.view = CanvasView(workspace, self._ask, self)
        self.view.setAccessibleName(_("Network"))
        Heating(workspace, self.view.canvas)
        Breaking(workspace, self.view.canvas)
        self.verbs = Verbs(workspace, self.view)
        self._add: Callable[[Layer], object] = self.verbs.add
        self._source: Wire | None = None
        self.inspect_asked: Signal[str] = self.verbs.inspect_asked
        self.rename_asked: Signal[str] = self.verbs.rename_asked
        self.look_asked: Signal[None] = self.verbs.look_asked
        self.actions_by_id: dict[str, QAction] = made(self.verbs, self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self._add_tools()
        self.verbs.search_asked.connect(lambda _none: self._ask_behind())
        self.verbs.command_asked.connect(lambda _none: self.command_bar.open())
        self.verbs.share_asked.connect(self._offer_weights)
        self.view.mouse.opened.connect(self.verbs.open_node)
        self.quick_search.chosen.connect(self._take)
        follow(self, workspace.opened, self._show_project)
        follow(self, workspace.page_changed, self._show_page)
        follow(self, workspace.selection_changed, self._show_selection)
        self.view.stage.choice.changed.connect(lambda _none: self._offer_verbs())
        self._show_selection(workspace.selection)
        self.setFocusProxy(self.view)

    def set_heat(self, heat: dict[str, float]) -> None:
        """Tint the cards by heat from 0 to 1, by path; {} takes the tint away."""
        self.view.canvas.set_heat(heat)

    def _add_tools(self) -> None:
        view, workspace = self.view, self._workspace
        self.toolbar = Toolbar(workspace, self.verbs, view.mouse, view)
        self.zoom_pill = ZoomPill(view, self.verbs, view)
        self.minimap = Minimap(view, view)
        self.breadcrumb = Breadcrumb(workspace, view)
        self.first_steps = FirstSteps(workspace, self.verbs, view)
        self.quick_search = QuickSearch(view)
        self.command_bar = CommandBar(self.verbs, view)
        follow(self, workspace.location_changed, lambda _location: self._place_tools())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_tools()
        if self.view.fitted:
            self.view.fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place_tools()
        if self._fitted is None:
            self._fit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_at(self.view.scene_point(QPointF(event.pos()))).popup(event.globalPos())

    def menu_at(self, point: QPointF) -> QMenu:
        """Select what is at a point of the page, and return the menu for it."""
        item = self.view.canvas.node_at(point)
        wire = self.view.canvas.wire_at(point) if item is None else None
        if wire is not None and not self.view.detail.overview:
            self.view.stage.choice.choose(wire)
            return wire_menu(self.actions_by_id, self)
        if item is not None and item.name not in self._workspace.selection:
            self._workspace.select({item.name})
        return context_menu(self.actions_by_id, self)

    def _place_tools(self) -> None:
        wide, high = self.width(), self.height()
        self.toolbar.adjustSize()
        self.toolbar.move(_EDGE, _EDGE)
        self.breadcrumb.adjustSize()
        self.breadcrumb.move(_EDGE + self.toolbar.width() + 10, _EDGE + 1)
        self.zoom_pill.move(_EDGE, high - self.zoom_pill.height() - _EDGE)
        self.minimap.refresh()
        self.first_steps.adjustSize()
        middle = QPoint(wide - self.first_steps.width(), high - self.first_steps.height()) / 2
        self.first_steps.move(middle)
        self.command_bar.place()

    def _show_page(self, change: Change) -> None:
        """Fit a page that was opened; the first card of an empty page stays where it was put."""
        fresh = not change.before.nodes and self._fitted is not None
        unseen = not self.view.seen().contains(self.view.canvas.content())
        if fresh and (unseen or self._fitted != self._workspace.location):
            self._fit()
        elif change.before.nodes:
            self.view.fitted = False

    def _show_project(self, _name: str) -> None:
        if self._fitted is not None:
            self._fit()

    def _fit(self) -> None:
        self._fitted = self._workspace.location
        self.view.fit()

    def _show_selection(self, selection: frozenset[str]) -> None:
        self._offer_verbs()
        if len(selection) == 1 and self.view.mouse.gesture is None:
            item = self.view.canvas.nodes.get(next(iter(selection)))
            if item is not None:
                self.view.reveal(item.card)

    def _offer_verbs(self) -> None:
        chosen = self._workspace.selection
        for name in ("cut", "copy", "duplicate", "freeze", "group"):
            self.actions_by_id[name].setEnabled(bool(chosen))
        for name in ("open", "rename"):
            self.actions_by_id[name].setEnabled(len(chosen) == 1)
        layers = [name for name in chosen if not self.verbs.is_block(name)]
        self.actions_by_id["share"].setEnabled(len(chosen) == len(layers) == 1)
        self.actions_by_id["ungroup"].setEnabled(any(map(self.verbs.is_block, chosen)))
        wire = self.view.stage.choice.edge
        self.actions_by_id["delete"].setEnabled(bool(chosen) or wire is not None)

    def _ask(self, point: QPointF, wire: Wire | None) -> None:
        """Open the quick search at a point of the page."""
        self._add, self._source = partial(self.verbs.add, point=point, wire=wire), wire
        spot = self.view.viewportTransform().map(point).toPoint()
        self.quick_search.open_at(spot + QPoint(6, 6))

    def _ask_behind(self) -> None:
        """Open the quick search for a layer in the selected wire, or behind the selected layer."""
        edge = self.view.stage.choice.edge
        if edge is not None:
            self._ask_into(edge)
            return
        name = self.verbs.end()
        self._add, self._source = self.verbs.add, Wire(name) if name else None
        item = self.view.canvas.nodes.get(name or "")
        spot = item.card.bottomLeft() if item else self.view.pointed()
        self.quick_search.open_at(self.view.viewportTransform().map(spot).toPoint() + QPoint(0, 8))

    def _offer_weights(self, name: str) -> None:
        """Show with whom a layer can share its weights, below its card."""
        card = self.view.canvas.nodes[name].card
        spot = self.view.viewportTransform().map(card.bottomLeft()).toPoint() + QPoint(0, 8)
        share_menu(self._workspace, name, self).popup(self.view.viewport().mapToGlobal(spot))

    def _take(self, chosen: Offer) -> None:
        """Add what was found, made for the shape that will arrive."""
        facts = self._workspace.page_report.nodes.get(self._source.node) if self._source else None
        output = self._source.output if self._source else 0
        shapes = facts.outputs[output : output + 1] if facts is not None else ()
        try:
            self._add(chosen.make(*shapes))
        except StudioError as refusal:
            self._workspace.refuse(refusal)

    def _ask_into(self, edge: EdgeItem) -> None:
        self._add = partial(self.verbs.insert, target=edge.target, slot=edge.slot)
        self._source = self._workspace.page[edge.target].sources[edge.slot]
        spot = self.view.viewportTransform().map(edge.spot).toPoint()
        self.quick_search.open_at(spot + QPoint(12, 12))
