"""How the window is closed from outside, by Ctrl+C in a terminal, a polite kill or a log-out."""

import contextlib
import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier

from studio.runs.asking import asking


class Quitting(QObject):
    """Calls `quit_now` on the window's thread when a signal asks the program to end.

    A handler of Python waits for Python to run, which an event loop of Qt does not see to; a byte
    that the system writes into a socket wakes it.
    """

    def __init__(self, quit_now: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._quit_now = quit_now
        self._near, self._far = socket.socketpair()
        for end in (self._near, self._far):
            end.settimeout(0)
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        self._before = signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        numbers = [one for one in asking() if signal.getsignal(one) != signal.SIG_IGN]
        self._handlers = {one: signal.signal(one, lambda *_: None) for one in numbers}

    def close(self) -> None:
        """Let signals do again what they did before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers = {}
        self._near.close()
        self._far.close()

    def _woken(self) -> None:
        heard = b""
        with contextlib.suppress(OSError):
            heard = self._near.recv(64)
        if any(number in heard for number in self._handlers):
            self._quit_now()
