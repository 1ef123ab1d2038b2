"""Which learning rate suits a network: a short run in which the rate climbs from tiny to huge.

After L. Smith, “Cyclical learning rates for training neural networks” (arXiv 1506.01186).
"""

import math
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from studio.training.data.batches import Batch
from studio.training.data.epochs import Epoch
from studio.training.session import Session
from studio.training.stepping.step import Stepper

_KEPT = 0.95
"""How much of the smoothed loss stays from one step to the next."""

_DIVERGED = 4.0
"""How many times the best smoothed loss is too much."""


@dataclass(frozen=True)
class RatePoint:
    """One step of the search."""

    rate: float
    loss: float
    """Of this step alone."""
    smoothed: float
    """Its moving mean up to this step."""


def tried_rates(
    session: Session, *, low: float = 1e-7, high: float = 10.0, steps: int = 100
) -> Iterator[RatePoint]:
    """Yield the loss at rates that grow by a constant factor, until it explodes.

    The optimizer is one of its own that starts afresh, and goes by one rate for all layers. What is
    frozen stays frozen. However the search ends, also by closing the generator, weights, buffers
    and random states are put back to the bit; everything else of the session is not touched.
    """
    best = math.inf
    mean = 0.0
    with _untouched(session):
        plan = session.staged.changed(ema=None)
        stepper = Stepper(session.network, session.objective, plan, session.machine)
        session.freezing.train()
        for number, (x, y) in zip(range(steps), _batches(session), strict=False):
            rate = low * (high / low) ** (number / max(1, steps - 1))
            loss = float(stepper.step(x, y, rate)[0])
            mean = _KEPT * mean + (1 - _KEPT) * loss
            smoothed = mean / (1 - _KEPT ** (number + 1))
            if stepper.is_broken or not math.isfinite(loss):
                return
            yield RatePoint(rate, loss, smoothed)
            best = min(best, smoothed)
            if smoothed > _DIVERGED * best:
                return


def suggested_rate(points: Sequence[RatePoint]) -> float | None:
    """Return the rate at which the loss falls most steeply over the logarithm of the rate.

    How steeply is that of a straight line through the steps around it, a sixth of all: the smoothed
    loss would lag behind. Only rates up to that of the lowest smoothed loss count. None where that
    loss fell by less than a thousandth, which rounding does.
    """
    around = max(1, len(points) // 12)
    lowest = min(range(len(points)), key=lambda at: points[at].smoothed, default=0)
    if not points or points[lowest].smoothed > 0.999 * points[0].smoothed:
        return None
    inner = range(around, min(lowest + 1, len(points) - around))
    falls = {at: _slope(points[at - around : at + around + 1]) for at in inner}
    steepest = min(falls, key=lambda at: falls[at], default=0)
    return points[steepest].rate if falls and falls[steepest] < 0 else None


def _slope(points: Sequence[RatePoint]) -> float:
    rates = [math.log(point.rate) for point in points]
    line = statistics.linear_regression(rates, [point.loss for point in points])
    return line.slope


def _batches(session: Session) -> Iterator[Batch]:
    """Yield the batches of the current epoch and those after it, from the first one on."""
    number = session.place.epoch
    steps = session.course.calendar.whole(session.place.step)
    while True:
        yield from Epoch(session.data, session.staged, number, steps=steps)
        number += 1


@contextmanager
def _untouched(session: Session) -> Iterator[None]:
    """Put back weights, buffers and random states when the `with` block is left."""
    device = session.machine.device
    tensors = [*session.network.parameters(), *session.network.buffers()]
    kept = [tensor.detach().clone() for tensor in tensors]
    cuda = [device] if device.type == "cuda" else []
    try:
        with torch.random.fork_rng(cuda):
            torch.manual_seed(session.plan.seed)
            yield
    finally:
        with torch.no_grad():
            for tensor, value in zip(tensors, kept, strict=True):
                tensor.copy_(value)
        for parameter in session.network.parameters():
            parameter.grad = None
