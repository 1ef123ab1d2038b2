"""How often a run is shown: briskly, but where it trains on all cores, at little cost to it."""

import time
from collections.abc import Callable

from studio.runs.history import History
from studio.training.checkpoints.pacing import crowding

BRISK_MS, SLOWEST_MS = 100, 1000
"""The shortest and the longest time between two showings."""
_SHARE = 0.015
"""Of a core: what showing a run may take from a training that uses all of them."""
_MEMORY = 4
"""The cost of a showing is averaged over about so many: epochs end with more to show."""


class Pace:
    """Measures what showings cost the thread of the window, and says how far apart they should be.

    `clock` tells the seconds for which the thread that asks has worked.
    """

    def __init__(self, clock: Callable[[], float] = time.thread_time) -> None:
        self._clock = clock
        self._worked = clock()
        self._cost = 0.0

    def pause_ms(self, *, crowded: bool) -> int:
        """Return the milliseconds until the next showing; to be asked at each.

        What was worked since the last one counts as its cost, painting included. Where the training
        is not `crowded`, a core is free for that.
        """
        worked = self._clock()
        self._cost += (worked - self._worked - self._cost) / _MEMORY
        self._worked = worked
        wanted = 1e3 * self._cost / _SHARE if crowded else 0.0
        return round(min(max(BRISK_MS, wanted), SLOWEST_MS))


def is_crowded(history: History | None) -> bool:
    """Whether a run that is under way trains on all cores, so that the window takes from it."""
    started = history.started if history is not None else None
    if started is None:
        return False
    return crowding(started.threads, on_gpu=started.device != "cpu") > 0
