"""How a view hears of state that changed, for as long as it lives."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from studio.signals import Signal

T = TypeVar("T")


def follow(owner: QObject, signal: Signal[T], receiver: Callable[[T], object]) -> None:
    """Call `receiver` with each value of `signal` until `owner`, or its parent, is destroyed."""
    disconnect = signal.connect(receiver)
    owner.destroyed.connect(lambda _owner=None: disconnect())
