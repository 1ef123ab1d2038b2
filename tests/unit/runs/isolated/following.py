"""Pulls the events of a run on a thread, as the window does, so that a test can wait for them."""

import threading
import time
from collections.abc import Iterator
from typing import TypeVar

from studio.training.events import Event

T = TypeVar("T")


class Followed:
    """The events that came so far."""

    def __init__(self, events: Iterator[Event], patience_s: float = 120.0) -> None:
        self.events: list[Event] = []
        self.failure: Exception | None = None
        self._patience = patience_s
        self._thread = threading.Thread(target=self._pull, args=(events,), daemon=True)
        self._thread.start()

    def wait(self, kind: type[T], after: int = 0) -> T:
        """Return the first event of a kind among those from number `after` on."""
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            for event in self.events[after:]:
                if isinstance(event, kind):
                    return event
            assert self._thread.is_alive() or kind in map(type, self.events[after:]), self.events
            time.sleep(0.01)
        raise AssertionError(f"no {kind.__name__} within {self._patience} s")

    def end(self) -> list[Event]:
        """Return all events once there are no more; what broke the run is raised."""
        self._thread.join(self._patience)
        assert not self._thread.is_alive()
        if self.failure is not None:
            raise self.failure
        return self.events

    def _pull(self, events: Iterator[Event]) -> None:
        try:
            for event in events:
                self.events.append(event)
        except Exception as error:  # noqa: BLE001
            self.failure = error
