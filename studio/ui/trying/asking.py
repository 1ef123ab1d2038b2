"""How a run is asked while a hand still draws or types: the newest question wins, nobody waits."""

import importlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.errors import StudioError
from studio.runs.resuming import CHECKPOINTS, LAST
from studio.ui.bridge import Task

if TYPE_CHECKING:
    from studio.runs.trying import Tryout

Work = Callable[["Tryout"], Any]
"""What is asked of the run that is open; it is done on a thread of its own."""

_GATHER_MS = 30
"""What comes within this time after a question replaces it."""


@dataclass(frozen=True)
class Weights:
    """Which weights are asked."""

    run: Path
    checkpoint: str = LAST


class Asking(QObject):
    """Keeps a run open and does one piece of work with it at a time; of those waiting, the last."""

    answered = Signal(object)
    """What the work returned."""
    refused = Signal(object)
    """The StudioError that it ended with."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._weights: Weights | None = None
        self._kept = _Kept()
        self._task: Task | None = None
        self._next: Work | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_GATHER_MS)
        self._timer.timeout.connect(self._begin)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._task is not None or self._next is not None

    def turn_to(self, weights: Weights | None) -> None:
        """Ask these weights from now on; what was asked of others is forgotten."""
        if weights == self._weights:
            return
        if weights is None or self._weights is None or weights.run != self._weights.run:
            self._kept = _Kept()  # the network of another run only takes memory
        self._weights = weights
        self.forget()

    def ask(self, work: Work) -> None:
        """Do this work next, in place of any that waits."""
        self._next = work
        if self._task is None and not self._timer.isActive():
            self._timer.start()

    def forget(self) -> None:
        """Leave what was asked so far unanswered."""
        self._next = None
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _begin(self) -> None:
        work, self._next = self._next, None
        weights, kept = self._weights, self._kept
        if work is None or weights is None:
            return
        self._task = Task(lambda: kept.do(work, weights), self._done, self._refuse, self)
        self._task.start()

    def _done(self, answer: Any) -> None:
        self._task = None
        self.answered.emit(answer)
        self._go_on()

    def _refuse(self, refusal: StudioError) -> None:
        self._task = None
        self.refused.emit(refusal)
        self._go_on()

    def _go_on(self) -> None:
        if self._next is not None and self._task is None:
            self._begin()


class _Kept:
    """The run that was asked last; it is opened again where other weights are asked."""

    def __init__(self) -> None:
        self._key: tuple[Weights, int] | None = None
        self._tryout: Tryout | None = None
        self._lock = threading.Lock()

    def do(self, work: Work, weights: Weights) -> Any:
        """Do the work with these weights, one after the other: some may be forgotten but at it."""
        with self._lock:
            return work(self._of(weights))

    def _of(self, weights: Weights) -> "Tryout":
        """Return the run that has these weights; raises FileError if it cannot be opened.

        A checkpoint that was written anew since, as while a run goes on, counts as another one.
        """
        key = (weights, _written(weights))
        if self._tryout is None or key != self._key:
            opened = importlib.import_module("studio.runs.trying").Tryout.opened
            self._tryout = None  # two networks at once may be too many
            self._tryout, self._key = opened(weights.run, "", weights.checkpoint), key
        return self._tryout


def _written(weights: Weights) -> int:
    try:
        return (weights.run / CHECKPOINTS / f"{weights.checkpoint}.json").stat().st_mtime_ns
    except OSError:
        return 0
