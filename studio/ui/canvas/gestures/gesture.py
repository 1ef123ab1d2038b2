"""What every gesture is: something that starts, follows the mouse, and ends or is given up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF

from studio.graph.model import Wire
from studio.ui.canvas.scene import CanvasScene
from studio.ui.canvas.wire_choice import WireChoice
from studio.workspace import Workspace

Ask = Callable[[QPointF, Wire | None], None]
"""Opens the quick search at a point of the scene, for a layer that the wire shall feed."""


@dataclass(frozen=True)
class Stage:
    """What gestures work on."""

    workspace: Workspace
    scene: CanvasScene
    ask: Ask
    choice: WireChoice

    def places(self) -> Mapping[str, tuple[float, float]]:
        """Return where all cards lie at this moment."""
        return {name: item.pos().toTuple() for name, item in self.scene.nodes.items()}


class Gesture:
    """One interaction from press to release; points are those of the scene."""

    def move(self, point: QPointF) -> None:
        """Follow the mouse."""
        raise NotImplementedError

    def end(self, point: QPointF) -> None:
        """Do what was shown."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Leave everything as it was before."""
        raise NotImplementedError
