"""The set-ups whose runs are cut and resumed: what plans can ask for, on networks of all kinds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EPOCHS, BATCH, PER_EPOCH = 3, 16, 5
TICK = 7
"""The step before which ticks come, and in the midst of which runs are cut."""
CUTS = ("first", "middle", "border", "validation", "parts")
"""After step 1, in mid-epoch, between two epochs, while validating, inside the step at a tick."""


@dataclass(frozen=True)
class Setup:
    """What is trained, and how."""

    kind: str
    plan: Mapping[str, Any] = field(default_factory=dict)
    border: int = 2 * PER_EPOCH
    """The steps of two epochs."""


def _at(step: int, *actions: dict[str, Any]) -> dict[str, Any]:
    return {"at": {"type": "step", "at": step}, "actions": list(actions)}


def _paths(action: str, *paths: str, **settings: Any) -> dict[str, Any]:
    return {"type": action, "paths": list(paths), **settings}


def _sgd(**settings: Any) -> dict[str, Any]:
    return {"type": "sgd", "momentum": 0.9, "weight_decay": 0.01, **settings}


THAWED = [
    _at(2, _paths("freeze", "conv", "norm"), {"type": "rate", "value": 0.3, "ramp": 4}),
    _at(TICK, _paths("unfreeze", "norm"), _paths("freeze", "last", memory="keep")),
    _at(9, _paths("unfreeze"), {"type": "rate", "value": 1.0, "start": 0.0, "ramp": 3}),
]
STAGED = [
    _at(3, {"type": "augment", "augment": [{"type": "shift", "pixels": 1}]}),
    _at(TICK, {"type": "loss", "loss": {"type": "cross_entropy", "label_smoothing": 0.2}}),
    _at(8, _paths("freeze", "norm", what="statistics")),
]
SIZED = [
    _at(TICK, {"type": "batch_size", "size": 8}),
    _at(14, {"type": "batch_size", "size": 20}, {"type": "rate", "value": 0.5, "ramp": 3}),
]
SKIPPED = [_at(TICK, {"type": "skip", "step": 8}, {"type": "skip", "step": 11})]
LATE = [_at(0, _paths("bypass", "norm")), _at(TICK, _paths("enable", "norm"))]
EASED = {
    "at": {"type": "plateau", "patience": 1, "min_delta": 10.0, "times": 2},
    "actions": [{"type": "rate", "mode": "times", "value": 0.5}, _paths("freeze", "conv")],
}
EARLY = {
    "at": {"type": "reached", "metric": "accuracy", "value": 0.0, "part": "validation"},
    "actions": [{"type": "rate", "mode": "times", "value": 0.1}],
}
FOCAL = [{"loss": {"type": "focal", "class_weights": "1, 2, 3"}}]
HEADS = [{"output": "a", "weight": 0.7}, {"output": "b", "weight": 0.3, "loss": "focal"}]

SETUPS: Mapping[str, Setup] = {
    "mlp sgd": Setup("mlp", {"optimizer": _sgd()}),
    "mlp nesterov, cosine": Setup(
        "mlp", {"optimizer": _sgd(nesterov=True), "schedule": "cosine", "clip_norm": 0.5}
    ),
    "mlp adam, amsgrad, step": Setup(
        "mlp",
        {
            "optimizer": {"type": "adam", "amsgrad": True},
            "schedule": {"type": "step", "step_epochs": 1},
        },
    ),
    "mlp adamw, one cycle, l1": Setup(
        "mlp", {"optimizer": "adamw", "schedule": "one_cycle", "l1": 0.001}
    ),
    "mlp rmsprop centered": Setup(
        "mlp", {"optimizer": {"type": "rmsprop", "momentum": 0.9, "centered": True}}
    ),
    "mlp adagrad, penalties": Setup(
        "mlp",
        {
            "optimizer": {"type": "adagrad", "lr_decay": 0.1},
            "penalties": [{"layer": "first", "l1": 0.01, "l2": 0.1}],
        },
    ),
    "mlp nadam, clipped values": Setup("mlp", {"optimizer": "nadam", "clip_value": 0.01}),
    "mlp radam, average": Setup("mlp", {"optimizer": "radam", "ema": 0.9}),
    "mlp lion, cosine": Setup("mlp", {"optimizer": "lion", "schedule": "cosine"}),
    "mlp muon, in parts": Setup("mlp", {"optimizer": "muon", "accumulate": 4}),
    "line adam, clipped": Setup("line", {"clip_norm": 1.0, "optimizer": "adam"}),
    "line huber, sgd, average": Setup(
        "line", {"optimizer": _sgd(), "ema": 0.5, "targets": [{"loss": "huber"}]}
    ),
    "two heads": Setup("two heads", {"targets": HEADS}),
    "two heads, one cycle, in parts": Setup(
        "two heads", {"targets": HEADS, "schedule": "one_cycle", "accumulate": 3}
    ),
    "cnn sgd, cosine": Setup("cnn", {"optimizer": _sgd(), "schedule": "cosine"}),
    "cnn adamw, shifts, one cycle": Setup(
        "cnn", {"optimizer": "adamw", "augment": ["shift"], "schedule": "one_cycle"}
    ),
    "cnn balanced": Setup("cnn", {"sampling": "balanced", "augment": ["shift"]}),
    "cnn adam, in parts": Setup("cnn", {"accumulate": 4}),
    "cnn focal, muon, average": Setup("cnn", {"targets": FOCAL, "optimizer": "muon", "ema": 0.5}),
    "cnn bfloat16": Setup("cnn", {"precision": "bfloat16", "clip_norm": 1.0}),
    "cnn remembered": Setup("cnn, conv frozen", {"optimizer": _sgd()}),
    "cnn remembered, average, in parts": Setup("cnn, conv frozen", {"ema": 0.9, "accumulate": 4}),
    "cnn frozen, not remembered": Setup(
        "cnn, conv frozen", {"cache_features": "off", "optimizer": "rmsprop", "augment": ["shift"]}
    ),
    "cnn statistics frozen": Setup("cnn, statistics frozen", {"optimizer": "adamw"}),
    "cnn ticks": Setup("cnn", {"ticks": THAWED, "optimizer": "adamw", "schedule": "cosine"}),
    "cnn ticks, in parts": Setup("cnn", {"ticks": THAWED, "optimizer": _sgd(), "accumulate": 4}),
    "cnn stages": Setup("cnn", {"ticks": STAGED, "optimizer": "nadam"}),
    "cnn sizes": Setup("cnn", {"ticks": SIZED, "optimizer": "adamw"}, border=12),
    "gru sizes, in parts, one cycle": Setup(
        "gru", {"ticks": SIZED, "accumulate": 4, "schedule": "one_cycle"}, border=12
    ),
    "mlp skipped batches": Setup("mlp", {"ticks": SKIPPED, "optimizer": _sgd(), "ema": 0.5}),
    "cnn late norm": Setup("cnn", {"ticks": LATE, "optimizer": "lion"}),
    "cnn plateau": Setup("cnn", {"ticks": [EASED], "optimizer": _sgd()}),
    "cnn reached": Setup("cnn", {"ticks": [EARLY], "ema": 0.5}),
    "gru adam": Setup("gru", {"clip_norm": 0.5}),
    "gru adamw, shifts, in parts": Setup(
        "gru", {"optimizer": "adamw", "augment": ["shift"], "accumulate": 2}
    ),
    "gru frozen, rmsprop": Setup("gru, frozen", {"optimizer": "rmsprop"}),
    "lstm radam, cosine": Setup("lstm", {"optimizer": "radam", "schedule": "cosine"}),
    "lstm sgd, average": Setup("lstm", {"optimizer": _sgd(), "ema": 0.9}),
    "rnn adagrad, step": Setup("rnn", {"optimizer": "adagrad", "schedule": "step"}),
    "conv and lstm, rmsprop": Setup("conv and lstm", {"optimizer": "rmsprop", "l1": 1e-4}),
    "transformer adamw, one cycle": Setup(
        "transformer", {"optimizer": "adamw", "schedule": "one_cycle", "clip_norm": 1.0}
    ),
    "transformer lion, in parts": Setup("transformer", {"optimizer": "lion", "accumulate": 4}),
    "transformer bfloat16, muon": Setup(
        "transformer", {"optimizer": "muon", "precision": "bfloat16"}
    ),
    "transformer remembered": Setup("transformer, low frozen", {"optimizer": "nadam"}),
    "transformer ticks": Setup(
        "transformer",
        {
            "optimizer": "adam",
            "ticks": [_at(2, _paths("freeze", "low")), _at(TICK, _paths("unfreeze", "low"))],
        },
    ),
    "transformer recomputed": Setup(
        "deep transformer", {"checkpointing": True, "optimizer": _sgd()}
    ),
}  # fmt: skip

FEW = (
    "mlp radam, average", "two heads", "cnn adamw, shifts, one cycle", "cnn ticks, in parts",
    "cnn remembered", "cnn plateau", "lstm radam, cosine", "transformer adamw, one cycle",
)  # fmt: skip
"""Those of an ordinary run, each cut twice."""
