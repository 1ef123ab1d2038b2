"""How state that changed is told to whoever asked to hear it."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Signal(Generic[T]):
    """Tells its receivers a value, on the thread that emits, in the order they connected."""

    def __init__(self) -> None:
        self._receivers: list[Callable[[T], object]] = []

    def connect(self, receiver: Callable[[T], object]) -> Callable[[], None]:
        """Call `receiver` with each value from now on; return the function that disconnects it."""
        self._receivers.append(receiver)

        def disconnect() -> None:
            if receiver in self._receivers:
                self._receivers.remove(receiver)

        return disconnect

    def emit(self, value: T) -> None:
        """Tell every receiver; one that disconnects meanwhile does not disturb the others."""
        for receiver in tuple(self._receivers):
            receiver(value)
