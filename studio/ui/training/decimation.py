"""How a long curve becomes few points without losing its spikes."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST_POINTS = 600
"""More points than this on one curve cost time and show nothing more."""


def decimated(x: Floats, y: Floats, most: int = MOST_POINTS) -> tuple[Floats, Floats]:
    """Return at most `most` points of a curve: the lowest and highest of each stretch, in order."""
    if len(x) <= most:
        return x, y
    stretch = -(-len(x) // (most // 2 - 1))
    whole = len(x) // stretch * stretch
    rows = y[:whole].reshape(-1, stretch)
    pairs = np.sort(np.stack([rows.argmin(axis=1), rows.argmax(axis=1)], axis=1), axis=1)
    index = (pairs + np.arange(len(rows))[:, None] * stretch).ravel()
    index = np.append(index, len(x) - 1)
    return x[index], y[index]
