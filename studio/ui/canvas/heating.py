"""How the canvas shows which layers learn while training runs: warm cards move much."""

import math
from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer

from studio.ui.binding import follow
from studio.ui.canvas.scene import CanvasScene
from studio.workspace import Workspace

_LOW, _HIGH = -5.5, -0.5
"""Powers of ten of the update ratio that are cold and hot, as in the heat strip."""
_PAUSE_MS = 1000


class Heating(QObject):
    """Tints the cards by the latest update ratios, once a second, until the run has ended."""

    def __init__(self, workspace: Workspace, scene: CanvasScene) -> None:
        super().__init__(scene)
        self._workspace = workspace
        self._scene = scene
        self._later = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._later.timeout.connect(self._show)
        follow(self, workspace.history_changed, lambda _history: self._soon())
        follow(self, workspace.state_changed, lambda _state: self._soon())

    def _soon(self) -> None:
        if not self._later.isActive():
            self._later.start()

    def _show(self) -> None:
        history = self._workspace.history
        running = self._workspace.is_training and history is not None
        self._scene.set_heat(warmth(history.latest_ratios) if running and history else {})


def warmth(ratios: Mapping[str, float]) -> dict[str, float]:
    """Return heat from 0 to 1 for update ratios (norm of the update over norm of the weights)."""
    return {
        path: min(max((math.log10(max(ratio, 1e-12)) - _LOW) / (_HIGH - _LOW), 0.0), 1.0)
        for path, ratio in ratios.items()
    }
