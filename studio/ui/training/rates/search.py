"""How learning rates are tried behind the window, with progress, until somebody has seen enough."""

import importlib
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.errors import StudioError
from studio.runs.request import RunRequest
from studio.ui.bridge import Task

LOW, HIGH, STEPS = 1e-7, 10.0, 100
_POLL_MS = 50


@dataclass(frozen=True)
class Point:
    """What one rate did to the loss."""

    rate: float
    loss: float
    smoothed: float


class RateSearch(QObject):
    """Tries rates from tiny to huge on a thread of its own; nothing of the project is changed."""

    grew = Signal()
    """There are more points."""
    ended = Signal()
    """No more points come; `suggested` is known."""
    failed = Signal(object)
    """The StudioError that says why the rates cannot be tried."""

    def __init__(self, keeper: QObject, parent: QObject) -> None:
        """Work on a thread that belongs to `keeper`, who must outlive the view that is `parent`."""
        super().__init__(parent)
        self._keeper = keeper
        self.points: list[Point] = []
        self.suggested: float | None = None
        self._line: deque[Point] = deque()
        self._enough = threading.Event()
        self._task: Task | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(_POLL_MS)
        self._clock.timeout.connect(self._collect)
        self.destroyed.connect(lambda _self=None, enough=self._enough: enough.set())

    @property
    def is_running(self) -> bool:
        """Whether rates are being tried."""
        return self._task is not None

    def start(self, request: RunRequest) -> None:
        """Begin; the points of an earlier search are forgotten."""
        self.points, self.suggested = [], None
        line, enough = self._line, self._enough
        self._task = Task(
            lambda: _tried(request, line, enough), self._finish, self._refuse, self._keeper
        )
        self._clock.start()
        self._task.start()

    def stop(self) -> None:
        """Let the points so far be enough."""
        self._enough.set()

    def leave(self) -> None:
        """End in silence, since nobody looks any more."""
        self._enough.set()
        self._clock.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _collect(self) -> None:
        count = len(self._line)
        self.points += [self._line.popleft() for _number in range(count)]
        if count:
            self.grew.emit()

    def _finish(self, suggested: float | None) -> None:
        self._end()
        self.suggested = suggested
        self.ended.emit()

    def _refuse(self, error: StudioError) -> None:
        self._end()
        self.failed.emit(error)

    def _end(self) -> None:
        self._task = None
        self._clock.stop()
        self._collect()


def _tried(request: RunRequest, line: deque[Point], enough: threading.Event) -> float | None:
    """Put the points into `line` and return the rate that they suggest; runs on the thread."""
    rates: Any = importlib.import_module("studio.runs.rates")
    found = []
    trial = rates.tried(request, LOW, HIGH, STEPS)
    try:
        for point in trial:
            found.append(point)
            line.append(Point(point.rate, point.loss, point.smoothed))
            if enough.is_set():
                break
    finally:
        trial.close()  # puts everything back that it touched
    suggested: float | None = rates.suggested_rate(found)
    return suggested
