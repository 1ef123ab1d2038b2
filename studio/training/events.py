"""What happens in a run, as frozen facts; a run on disk is the list of them.

Every event can be written as one JSON line (`to_json`) and read back (`from_json`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Metrics = Mapping[str, float]
"""Metric by name: "loss", "accuracy", "precision", "recall", "f1" or "mae", "mse", "rmse", "r2".

Precision, recall and F1 are plain means over the classes; evaluations also have them as "…_micro"
and "…_weighted", "top5" of more than five classes, and "auroc"; sequences have "perplexity".
"""


@dataclass(frozen=True)
class Started:
    """The first step is about to be made."""

    run: str
    steps: int
    """Steps of the whole run."""
    steps_per_epoch: int
    epochs: int
    samples: int
    """Training samples per epoch."""
    parameters: int
    trainable: int
    device: str
    threads: int
    classes: tuple[str, ...] = ()
    """Names of the classes; empty for regression."""
    layers: tuple[str, ...] = ()
    """Paths of the layers with parameters, in order: the rows of the heat strip."""
    first_step: int = 0
    """Steps already made by the run this one resumes."""
    time: str = ""
    """UTC, ISO 8601."""
    memory_predicted: int = 0
    """Bytes of the fullest moment of a step, as predicted; 0 where nobody did."""


@dataclass(frozen=True)
class StepDone:
    """Some steps were made; sent at most every 50 ms."""

    step: int
    epoch: float
    """Epochs done so far, with a fraction."""
    loss: float
    """Mean since the last event of this kind."""
    learning_rate: float
    samples_per_second: float
    elapsed_s: float
    gradient_norms: Mapping[str, float] = field(default_factory=dict)
    """Layer path → norm of its gradient at this step; measured now and then, else empty."""
    update_ratios: Mapping[str, float] = field(default_factory=dict)
    """Layer path → norm of the update over norm of the weights, measured with the gradients."""
    layer_rates: Mapping[str, float] = field(default_factory=dict)
    """Layer path → learning rate of this step, for layers that ticks give one of their own."""


@dataclass(frozen=True)
class EpochDone:
    """One epoch is complete and was evaluated."""

    epoch: int
    """Epochs done, counted from 1."""
    step: int
    train: Metrics
    validation: Metrics
    confusion: tuple[tuple[int, ...], ...] = ()
    """Validation counts, true class by row, predicted class by column; empty for regression."""
    elapsed_s: float = 0.0


@dataclass(frozen=True)
class FreezeChanged:
    """The set of frozen layers changed before this step."""

    step: int
    frozen: tuple[str, ...]
    """Paths of all layers frozen from now on."""
    trainable: int
    """Parameters that train from now on."""


@dataclass(frozen=True)
class RateChanged:
    """The learning rate was scaled by hand before this step."""

    step: int
    scale: float


@dataclass(frozen=True)
class TickFired:
    """A tick came: a change that was planned, or one by hand, took place before this step."""

    step: int
    number: int
    """Which tick of the plan, counted from 0; -1 for a change by hand."""
    origin: Literal["planned", "condition", "hand"]
    tick: Mapping[str, Any]
    """The JSON form of the tick."""


@dataclass(frozen=True)
class CheckpointSaved:
    """A checkpoint is complete on disk."""

    step: int
    name: str
    """Its name inside the run: "last", "best", or one that a tick gave."""


@dataclass(frozen=True)
class Ended:
    """Nothing follows."""

    reason: Literal["finished", "finished early", "stopped", "failed"]
    step: int
    seconds: float
    samples_per_second: float
    metrics: Mapping[str, Metrics] = field(default_factory=dict)
    """Split ("train", "validation", "test") → metrics of the final weights."""
    confusion: tuple[tuple[int, ...], ...] = ()
    """Counts on the test split (validation where there is no test split)."""
    per_class: tuple[Metrics, ...] = ()
    """Precision, recall, f1 and support of each class on that split."""
    frozen_tensors: int = 0
    frozen_unchanged: bool = True
    """Whether every tensor frozen throughout has the same hash before and after."""
    message: str = ""
    """Why it failed, in one sentence with its remedy."""
    memory_peak: int = 0
    """Bytes of the fullest moment of a step, as measured, without the data set; 0 if no step was.

    Beside `Started.memory_predicted`. On processors the memory of tensors, on GPUs the allocator's.
    """


Event = (
    Started
    | StepDone
    | EpochDone
    | FreezeChanged
    | RateChanged
    | TickFired
    | CheckpointSaved
    | Ended
)
