"""On which device a run would go, and how much of its memory is free; asked behind the window."""

import importlib
import sys
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.analysis.room import free_memory
from studio.errors import StudioError
from studio.training.plan import Plan
from studio.ui.bridge import Task


@dataclass(frozen=True)
class Room:
    """A kind of device ("cpu", "cuda") and its free bytes, where they are known."""

    device: str
    free: int | None


class DeviceRoom(QObject):
    """Knows the device of the present plan; the engine is asked for it once it is loaded."""

    changed = Signal()

    def __init__(self, keeper: QObject, parent: QObject) -> None:
        """Ask on threads that belong to `keeper`, who must outlive the view that is `parent`."""
        super().__init__(parent)
        self._keeper = keeper
        self.room = Room("cpu", free_memory())
        self.refusal: StudioError | None = None
        """Why the plan cannot run on this computer."""
        self._asked: list[Task] = []
        """The question under way, if there is one."""
        self.destroyed.connect(lambda _self=None, asked=self._asked: _forget(asked))

    def ask(self, plan: Plan) -> None:
        """Bring the answer up to date, at once for processors, a moment later for GPUs."""
        if plan.device == "cpu" or "torch" not in sys.modules:
            self._take(Room("cpu", free_memory()))
        elif not self._asked:
            self._asked.append(
                Task(lambda: _measured(plan), self._take, self._refuse, self._keeper)
            )
            self._asked[0].start()

    def _take(self, room: Room) -> None:
        self._asked.clear()
        known = self.refusal is None and room.device == self.room.device
        near = known and _near(room.free, self.room.free)
        self.refusal = None
        if not near:
            self.room = room
            self.changed.emit()

    def _refuse(self, refusal: StudioError) -> None:
        self._asked.clear()
        self.refusal = refusal
        self.changed.emit()


def _forget(asked: list[Task]) -> None:
    """Let a question that is under way end in silence."""
    for task in asked:
        task.cancel()


def _near(one: int | None, other: int | None) -> bool:
    """Whether two free amounts are so alike that showing the new one would only flicker."""
    if one is None or other is None:
        return one is other
    return abs(one - other) < 0.02 * max(one, other)


def _measured(plan: Plan) -> Room:
    engine: Any = importlib.import_module("studio.training.device")
    device = engine.device_of(plan)
    return Room(device.type, engine.free_bytes(device))
