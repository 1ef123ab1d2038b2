"""Work that cannot be interrupted is left at once by whoever waits for it."""

import threading
import time

import pytest

from studio.datasets.watching import CancelledError, Watch, watched
from studio.errors import DataError


def test_work_that_takes_no_look_at_the_watch_is_left_at_once() -> None:
    watch, go_on = Watch(), threading.Event()
    threading.Timer(0.05, watch.cancel).start()
    begun = time.perf_counter()
    with pytest.raises(CancelledError):
        watched(lambda: go_on.wait(5), watch)
    assert time.perf_counter() - begun < 1
    go_on.set()


def test_what_work_returns_or_raises_comes_through() -> None:
    def fail() -> None:
        raise DataError("No rows.")

    assert watched(lambda: 3, Watch()) == 3
    with pytest.raises(DataError, match="No rows"):
        watched(fail, Watch())
