"""How a process that another one started saves and ends once that one is gone, however it died.

Its standard input is a pipe whose other end only the starter holds. No system lets that end outlive
the starter, so that the input ends with it, even after a SIGKILL.
"""

import faulthandler
import os
import signal
import threading

_NAME = "LAYERWISE_LIFELINE"
ENVIRONMENT = {_NAME: "stdin"}
"""What tells a process that its standard input is such a pipe."""
_GRACE = 1.5
"""Seconds that a process has to save and end by itself."""


def hold() -> None:
    """End this process with the one that started it, if it was started like that."""
    if os.environ.pop(_NAME, ""):
        threading.Thread(target=_wait, name="lifeline", daemon=True).start()


def _wait() -> None:
    """Ask this process to end as a polite kill does; end it if it is not gone some time later."""
    while os.read(0, 1 << 10):  # without a buffer, which a thread could hold as Python ends
        continue
    # by a thread of its own that also outlasts an interpreter hanging as it ends
    nowhere = os.open(os.devnull, os.O_WRONLY)
    faulthandler.dump_traceback_later(_GRACE, exit=True, file=nowhere)
    signal.raise_signal(signal.SIGTERM)
