"""How a run is ended from outside: the first Ctrl+C or polite kill asks it to stop and save.

The run then ends with status 3, like any that ends early; a second signal insists. A terminal that
is closed (SIGHUP) asks as well, and nothing is written to it any more.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import TextIO

from studio.cli import output
from studio.runs.asking import asking
from studio.training.control import Control
from studio.wording import _


@contextlib.contextmanager
def stopping(control: Control, *, quiet: bool = False) -> Iterator[None]:
    """Let Ctrl+C, a polite kill and a closed terminal stop the run inside the `with` block.

    It is told on the way, unless `quiet`.
    """

    def ask(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, before[signal.Signals(number)])
        control.stop()
        if signal.Signals(number).name == "SIGHUP":
            _leave(terminals)
        with contextlib.suppress(OSError):
            if not quiet:
                output.note("\n" + _("Stopping and saving; press Ctrl+C again to leave at once."))

    # one that is gone no longer says that it was one
    terminals = [stream for stream in (sys.stdout, sys.stderr) if stream and stream.isatty()]
    # nohup has it ignored, and so it stays
    before = {number: signal.getsignal(number) for number in asking()}
    before = {number: handler for number, handler in before.items() if handler != signal.SIG_IGN}
    for number in before:
        signal.signal(number, ask)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(terminals: Iterable[TextIO]) -> None:
    """Send what would go to a terminal that is gone to nowhere."""
    for stream in terminals:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
