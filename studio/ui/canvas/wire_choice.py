"""Which wire of the page is selected: one at most, and never together with a card."""

from studio.graph.change import Change
from studio.signals import Signal
from studio.ui.binding import follow
from studio.ui.canvas.edge_item import EdgeItem
from studio.ui.canvas.scene import CanvasScene
from studio.workspace import Workspace


class WireChoice:
    """The wire that was clicked; selecting a card, or a new end of the wire, gives it up."""

    def __init__(self, workspace: Workspace, scene: CanvasScene) -> None:
        self._workspace = workspace
        self._scene = scene
        self._edge: EdgeItem | None = None
        self.changed: Signal[None] = Signal()
        """Told when another wire, or none, is selected."""
        follow(scene, workspace.page_changed, self._follow_page)
        follow(scene, workspace.selection_changed, self._follow_selection)

    @property
    def edge(self) -> EdgeItem | None:
        """The selected wire."""
        return self._edge

    def choose(self, edge: EdgeItem | None) -> None:
        """Select this wire and no card; None selects no wire."""
        if edge is self._edge:
            return
        if self._edge is not None:
            self._edge.choose(chosen=False)
        self._edge = edge
        if edge is not None:
            edge.choose(chosen=True)
            self._workspace.select(())
        self._scene.touched.emit(None)
        self.changed.emit(None)

    def _follow_page(self, change: Change) -> None:
        """Stay with a wire that was only drawn anew."""
        edge = self._edge
        if edge is None:
            return
        now = self._scene.wires.get((edge.target, edge.slot))
        stays = bool(change.before.nodes) and now is not None and now.wire == edge.wire
        self.choose(now if stays else None)

    def _follow_selection(self, selection: frozenset[str]) -> None:
        if selection:
            self.choose(None)
