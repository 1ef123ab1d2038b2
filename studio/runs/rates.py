"""Which learning rate suits a request: its network on its data, tried without leaving a run."""

from collections.abc import Iterator

from studio.runs.failures import memory_told
from studio.runs.prepare import prepared
from studio.runs.request import RunRequest
from studio.training.finder import RatePoint, suggested_rate, tried_rates
from studio.training.opening import opened

__all__ = ["RatePoint", "suggested_rate", "tried"]


def tried(request: RunRequest, low: float, high: float, steps: int) -> Iterator[RatePoint]:
    """Yield the loss at growing learning rates; nothing is written.

    Raises StudioError for what a run could not be started with either.
    """
    with memory_told():
        ready = prepared(request)
        with opened(ready.network, ready.data, request.plan) as session:
            yield from tried_rates(session, low=low, high=high, steps=steps)
