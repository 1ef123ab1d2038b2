"""A run with ten ticks of every kind, and how it is watched step by step."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from studio.analysis.analyze import analyze
from studio.graph.model import Graph
from studio.network.network import Network
from studio.training.control import Control
from studio.training.course.preview import Preview, preview
from studio.training.events import StepDone
from studio.training.plan import read_plan
from studio.training.stepping import step
from studio.training.stepping.sections import write_rates
from tests.unit.training.toys import chain, pictures, running

PER_EPOCH, EPOCHS = 8, 6
TEN = [
    {
        "name": "begin",
        "at": {"type": "step", "at": 0},
        "actions": [
            {"type": "bypass", "paths": ["scale"]},
            {"type": "freeze", "paths": ["conv", "norm"]},
            {"type": "rate", "value": 1.0, "start": 0.0, "ramp": 5},
        ],
    },
    {
        "at": {"type": "epoch", "at": 0.5},
        "actions": [
            {"type": "rate", "mode": "times", "value": 0.5, "paths": ["last"], "ramp": 3}
            | {"shape": "cosine"}
        ],
    },
    {
        "at": {"type": "step", "at": 9},
        "actions": [
            {"type": "unfreeze", "paths": ["norm"]},
            {"type": "rate", "value": 0.7, "start": 0.0, "ramp": 4, "paths": ["norm"]},
        ],
    },
    {"at": {"type": "fraction", "at": 0.3}, "actions": [{"type": "enable", "paths": ["scale"]}]},
    {
        "at": {"type": "epoch", "at": 2},
        "actions": [{"type": "freeze", "paths": ["last"], "memory": "keep"}],
    },
    {"at": {"type": "step", "at": 19}, "actions": [{"type": "unfreeze", "paths": ["last"]}]},
    {
        "at": {"type": "step", "at": 24},
        "actions": [
            {"type": "loss", "loss": {"type": "cross_entropy", "label_smoothing": 0.2}},
            {"type": "augment", "augment": [{"type": "shift", "pixels": 1}]},
        ],
    },
    {
        "at": {"type": "step", "at": 30},
        "actions": [
            {"type": "unfreeze", "paths": ["conv"]},
            {"type": "rate", "mode": "rate", "value": 1e-4, "paths": ["conv"], "ramp": 2},
        ],
    },
    {
        "at": {"type": "step", "at": 33},
        "actions": [
            {"type": "freeze", "paths": ["norm"], "what": "statistics"},
            {"type": "rate", "value": 0.3, "ramp": 0.5, "unit": "epochs"},
        ],
    },
    {
        "at": {"type": "step", "at": 40},
        "actions": [
            {"type": "rate", "mode": "times", "value": 0.1},
            {"type": "save", "name": "late"},
        ],
    },
]
STEPS = (0, 4, 9, 14, 16, 19, 24, 30, 33, 40)
ADAM = {"type": "adamw", "learning_rate": 0.01}
MOMENTUM = {"type": "sgd", "learning_rate": 0.05, "momentum": 0.9, "weight_decay": 0.01}


def net() -> Graph:
    """Return a network with batch norm, dropout, and a layer norm that can come later."""
    return chain(
        image=("input", {"sample": (1, 8, 8)}),
        conv=("conv2d", {"out_channels": 4, "kernel_size": 3}),
        norm=("batch_norm2d", {}),
        act=("relu", {}),
        pool=("max_pool2d", {"kernel_size": 2}),
        drop=("dropout", {"p": 0.25}),
        flat=("flatten", {}),
        scale=("layer_norm", {}),
        hidden=("linear", {"out_features": 8}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )


def settings(optimizer: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    return {
        "epochs": EPOCHS,
        "batch_size": 8,
        "optimizer": optimizer or ADAM,
        "schedule": {"type": "cosine", "warmup": 0.1, "final": 0.1},
        "ticks": TEN,
    } | others


def foreseen(graph: Graph, plan: dict[str, Any]) -> Preview:
    return preview(read_plan(plan), analyze(graph), PER_EPOCH)


class Hasty:
    """A clock on which so much time goes by that every step is reported."""

    def __init__(self) -> None:
        self._calls = itertools.count()

    def __call__(self) -> float:
        return float(next(self._calls))


def events(
    network: Network,
    plan: dict[str, Any],
    *,
    stop_at: int | None = None,
    start: Any = None,
    folder: Path | None = None,
) -> Iterator[Any]:
    """Train on pictures, every step reported, and stop once so many steps are done."""
    control = Control(Hasty())
    for event in running(network, pictures(), control, **plan, start=start, folder=folder):
        yield event
        if isinstance(event, StepDone) and event.step == stop_at:
            control.stop()


class Seen:
    """What each update really did: rates and gradients by the name of the parameter."""

    def __init__(self, network: Network) -> None:
        self._names = {parameter: name for name, parameter in network.named_parameters()}
        self.rates: list[dict[str, float]] = []
        self.moving: list[frozenset[str]] = []

    def __enter__(self) -> "Seen":
        # after the gradients, right before the update, whichever kernel makes it
        vars(step)["write_rates"] = self._written
        return self

    def __exit__(self, *_error: object) -> None:
        vars(step)["write_rates"] = write_rates

    def _written(self, optimizer: torch.optim.Optimizer, rates: Sequence[float]) -> None:
        write_rates(optimizer, rates)
        pairs = [(p, group["lr"]) for group in optimizer.param_groups for p in group["params"]]
        self.rates.append({self._names[p]: rate for p, rate in pairs})
        self.moving.append(frozenset(self._names[p] for p, _rate in pairs if p.grad is not None))
