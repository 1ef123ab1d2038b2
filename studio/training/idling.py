"""How the engine's threads wait for work; to be said before torch is loaded."""

import os


def be_brief() -> None:
    """Let idle threads give up their core soon; a choice the user made stays.

    By default GNU OpenMP spins for long, and the moment another program wants a core a step takes
    up to a hundred times as long. Measured: a tenth of that patience costs nothing when alone.
    """
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")
