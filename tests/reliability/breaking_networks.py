"""Small networks of every kind that break in a way of their own, and data for them."""

from typing import Any

import numpy as np

from studio.datasets.dataset import Dataset
from studio.graph.model import Graph
from tests.unit.analysis.networks import graph, residual

BATCH, PER_EPOCH = 8, 5
SAMPLES = BATCH * PER_EPOCH + 8 + 8


def networks() -> dict[str, tuple[Graph, Dataset, dict[str, Any]]]:
    """Return graph, data and settings by the name of the kind."""
    momentum = {"type": "sgd", "learning_rate": 0.02, "momentum": 0.9}
    return {
        "mlp": (_mlp(), _data((6,)), {}),
        "norm": (_cnn(), _data((1, 8, 8)), {"optimizer": momentum}),
        "gru": (_gru(), _data((5, 4)), {"optimizer": "rmsprop"}),
        "attention": (_attention(), _data((4, 8)), {"optimizer": "adamw", "ema": 0.9}),
        "blocks": (_blocks(), _data((3, 8, 8)), {"schedule": {"type": "cosine"}}),
    }


def _data(sample: tuple[int, ...]) -> Dataset:
    random = np.random.default_rng(1)
    targets = np.arange(SAMPLES, dtype=np.int64) % 3
    inputs = random.standard_normal((SAMPLES, *sample), dtype=np.float32)
    inputs += targets.reshape(-1, *[1] * len(sample)).astype(np.float32)
    return Dataset("breaking", inputs, targets, classes=("a", "b", "c"))


def _input(*sample: int) -> dict[str, Any]:
    return {"type": "input", "shape": list(sample)}


_SCORES = {"type": "linear", "out_features": 3}


def _mlp() -> Graph:
    hidden = {"type": "linear", "out_features": 12}
    return graph(x=_input(6), first=hidden, act="relu", last=_SCORES, y="output")


def _cnn() -> Graph:
    return graph(
        x=_input(1, 8, 8),
        first={"type": "conv2d", "out_channels": 4, "kernel_size": 3},
        norm="batch_norm2d",
        act="relu",
        pool={"type": "max_pool2d", "kernel_size": 2},
        drop={"type": "dropout", "p": 0.25},
        flat="flatten",
        last=_SCORES,
        y="output",
    )


def _gru() -> Graph:
    return graph(
        x=_input(5, 4),
        first={"type": "gru", "hidden_size": 6},
        flat="flatten",
        drop={"type": "dropout", "p": 0.1},
        last=_SCORES,
        y="output",
    )


def _attention() -> Graph:
    return graph(
        x=_input(4, 8),
        first={"type": "attention", "num_heads": 2},
        norm="layer_norm",
        flat="flatten",
        last=_SCORES,
        y="output",
    )


def _blocks() -> Graph:
    return graph(
        x=_input(3, 8, 8),
        body=residual(3, repeat=3),
        flat="flatten",
        last=_SCORES,
        y="output",
    )
