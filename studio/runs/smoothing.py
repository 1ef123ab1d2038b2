"""How a noisy curve is made readable: an exponential mean that starts without a bias to zero."""

import math
from collections.abc import Sequence

_SHARE = 0.01
_FEWEST = 20
_LEAST = 5


def window(steps: int, per_epoch: int = 0) -> float:
    """Return over how many steps the curve of a run of `steps` is averaged.

    Never over more than one epoch where `per_epoch` says how long that is: however many are
    planned, the newest value tells of the newest samples.
    """
    wanted = max(_FEWEST, _SHARE * steps)
    return max(_LEAST, min(wanted, per_epoch)) if per_epoch else wanted


def smoothed(
    last: float | None, done: int, steps: Sequence[int], values: Sequence[float], span: float
) -> list[float]:
    """Return the smoothed continuation of a curve by `values`, each the mean up to its step.

    `last` is the smoothed value at the step `done`, None if there is none; a step that lies `span`
    steps back counts 1/e of the present one. A value that is not finite leaves the mean where it
    was. Formula: Kingma and Ba 2015, section 3 (bias correction), for points that stand apart.
    """
    answers = []
    mean = math.nan if last is None else last
    for step, value in zip(steps, values, strict=True):
        mean = _next(mean, done, step, value, span)
        answers.append(mean)
        done = step
    return answers


def _next(mean: float, done: int, step: int, value: float, span: float) -> float:
    if not math.isfinite(value):
        return mean
    if not math.isfinite(mean):
        return value
    keep = math.exp((done - step) / span)
    past, present = 1 - math.exp(-done / span), 1 - math.exp(-step / span)
    return (keep * mean * past + (1 - keep) * value) / present if present else value
