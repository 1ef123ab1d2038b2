"""The canvas as a whole: the view, and the tools that float over it."""

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QAction, QContextMenuEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.catalogue.layer import Layer
from studio.graph.change import Change
from studio.graph.model import Wire
from studio.signals import Signal
from studio.ui.binding import follow
from studio.ui.canvas.actions import context_menu, made
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
from studio.wording import _
from studio.workspace import Workspace

_EDGE = 14


class CanvasPanel(QWidget):
    """The network as it is edited.

    `inspect_asked` tells the node whose settings are wanted; `actions_by_id` are the verbs of
    `keys.KEYS` for menus.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        speak()
        self._workspace = workspace
        self._asked: tuple[QPointF | None, Wire | None] = (None, None)
        self._fitted = False
        self.view = CanvasView(workspace, self._ask, self)
        self.view.setAccessibleName(_("Network"))
        Heating(workspace, self.view.canvas)
        self.verbs = Verbs(workspace, self.view)
        self.inspect_asked: Signal[str] = self.verbs.inspect_asked
        self.actions_by_id: dict[str, QAction] = made(self.verbs, self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self._add_tools()
        self.verbs.search_asked.connect(lambda _none: self._ask_behind())
        self.verbs.command_asked.connect(lambda _none: self.command_bar.open())
        self.view.mouse.opened.connect(self.verbs.open_node)
        self.quick_search.chosen.connect(self._add)
        follow(self, workspace.opened, self._show_project)
        follow(self, workspace.page_changed, self._show_page)
        follow(self, workspace.selection_changed, self._show_selection)
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

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place_tools()
        if not self._fitted:
            self._fitted = True
            self.view.fit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        item = self.view.canvas.node_at(self.view.scene_point(QPointF(event.pos())))
        if item is not None and item.name not in self._workspace.selection:
            self._workspace.select({item.name})
        context_menu(self.actions_by_id, self).popup(event.globalPos())

    def _place_tools(self) -> None:
        wide, high = self.width(), self.height()
        self.toolbar.adjustSize()
        self.toolbar.move(_EDGE, _EDGE)
        self.breadcrumb.adjustSize()
        self.breadcrumb.move(_EDGE + self.toolbar.width() + 10, _EDGE + 1)
        self.zoom_pill.move(_EDGE, high - self.zoom_pill.height() - _EDGE)
        self.minimap.move(wide - self.minimap.width() - _EDGE, high - self.minimap.height() - _EDGE)
        self.first_steps.adjustSize()
        middle = QPoint(wide - self.first_steps.width(), high - self.first_steps.height()) / 2
        self.first_steps.move(middle)
        self.command_bar.place()

    def _show_page(self, change: Change) -> None:
        if not change.before.nodes and self._fitted:
            self.view.fit()

    def _show_project(self, _name: str) -> None:
        if self._fitted:
            self.view.fit()

    def _show_selection(self, selection: frozenset[str]) -> None:
        some = ("cut", "copy", "duplicate", "delete", "freeze", "group", "ungroup", "open")
        for name in some:
            self.actions_by_id[name].setEnabled(bool(selection))
        if len(selection) == 1 and self.view.mouse.gesture is None:
            item = self.view.canvas.nodes.get(next(iter(selection)))
            if item is not None:
                self.view.reveal(item.card)

    def _ask(self, point: QPointF, wire: Wire | None) -> None:
        """Open the quick search at a point of the page."""
        self._asked = (point, wire)
        spot = self.view.viewportTransform().map(point).toPoint()
        self.quick_search.open_at(spot + QPoint(6, 6))

    def _ask_behind(self) -> None:
        """Open the quick search for a layer behind the selected one."""
        self._asked = (None, None)
        name = self.verbs.end()
        item = self.view.canvas.nodes.get(name or "")
        spot = item.card.bottomLeft() if item else self.view.pointed()
        self.quick_search.open_at(self.view.viewportTransform().map(spot).toPoint() + QPoint(0, 8))

    def _add(self, layer: Layer) -> None:
        self.verbs.add(layer, *self._asked)
