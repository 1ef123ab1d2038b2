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
    precision: str = ""
    """The numbers layers compute with: "float32"; "" in logs of earlier versions."""
    inexact: str = ""
    """Why a run that goes on will not be bit for bit what it would have been, in sentences."""
    loading: Literal["", "whole", "streamed"] = ""
    """Whether all samples lie on the device; "" in logs of earlier versions."""


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
class LengthChanged:
    """From this step on the run has another number of steps: its batch size is or will be another.

    Not told of ticks that were planned from the start: `Started.steps` counts on them.
    """

    step: int
    steps: int
    """Steps of the whole run."""


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
class Trouble:
    """Something beside the training goes wrong, or works again; the training goes on."""

    step: int
    message: str
    """What it is and what would help, in sentences."""
    about: str = "checkpoint"
    """What it concerns: "checkpoint", "log", "memory", "speed" or "tick"."""
    over: bool = False
    """Whether it is over."""


Where = Literal["", "data", "weights", "output", "loss", "gradient"]
Cause = Literal["unknown", "data", "weights", "input", "layer", "loss", "divergence"]


@dataclass(frozen=True)
class Broken:
    """The numbers of a step were not finite, or the loss ran away; what was done about it."""

    step: int
    """The steps made before the one that broke, whose update was not made."""
    action: Literal["rate", "clip", "pause", "stop"]
    """The rate was halved, the gradient is clipped, the run waits for somebody, or it ends."""
    back_to: int
    """The step from which it goes on; what was told of later ones is void."""
    attempt: int
    """The how manyth time within 1000 steps, counted from 1."""
    where: Where = ""
    """What was the first not to be finite; "" where that did not happen a second time."""
    cause: Cause = "unknown"
    """Why: the data of the batch, the weights or the input of the layer, or its own arithmetic."""
    layer: str = ""
    """Path of the layer; "" where none is to blame."""
    copy: int = 0
    """The copy of a repeated block it lies in, counted from 1; 0 where there is one."""
    largest: float = 0.0
    """The largest finite absolute number on the way there."""
    samples: tuple[int, ...] = ()
    """Numbers of the samples that are not finite, counted from 0 in the data set, 20 at most."""
    outputs: Mapping[str, float] = field(default_factory=dict)
    """Layer path → largest absolute number that came out, as the step was made again."""
    gradients: Mapping[str, float] = field(default_factory=dict)
    """Layer path → largest absolute number of the gradient of what came out."""
    message: str = ""
    """All of it in a few sentences."""


@dataclass(frozen=True)
class BatchSplit:
    """Memory ran out: batches are computed in more parts from here on, and learn the same."""

    step: int
    """The steps made by the state from which the run goes on; what was told of later ones is void.
    """
    what: Literal["training", "evaluation"]
    parts: int
    """In how many parts a batch is trained; 1 for evaluations."""
    size: int
    """How many samples are computed at a time."""
    needed: int = 0
    """Bytes of the block that did not fit; 0 where nobody knows."""
    free: int = 0
    """Bytes that were free."""
    message: str = ""
    """All of it in a few sentences."""


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
    | LengthChanged
    | TickFired
    | CheckpointSaved
    | Broken
    | BatchSplit
    | Trouble
    | Ended
)
