"""How late the timers of a window are: what a person feels while something else is going on."""

import time

from PySide6.QtCore import Qt, QTimer

TICK_MS = 16


class Lateness:
    """How late a timer of the window ticks, in milliseconds."""

    def __init__(self) -> None:
        self.found: list[float] = []
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def is_running(self) -> bool:
        """Whether ticks are measured now."""
        return self._timer.isActive()

    def start(self) -> None:
        """Measure from now on."""
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """Measure no more."""
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.found.append((now - self._last) * 1e3 - TICK_MS)
        self._last = now
