"""How the canvas shows in which layer the numbers of a run broke."""

from PySide6.QtCore import QObject

from studio.analysis.report import Finding
from studio.training.events import Broken
from studio.ui.binding import follow
from studio.ui.canvas.scene import CanvasScene
from studio.workspace import Workspace


class Breaking(QObject):
    """Marks the card of the layer that is to blame for the latest break of the run shown."""

    def __init__(self, workspace: Workspace, scene: CanvasScene) -> None:
        super().__init__(scene)
        self._workspace, self._scene = workspace, scene
        self._marked: Broken | None = None
        follow(self, workspace.history_changed, lambda _history: self._show())
        self._show()

    def _show(self) -> None:
        latest = self._workspace.latest_break
        if latest is not self._marked:
            self._marked = latest
            self._scene.show_remarks(_remarks(latest))


def _remarks(broken: Broken | None) -> tuple[Finding, ...]:
    if broken is None or not broken.layer:
        return ()
    return (Finding("error", broken.layer, broken.message),)
