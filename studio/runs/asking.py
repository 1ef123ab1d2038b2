"""Which signals of the system ask a program politely to end: Ctrl+C, a plain kill, a log-out."""

import signal


def asking() -> tuple[signal.Signals, ...]:
    """Return the signals that ask for an end, as far as this system knows them."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")  # the last one is not known everywhere
    return tuple(getattr(signal, name) for name in names if hasattr(signal, name))
