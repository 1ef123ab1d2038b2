"""How Ctrl+C ends a run: the first asks it to stop and save, the second insists."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

from studio.cli import output
from studio.training.control import Control
from studio.wording import _


@contextlib.contextmanager
def stopping(control: Control) -> Iterator[None]:
    """Let Ctrl+C and a polite kill stop the run inside the `with` block."""

    def ask(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, before[signal.Signals(number)])
        output.note("\n" + _("Stopping and saving; press Ctrl+C again to leave at once."))
        control.stop()

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, ask)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
