"""How files are written beside the training: on a thread of its own, one piece of work at a time.

The thread lives as long as its piece of work and is not a daemon: a program that ends waits for it,
and what was begun is whole.
"""

import threading
import time
from collections.abc import Callable


class Writer:
    """Does one piece of work beside the caller, who asks now and then whether it is done.

    `name` is what its thread is called.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None
        self.seconds = 0.0
        """How long the latest piece of work took."""

    @property
    def is_busy(self) -> bool:
        """Whether a piece of work was begun whose end nobody has asked for yet."""
        return self._thread is not None

    def begin(self, work: Callable[[], None]) -> None:
        """Start a piece of work; the one before must be over."""
        assert self._thread is None, "one piece of work at a time"
        self._error = None
        self._thread = threading.Thread(target=self._do, args=(work,), name=self._name)
        self._thread.start()

    def finished(self, *, wait: bool = False) -> bool:
        """Whether a piece of work has ended since the last call; `wait` for one under way.

        Raises whatever the work raised.
        """
        thread = self._thread
        if thread is None or (not wait and thread.is_alive()):
            return False
        thread.join()
        self._thread = None
        if self._error is not None:
            raise self._error
        return True

    def close(self) -> None:
        """Wait for what is under way and forget how it went."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _do(self, work: Callable[[], None]) -> None:
        began = time.perf_counter()
        try:
            work()
        except BaseException as error:  # noqa: BLE001  told on the thread that asks
            self._error = error
        self.seconds = time.perf_counter() - began
