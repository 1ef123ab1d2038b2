"""How long one waits for a sign of life before a process counts as hanging."""

import time
from collections import deque
from statistics import median

from studio.training.events import Event, StepDone

LIMIT_S = 30.0
_STEPS = 20
_LOADING = 4
_GAP_S = 1.0


class Patience:
    """Counts the seconds of silence: those in which this program itself slept do not count."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit = limit_s
        self._silent = 0.0
        self._looked = time.monotonic()
        self._before: StepDone | None = None
        self._times: deque[float] = deque(maxlen=101)

    @property
    def silent_s(self) -> float:
        """Seconds since the last sign of life."""
        return self._silent

    @property
    def limit_s(self) -> float:
        """Seconds of silence that are borne: 20 steps, but never less than the limit.

        Before the first step more, for libraries that are loaded let no other thread run.
        """
        if not self._times:
            return self._limit * (_LOADING if self._before is None else 1)
        return max(self._limit, _STEPS * median(self._times))

    def wait(self) -> bool:
        """Count the time since one looked last; return whether it is too long now."""
        now = time.monotonic()
        self._silent += min(now - self._looked, _GAP_S)  # a longer gap was a sleep of our own
        self._looked = now
        return self._silent > self.limit_s

    def heard(self) -> None:
        """Take note of a sign of life."""
        self._silent = 0.0

    def follow(self, event: Event) -> None:
        """Learn from an event how long steps take."""
        if isinstance(event, StepDone):
            before = self._before
            if before is not None and event.step > before.step:
                self._times.append(
                    (event.elapsed_s - before.elapsed_s) / (event.step - before.step)
                )
            self._before = event
