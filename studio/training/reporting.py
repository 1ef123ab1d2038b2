"""What is said while training runs, and when: at most every 50 ms, so that nothing waits for it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.utils import get_total_norm

from studio.network.network import Network
from studio.training.control import Clock
from studio.training.events import StepDone
from studio.training.tensors.shards import is_sharded

INTERVAL = 0.05
"""Seconds between two reports."""

_SAMPLE = 1 << 16
"""Numbers of a parameter up to which all of them are measured."""


class Watch:
    """Measures the time of a run without its pauses, and of its steps without evaluations."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock()
        self._before = 0.0
        self._paused = 0.0
        self._aside = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds since the start of the run, pauses left out."""
        return self._before + self._lasted()

    @property
    def training(self) -> float:
        """Seconds spent making steps, those before a run went on left out."""
        return self._lasted() - self._aside

    def go_on(self, seconds: float) -> None:
        """Count on from the time that a run took before it was stopped."""
        self._before = seconds

    def pause(self, seconds: float) -> None:
        """Leave out a pause that is over."""
        self._paused += seconds

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Count what happens inside as elapsed, but not as training."""
        began = self._lasted()
        yield
        self._aside += self._lasted() - began

    def _lasted(self) -> float:
        return self._clock() - self._began - self._paused


class Reporter:
    """Sums losses on the device and turns them into an event now and then."""

    def __init__(
        self, watch: Watch, device: torch.device, total: Callable[[Tensor], Tensor] = torch.detach
    ) -> None:
        """`total` adds up the losses of all processes."""
        self._watch, self._total = watch, total
        self._losses = torch.zeros((), device=device)
        self._steps = 0
        self._samples = 0
        self._last = watch.training

    def add(self, loss: Tensor, samples: int) -> None:
        """Take the mean loss of one step."""
        self._losses += loss
        self._steps += 1
        self._samples += samples

    @property
    def is_due(self) -> bool:
        """Whether it is time to say something."""
        return self._watch.training - self._last >= INTERVAL

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not self._steps

    def drop(self) -> None:
        """Forget what was not told: it was in vain."""
        self._losses = torch.zeros_like(self._losses)
        self._steps = self._samples = 0

    def event(self, step: int, epoch: float, rate: float, heat: "Heat") -> StepDone:
        """Return the mean since the last report; waits for the device."""
        loss = float(self._total(self._losses)) / max(1, self._steps)
        now = self._watch.training
        norms, ratios = heat.taken()
        report = StepDone(
            step=step,
            epoch=epoch,
            loss=loss,
            learning_rate=rate,
            samples_per_second=self._samples / max(now - self._last, 1e-9),
            elapsed_s=self._watch.elapsed,
            gradient_norms=norms,
            update_ratios=ratios,
        )
        self._losses = torch.zeros_like(self._losses)
        self._steps = self._samples = 0
        self._last = now
        return report


class Heat:
    """Measures now and then how long each layer's gradient is and how far a step moves its weights.

    Measuring happens at most twice a second, and so rarely that it takes no more than a fiftieth of
    the time. How far weights move is seen in a copy of evenly spaced rows of large tensors, so that
    training takes hardly more memory than without.
    """

    def __init__(self, network: Network, watch: Watch) -> None:
        self._watch = watch
        self._layers = parameters_by_layer(network)
        self._next = 0.0
        self._norms: Mapping[str, float] = {}
        self._ratios: Mapping[str, float] = {}

    @property
    def is_due(self) -> bool:
        """Whether the next step is to be measured."""
        return self._watch.training >= self._next

    @property
    def is_ready(self) -> bool:
        """Whether a measurement waits to be reported."""
        return bool(self._norms)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure the step made inside."""
        began = self._watch.training
        moving = {
            path: [p for p in parameters if p.requires_grad and not is_sharded(p)]
            for path, parameters in self._layers.items()
        }
        before = {
            path: [_sample(p).clone() for p in found] for path, found in moving.items() if found
        }
        copied = self._watch.training
        yield
        stepped = self._watch.training
        self._norms, self._ratios = _heat({path: moving[path] for path in before}, before)
        now = self._watch.training
        self._next = now + max(0.5, 50 * (copied - began + now - stepped))

    def taken(self) -> tuple[Mapping[str, float], Mapping[str, float]]:
        """Return gradient norms and update ratios by layer path, once; empty if none are new."""
        found = self._norms, self._ratios
        self._norms, self._ratios = {}, {}
        return found


def parameters_by_layer(network: Network) -> dict[str, list[nn.Parameter]]:
    """Return the parameters of each layer that has any, by path; copies of a block go together."""
    found = {
        path: [parameter for module in modules for parameter in module.parameters()]
        for path, modules in network.layers().items()
    }
    return {path: parameters for path, parameters in found.items() if parameters}


def _sample(parameter: nn.Parameter) -> Tensor:
    """Return a parameter, or evenly spaced rows of one that is large."""
    found = parameter.detach()
    return found[:: max(1, found.numel() // _SAMPLE)] if found.ndim else found


def _heat(
    moving: Mapping[str, list[nn.Parameter]], before: Mapping[str, list[Tensor]]
) -> tuple[dict[str, float], dict[str, float]]:
    rows: dict[str, Tensor] = {}
    for path, parameters in moving.items():
        gradients = [p.grad for p in parameters if p.grad is not None]
        moves = [_sample(p) - old for p, old in zip(parameters, before[path], strict=True)]
        if gradients:
            rows[path] = torch.stack(
                [get_total_norm(ts) for ts in (gradients, moves, before[path])]
            )
    # one copy from the device for all layers
    table = torch.stack(list(rows.values())).tolist() if rows else []
    values = dict(zip(rows, table, strict=True))
    return (
        {path: row[0] for path, row in values.items()},
        {path: row[1] / row[2] if row[2] else 0.0 for path, row in values.items()},
    )
