"""How a noisy curve is made readable: an exponential mean that starts without a bias to zero."""

import math
from collections.abc import Sequence

_KEEP = 0.9
"""Weight of the past: about the last ten points count."""


def smoothed(last: float | None, points: int, values: Sequence[float]) -> list[float]:
    """Return the smoothed continuation of a curve by `values`.

    `last` is the smoothed value after `points` points, None if it has none. A value that is not
    finite leaves the mean where it was. Formula: Kingma and Ba 2015, section 3 (bias correction).
    """
    answers = []
    mean = math.nan if last is None else last
    for point, value in enumerate(values, points):
        mean = _next(mean, point, value)
        answers.append(mean)
    return answers


def _next(mean: float, points: int, value: float) -> float:
    if not math.isfinite(value):
        return mean
    if not math.isfinite(mean):
        return value
    past, present = 1 - _KEEP**points, 1 - _KEEP ** (points + 1)
    return (_KEEP * mean * past + (1 - _KEEP) * value) / present
