"""When the next checkpoint is due: by the clock, but so rarely that saving costs little."""

import os

_APART = 1.0
"""Seconds between two writings, so that runs of very short epochs do not wait for the disk."""
_SHARE = 50
"""Saving takes at most one part in so many of the time of a run."""


def crowding(threads: int, *, on_gpu: bool) -> float:
    """Return how much of the time of a writing a training of so many threads loses, at worst."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux knows it
        cores = os.cpu_count() or 1
    return 1.0 if threads >= cores and not on_gpu else 0.0


class Pace:
    """Spaces checkpoints; all times are seconds of the run, its pauses left out.

    `interval` is how often one is written in the middle of an epoch. `crowding` says how much of
    the time that writing takes beside the training is lost to the training: from 0 where a
    processor is free for it to 1 where all of them train.
    """

    def __init__(self, interval: float, crowding: float = 0.0) -> None:
        self._interval, self._crowding = interval, crowding
        self._cost = 0.0
        self._border = -float("inf")
        self._middle = interval

    def begin(self, now: float) -> None:
        """Count the interval from `now`."""
        self._middle = now + self._interval

    def is_due(self, now: float, *, border: bool) -> bool:
        """Whether one should be written, at the `border` of an epoch or in its middle."""
        return now >= (self._border if border else self._middle)

    def took(self, seconds: float) -> None:
        """Take into account for how long the training stood still for a copy of itself."""
        self._cost = seconds

    def wrote(self, now: float, seconds: float) -> None:
        """Take into account how long the writing took beside the training, and count from `now`."""
        rest = _SHARE * (self._cost + self._crowding * seconds)
        self._border = now + max(_APART, rest)
        self._middle = now + max(self._interval, rest)
