"""What a finished run answers for new samples."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from studio.errors import TrainingError
from studio.runs.failures import damage_told
from studio.runs.inputs import Asked, read_inputs
from studio.runs.trained import Trained
from studio.wording import _

_BATCH = 256


@dataclass(frozen=True)
class Prediction:
    """The answer for one sample: a class with probabilities, or numbers."""

    input: str
    label: str = ""
    probability: float = 0.0
    probabilities: Mapping[str, float] = field(default_factory=dict)
    """By class, the likeliest first; empty when numbers are predicted."""
    values: tuple[float, ...] = ()
    """Predicted numbers in their own units; empty for classes."""


def predict(run: Path, inputs: Iterable[str], device: str = "") -> tuple[Prediction, ...]:
    """Return what a run's last weights answer for files, folders, rows or texts.

    Raises StudioError if the run or an input cannot be read, or an answer is not finite.
    """
    trained = Trained.opened(run, device=device)
    if len(trained.network.inputs) != 1:
        raise TrainingError(
            _("The network takes {inputs}, but a prediction is given one input.").format(
                inputs=", ".join(trained.network.inputs)
            )
        )
    asked = read_inputs(inputs, trained.sample, trained.info)
    with damage_told(run):
        answers = _asked(trained, asked)
    for answer in answers:
        if not all(map(math.isfinite, (*answer.probabilities.values(), *answer.values))):
            raise TrainingError(
                _("{run} does not answer {input} with a finite number.").format(
                    run=run, input=answer.input
                ),
                _("Check the input, or use a run whose loss stayed finite."),
            )
    return answers


def _asked(trained: Trained, asked: Asked) -> tuple[Prediction, ...]:
    normalization = trained.info.scaling.inputs
    samples = normalization.applied(asked.samples) if normalization else asked.samples
    answers: list[Prediction] = []
    with trained.machine.threads_set(), torch.inference_mode(), trained.machine.autocast():
        for start in range(0, len(samples), _BATCH):
            batch = torch.from_numpy(samples[start : start + _BATCH])
            batch = batch.to(trained.machine.device)
            outputs = trained.network(batch)
            answers += _answers(asked.names[start : start + _BATCH], batch, outputs, trained)
    return tuple(answers)


def _answers(
    names: tuple[str, ...], batch: Tensor, outputs: Mapping[str, Tensor], trained: Trained
) -> list[Prediction]:
    classes = trained.info.classes
    if not classes:
        rows = trained.objective.answers(dict(outputs)).tolist()
        return [Prediction(name, values=tuple(row)) for name, row in zip(names, rows, strict=True)]
    shares = _of_the_end(trained.objective.shares(outputs), batch).tolist()
    return [_classified(name, classes, row) for name, row in zip(names, shares, strict=True)]


def _of_the_end(shares: Tensor, batch: Tensor) -> Tensor:
    """Return the probabilities of each sample, [batch, classes]: what follows after its last token.

    Raises TrainingError where each pixel of a picture has a class.
    """
    if shares.ndim == 2:
        return shares
    if shares.shape[:-1] != batch.shape:
        raise TrainingError(
            _("The network gives {count} classes per sample, but a prediction is one.").format(
                count=shares[0, ..., 0].numel()
            )
        )
    places = torch.arange(batch.shape[1], device=batch.device)
    last = torch.where(batch != 0, places, 0).argmax(1)  # 0 is padding
    return shares[torch.arange(len(shares), device=shares.device), last]


def _classified(name: str, classes: tuple[str, ...], shares: list[float]) -> Prediction:
    ranked = sorted(zip(shares, classes, strict=True), key=lambda pair: -pair[0])
    probability, label = ranked[0]
    return Prediction(name, label, probability, {word: share for share, word in ranked})
