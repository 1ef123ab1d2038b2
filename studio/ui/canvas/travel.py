"""How the keys move about the page: zoom, walk from card to card, nudge, lay out."""

from studio.graph import edits
from studio.ui.canvas.neighbors import Way, neighbor, step
from studio.ui.canvas.view import CanvasView
from studio.wording import _
from studio.workspace import Workspace

_NUDGE = 8.0
_ZOOM = 1.25


class Travel:
    """The verbs that change what is seen, and where cards lie."""

    def __init__(self, workspace: Workspace, view: CanvasView) -> None:
        self._workspace = workspace
        self._view = view
        self._nudging: tuple[frozenset[str], object] = (frozenset(), None)

    def layout(self) -> None:
        """Place all layers of the page automatically and show them."""
        self._workspace.edit(_("Lay out"), edits.tidy)
        self._view.fit()

    def fit(self) -> None:
        """Show the whole page."""
        self._view.fit()

    def zoom_in(self) -> None:
        """Come nearer."""
        self._view.zoom_to(self._view.zoom * _ZOOM)

    def zoom_out(self) -> None:
        """Step back."""
        self._view.zoom_to(self._view.zoom / _ZOOM)

    def zoom_full(self) -> None:
        """Show cards at their own size."""
        self._view.zoom_to(1.0)

    def walk(self, way: Way) -> None:
        """Select the neighbor of the selected layer in one direction."""
        page, places = self._workspace.page, self._view.stage.places()
        if not places:
            return
        start = self.anchor()
        name = next(iter(page)) if start is None else neighbor(page, places, start, way)
        if name is not None:
            self._workspace.select({name})
            self._view.reveal(self._view.canvas.nodes[name].card)

    def nudge(self, way: Way) -> None:
        """Move the selected layers by a little; a burst of nudges is one step to undo."""
        names, token = self._nudging
        if names != self._workspace.selection:
            names, token = self._workspace.selection, object()
            self._nudging = (names, token)
        if not names:
            return
        x, y = step(way)
        places = dict(self._view.stage.places())
        moved = {n: (places[n][0] + x * _NUDGE, places[n][1] + y * _NUDGE) for n in names}
        self._workspace.edit(_("Move"), lambda graph: edits.move(graph, places | moved), token)

    def anchor(self) -> str | None:
        """Return the selected node that comes last in the order of the data."""
        chosen = self._workspace.selection
        order = self._workspace.page_report.order
        return next((name for name in reversed(order) if name in chosen), None)
