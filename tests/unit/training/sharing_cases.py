"""Small runs that one process and several must bring to the same end."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from studio.catalogue import CATALOGUE
from studio.catalogue.dense.linear import Linear
from studio.datasets.dataset import Answer, Dataset
from studio.graph.model import Graph, Node, Wire
from tests.unit.training.toys import chain, mlp, numbers, pictures, rows, three_inputs, three_to_one


@dataclass(frozen=True)
class Case:
    """A network, its data and its plan."""

    graph: Graph
    dataset: Dataset
    plan: dict[str, Any] = field(default_factory=dict)


def cnn() -> Graph:
    """Return convolutions with batch norm and without dropout, which processes draw apart."""
    return chain(
        image=("input", {"sample": (1, 8, 8)}),
        conv=("conv2d", {"out_channels": 4, "kernel_size": 3}),
        norm=("batch_norm2d", {}),
        act=("relu", {}),
        deep=("conv2d", {"out_channels": 6, "kernel_size": 3}),
        calm=("batch_norm2d", {"momentum": None}),
        flat=("flatten", {}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )


def instance_normed() -> Graph:
    return chain(
        image=("input", {"sample": (1, 8, 8)}),
        conv=("conv2d", {"out_channels": 4, "kernel_size": 3}),
        norm=("instance_norm2d", {"track_running_stats": True}),
        flat=("flatten", {}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )


def recurrent() -> Graph:
    return chain(
        words=("input", {"sample": (6,), "dtype": "int64"}),
        table=("embedding", {"num_embeddings": 12, "embedding_dim": 8}),
        look=("attention", {"num_heads": 2}),
        read=("gru", {"hidden_size": 8, "output": "last"}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )


def words(samples: int = 96) -> Dataset:
    random = np.random.default_rng(3)
    inputs = random.integers(0, 12, (samples, 6))
    return Dataset("words", inputs, inputs.sum(1) % 3, classes=("a", "b", "c"))


def both() -> Dataset:
    """Return samples of three inputs with two answers."""
    dataset = three_inputs()
    sums = dataset.inputs.sum(1, keepdims=True)
    return replace(dataset, more_targets={"sum": Answer(sums)})


def joined() -> Graph:
    """Return a network that takes and gives all of these."""
    graph = three_to_one()
    head = {
        "total": Node(Linear(out_features=1), (Wire("act"),)),
        "sum": Node(CATALOGUE["output"](), (Wire("total"),)),
    }
    return Graph({**graph.nodes, **head})


def rate(value: float) -> dict[str, Any]:
    return {"type": "sgd", "learning_rate": value, "momentum": 0.9}


_THAW = [
    {"at": {"type": "step", "at": 8}, "actions": [{"type": "freeze", "paths": ["conv", "norm"]}]},
    {
        "at": {"type": "step", "at": 17},
        "actions": [{"type": "unfreeze", "paths": ["conv", "norm"]}],
    },
]

CASES: dict[str, Case] = {
    # 64 training samples in batches of 21: the last of an epoch holds a single one
    "mlp": Case(mlp(), rows(), {"batch_size": 21, "optimizer": rate(0.1), "epochs": 6}),
    "weighted": Case(
        mlp(),
        rows(),
        {
            "batch_size": 15,
            "optimizer": {"type": "adamw", "learning_rate": 0.01},
            "targets": [{"loss": {"type": "cross_entropy", "class_weights": "1, 5, 0.2"}}],
            "l1": 0.001,
            "clip_norm": 0.5,
            "ema": 0.9,
            "epochs": 5,
        },
    ),
    "adam": Case(
        mlp(),
        rows(),
        {"batch_size": 21, "optimizer": {"type": "adam"}, "epochs": 6, "clip_norm": 0.5},
    ),
    "numbers": Case(
        chain(
            row=("input", {"sample": (4,)}),
            last=("linear", {"out_features": 1}),
            y=("output", {}),
        ),
        numbers(),
        {"batch_size": 13, "optimizer": rate(0.05), "epochs": 4, "accumulate": 3},
    ),
    "cnn": Case(cnn(), pictures(), {"batch_size": 15, "optimizer": rate(0.02), "epochs": 5}),
    "thawed": Case(
        cnn(),
        pictures(),
        {"batch_size": 16, "optimizer": rate(0.05), "epochs": 7, "ticks": _THAW},
    ),
    "frozen": Case(
        cnn(),
        pictures(),
        {"batch_size": 16, "optimizer": rate(0.05), "epochs": 7, "ticks": _THAW[:1]},
    ),
    "parts": Case(
        cnn(), pictures(), {"batch_size": 15, "optimizer": rate(0.02), "epochs": 5, "accumulate": 2}
    ),
    "instances": Case(
        instance_normed(), pictures(), {"batch_size": 13, "optimizer": rate(0.05), "epochs": 4}
    ),
    "recurrent": Case(
        recurrent(), words(), {"batch_size": 14, "optimizer": rate(0.1), "epochs": 5}
    ),
}

CASES["several"] = Case(
    joined(),
    both(),
    {
        "batch_size": 15,
        "optimizer": rate(0.02),
        "epochs": 4,
        "accumulate": 2,
        "targets": [
            {"output": "scores", "loss": {"type": "cross_entropy", "class_weights": "1, 2, 1, 3"}},
            {"output": "sum", "field": "sum", "loss": "mse", "weight": 0.3},
        ],
    },
)
"""Three inputs and two targets."""

CASES |= {
    name: Case(
        cnn(),
        pictures(),
        {"batch_size": 15, "optimizer": rate(0.02), "epochs": 4, "augment": augment} | more,
    )
    for name, augment, more in (
        ("changed", ["flip", "rand_augment", "blur", "noise"], {}),
        ("mixed", ["shift", "rand_augment", "mixup", "cutmix"], {"accumulate": 2}),
        ("changed and streamed", ["flip", "rand_augment"], {"loading": "streamed"}),
        ("mixed and streamed", ["shift", "mixup", "cutmix"], {"loading": "streamed"}),
    )
}
"""Pictures changed at random, alone and in pairs of which another process may have one."""

BROKEN = Case(
    mlp(),
    Dataset(
        "spoiled",
        np.where(np.arange(96)[:, None] == 40, np.float32(np.nan), rows().inputs),
        rows().targets,
        classes=("a", "b", "c"),
    ),
    {"batch_size": 21, "optimizer": rate(0.1), "epochs": 1},
)
"""One sample of the training part is not a number."""

_SAVE = {"at": {"type": "step", "at": 12}, "actions": [{"type": "save", "name": "mine"}]}

KEPT: dict[str, Case] = {
    # 64 samples in batches of 15, so that ticks come in the middle of an epoch
    "average": Case(
        cnn(),
        pictures(),
        {
            "batch_size": 15,
            "optimizer": rate(0.05),
            "epochs": 5,
            "ticks": [*_THAW, _SAVE],
            "ema": 0.9,
            "clip_norm": 0.5,
            "checkpoint_every": 1,
        },
    ),
    "values": Case(
        mlp(),
        rows(),
        {
            "batch_size": 15,
            "optimizer": {"type": "adamw", "learning_rate": 0.01},
            "epochs": 5,
            "accumulate": 2,
            "clip_value": 0.05,
        },
    ),
}
"""Those that are trained in parts with a folder, cut off in the middle and gone on with."""

SHARDED = ("adam", "thawed", "parts", "recurrent")
"""Those that are also trained by processes of which each holds a part of the weights."""
