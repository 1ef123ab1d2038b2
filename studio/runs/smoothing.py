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
    last: float | None, done: float, steps: Sequence[float], values: Sequence[float], span: float
) -> list[float]:
    """Return the smoothed continuation of a curve by `values`, each the mean up to its step.

    `last` is the smoothed value at the step `done`, None if there is none; a step that lies `span`
    steps back counts 1/e of the present one. A value that is not finite leaves the mean where it
    was. Formula: Kingma and Ba 2015, section 3 (bias correction), for points that stand apart.
    """
    answers = []
    mean = math.nan if last is None else last
    apart, keep, past = 0.0, 1.0, 1 - math.exp(-done / span)
    for step, value in zip(steps, values, strict=True):
        if step - done != apart:  # nearly all points are as far apart as those before
            apart = step - done
            keep = math.exp(min(0.0, -apart / span))
        present = 1 - math.exp(-step / span)
        if math.isfinite(value):
            known = math.isfinite(mean) and present
            mean = (keep * mean * past + (1 - keep) * value) / present if known else value
        answers.append(mean)
        done, past = step, present
    return answers
