"""Networks of every family and data for them: small enough that a run takes a tenth of a second."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from studio.datasets.dataset import Dataset
from studio.graph import edits
from studio.graph.model import Graph
from tests.unit.analysis.networks import Spec, block, graph
from tests.unit.training.toys import cnn, numbers, pictures, rows

SAMPLES = 164
"""Of which 80 validate, in two batches, and 16 test; the last batch of an epoch is short."""


@dataclass(frozen=True)
class Kind:
    """A network and what it learns from."""

    graph: Callable[[], Graph]
    data: Callable[[], Dataset]


def _linear(features: int) -> Spec:
    return {"type": "linear", "out_features": features}


def _mlp(outputs: int = 3, drop: float = 0.3) -> Graph:
    return graph(
        row={"type": "input", "shape": [4]}, first=_linear(16), act="relu",
        drop={"type": "dropout", "p": drop}, last=_linear(outputs), scores="output",
    )  # fmt: skip


def _two_heads() -> Graph:
    return graph(
        row={"type": "input", "shape": [4]}, first=_linear(16), act="tanh",
        drop={"type": "dropout", "p": 0.2},
        near=_linear(3), a="output",
        far={**_linear(3), "from": ["drop"]}, b="output",
    )  # fmt: skip


def _reader(**layer: Any) -> Graph:
    """Return rows of a picture read as a sequence."""
    return graph(
        image={"type": "input", "shape": [1, 8, 8]},
        lines={"type": "flatten", "start_dim": 1, "end_dim": 2},
        read={"hidden_size": 6, "output": "last", **layer},
        drop={"type": "dropout", "p": 0.2}, last=_linear(3), scores="output",
    )  # fmt: skip


def _convolutional_reader() -> Graph:
    return graph(
        image={"type": "input", "shape": [1, 8, 8]},
        conv={"type": "conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1},
        norm="batch_norm2d", act="relu",
        turn={"type": "permute", "dims": [0, 2, 1, 3]},
        lines={"type": "flatten", "start_dim": 2},
        read={"type": "lstm", "hidden_size": 5, "output": "last"},
        drop={"type": "dropout", "p": 0.2}, last=_linear(3), scores="output",
    )  # fmt: skip


def _transformer(repeat: int = 1, dropout: float = 0.1) -> Graph:
    inside: dict[str, str | Spec] = {
        "x": {"type": "input", "shape": [6, 8]},
        "n1": "layer_norm", "look": {"type": "attention", "num_heads": 2, "dropout": dropout},
        "s1": {"type": "add", "from": ["x", "look"]},
        "n2": "layer_norm", "up": _linear(16), "act": "gelu",
        "drop": {"type": "dropout", "p": dropout}, "down": _linear(8),
        "s2": {"type": "add", "from": ["s1", "down"]}, "y": "output",
    }  # fmt: skip
    return graph(
        words={"type": "input", "shape": [6], "dtype": "int64"},
        letters={"type": "embedding", "num_embeddings": 20, "embedding_dim": 8},
        places="position_embedding",
        low=block(inside, repeat=repeat), high=block(inside, repeat=repeat),
        mean={"type": "reduce", "dim": [1]}, last=_linear(3), scores="output",
    )  # fmt: skip


def _words() -> Dataset:
    random = np.random.default_rng(3)
    targets = random.integers(0, 3, SAMPLES)
    inputs = (random.integers(0, 12, (SAMPLES, 6)) + 4 * targets[:, None]) % 20
    return Dataset("words", inputs, targets, classes=("a", "b", "c"))


def _frozen(made: Graph, *names: str, mark: Any = True) -> Graph:
    return edits.set_frozen(made, names, mark)


def _rows() -> Dataset:
    return rows(SAMPLES)


def _pictures() -> Dataset:
    return pictures(SAMPLES)


KINDS: Mapping[str, Kind] = {
    "mlp": Kind(_mlp, _rows),
    "line": Kind(lambda: _mlp(1), lambda: numbers(SAMPLES)),
    "two heads": Kind(_two_heads, _rows),
    "cnn": Kind(cnn, _pictures),
    "cnn, conv frozen": Kind(lambda: _frozen(cnn(), "conv", "norm"), _pictures),
    "cnn, statistics frozen": Kind(
        lambda: _frozen(cnn(), "norm", mark="statistics"), _pictures
    ),
    "gru": Kind(lambda: _reader(type="gru", num_layers=2, dropout=0.3), _pictures),
    "gru, frozen": Kind(
        lambda: _frozen(_reader(type="gru", num_layers=2, dropout=0.3), "read"), _pictures
    ),
    "lstm": Kind(lambda: _reader(type="lstm", bidirectional=True), _pictures),
    "rnn": Kind(lambda: _reader(type="rnn"), _pictures),
    "conv and lstm": Kind(_convolutional_reader, _pictures),
    "transformer": Kind(_transformer, _words),
    "deep transformer": Kind(lambda: _transformer(3), _words),
    "transformer, low frozen": Kind(
        lambda: _frozen(_transformer(2), "letters", "places", "low"), _words
    ),
}  # fmt: skip
