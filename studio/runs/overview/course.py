"""The curves of a run by name, over steps, epochs or time, as rough or smooth as asked."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from studio.runs.history import History
from studio.runs.series import Table
from studio.runs.smoothing import smoothed

Axis = Literal["step", "epoch", "time"]
STEPWISE = ("loss", "rate", "speed")
"""Curves with a point for each report: training loss, learning rate, samples per second."""
_STRONGEST = 0.1
"""Of a run, the share over which the strongest smoothing averages."""


def curve(history: History, name: str, axis: Axis) -> tuple[Table, Table]:
    """Return the points of "loss", "rate", "speed", or of a metric such as "validation.accuracy".

    Time is in seconds since the start of the run. A curve the run does not have is empty.
    """
    if name in STEPWISE:
        values = {"loss": history.losses, "rate": history.rates, "speed": history.speeds}[name]
        places = {"step": history.steps, "epoch": history.epoch_points, "time": history.elapsed}
        return places[axis], values
    part, _dot, metric = name.partition(".")
    rows = [
        ({"step": done.step, "epoch": done.epoch, "time": done.elapsed_s}[axis], marks[metric])
        for done in history.epochs
        if part in {"train", "validation"} and metric in (marks := getattr(done, part))
    ]
    table = np.asarray(rows, dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def metric_curves(histories: Sequence[History]) -> tuple[str, ...]:
    """Return the names of the metrics that any epoch of these runs was judged by."""
    found: dict[str, None] = {}
    for history in histories:
        for part in ("validation", "train"):
            for done in history.epochs[-1:]:
                found |= dict.fromkeys(f"{part}.{metric}" for metric in getattr(done, part))
    return tuple(found)


def smooth(steps: Table, values: Table, strength: float) -> Table:
    """Return a curve averaged over its past; `strength` runs from 0, as it is, to 1.

    Strength counts in shares of the run, so that curves with few and many points look alike.
    """
    if strength <= 0 or len(values) < 2:
        return values
    whole = float(steps[-1]) or 1.0
    span = max(_STRONGEST * strength**2 * whole, 1e-9)
    places = [round(step) for step in steps.tolist()]
    return np.asarray(smoothed(None, 0, places, values.tolist(), span), dtype=np.float64)
