"""How batches are made ready on threads of their own before a step asks for them."""

import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

import torch

_DEPTH = 2
"""So many batches are made beside the one that is in use."""

Made = TypeVar("Made")


class Ahead(Generic[Made]):
    """Items by their places, of which the next ones are in the making while one is in use.

    What an item is does not hang on when it is made, or whether it was foreseen. `begun` is called
    on the thread that asks, and returns what has to be done on another one.
    """

    def __init__(self, begun: Callable[[int], Callable[[], Made]], count: int) -> None:
        self._begun, self._count = begun, count
        self._making: dict[int, Future[Made]] = {}
        self._next = 0
        # a second team of threads would disturb the one that computes steps
        self._threads = ThreadPoolExecutor(
            _DEPTH, "batches", initializer=torch.set_num_threads, initargs=(1,)
        )
        weakref.finalize(self, self._threads.shutdown, wait=False, cancel_futures=True)

    def __getitem__(self, place: int) -> Made:
        """Return an item, for which it may have to be waited; raises what its making raises."""
        if not 0 <= place < self._count:
            raise IndexError(place)
        if place not in self._making:
            self._turn_to(place)
        while self._next < min(place + 1 + _DEPTH, self._count):
            self._making[self._next] = self._threads.submit(self._begun(self._next))
            self._next += 1
        return self._making.pop(place).result()

    def _turn_to(self, place: int) -> None:
        """Go on from another place than the one that was foreseen."""
        wait([one for one in self._making.values() if not one.cancel()])
        self._making.clear()
        self._next = place
