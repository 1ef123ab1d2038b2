"""How long reading tells how far it is, and how it is cancelled."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

from studio.errors import StudioError
from studio.wording import _

_T = TypeVar("_T")
_LOOK = 0.02
"""Seconds between two looks at whether what is worked on is still wanted."""


class CancelledError(StudioError):
    """Whoever asked for samples wants them no longer."""


class Watch:
    """Looks on while samples are read; safe to be asked from any thread."""

    def __init__(self) -> None:
        self._done, self._total = 0, 0
        self._cancelled = False

    @property
    def progress(self) -> tuple[int, int]:
        """How many of how many samples or bytes are read; (0, 0) while that is not known."""
        return self._done, self._total

    def cancel(self) -> None:
        """Have the reader stop at its next look."""
        self._cancelled = True

    def tell(self, done: int, total: int) -> None:
        """Say how far reading is; raises CancelledError if it is wanted no longer."""
        self._done, self._total = done, total
        self.check()

    def check(self) -> None:
        """Raise CancelledError if the samples are wanted no longer; to be asked every few ms."""
        if self._cancelled:
            raise CancelledError(_("Reading was cancelled."))


def watched(work: Callable[[], _T], watch: Watch) -> _T:
    """Return what `work` returns; raises CancelledError at once if it is wanted no longer.

    A single step of it, such as sorting a million rows, cannot be interrupted; so it is done in a
    thread of its own, which ends unseen at its next look at the watch.
    """
    future: Future[_T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again by whoever waits
            future.set_exception(error)

    threading.Thread(target=run, name="reading", daemon=True).start()
    while not wait([future], _LOOK).done:
        watch.check()
    return future.result()
