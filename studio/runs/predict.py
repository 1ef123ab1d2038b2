"""What a finished run answers for new samples."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from torch import Tensor

from studio.datasets.dataset import Array
from studio.errors import TrainingError
from studio.runs.failures import damage_told
from studio.runs.inputs import read_inputs
from studio.runs.several import Reader
from studio.runs.trained import Trained
from studio.training.objectives.objective import Objective
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
    further: Mapping[str, "Prediction"] = field(default_factory=dict)
    """What else is predicted of the sample, by its name."""


def predict(run: Path, inputs: Iterable[str], device: str = "") -> tuple[Prediction, ...]:
    """Return what a run's last weights answer for files, folders, rows or texts.

    Of several Inputs, each word says which it is for, "image=cat.png"; see `several`. Raises
    StudioError if the run or an input cannot be read, or an answer is not finite.
    """
    trained = Trained.opened(run, device=device)
    names, samples = _samples(inputs, trained)
    with damage_told(run):
        answers = answered(trained, names, samples)
    require_finite(answers, run)
    return answers


def _samples(words: Iterable[str], trained: Trained) -> tuple[tuple[str, ...], Mapping[str, Array]]:
    """Return what the samples are called that words name, and [samples, *axes] for each Input."""
    if len(trained.network.inputs) > 1:
        return Reader(trained.info, trained.first, trained.sample).all(words)
    asked = read_inputs(words, trained.sample, trained.info)
    return asked.names, {trained.first: asked.samples}


def answered(
    trained: Trained, names: Sequence[str], inputs: Mapping[str, Array]
) -> tuple[Prediction, ...]:
    """Return the answers for samples [samples, *axes] of each Input, which have these names."""
    answers: list[Prediction] = []
    with trained.machine.threads_set(), torch.inference_mode(), trained.machine.autocast():
        for start in range(0, len(names), _BATCH):
            rows = slice(start, start + _BATCH)
            batch = trained.prepared({name: values[rows] for name, values in inputs.items()})
            outputs = trained.network(*batch)
            answers += _answers(names[rows], batch, outputs, trained)
    return tuple(answers)


def shares_of(trained: Trained, inputs: Mapping[str, Array]) -> Array:
    """Return a probability for each class [samples, classes], of what follows the last token."""
    with trained.machine.threads_set(), torch.inference_mode(), trained.machine.autocast():
        batch = trained.prepared(inputs)
        shares = trained.objective.shares(trained.network(*batch))
        found: Array = _of_the_end(shares, batch).float().cpu().numpy()
        return found


def require_finite(answers: Iterable[Prediction], run: Path) -> None:
    """Raise TrainingError for an answer that is no finite number."""
    for answer in answers:
        numbers = [
            number
            for one in (answer, *answer.further.values())
            for number in (*one.probabilities.values(), *one.values)
        ]
        if not all(map(math.isfinite, numbers)):
            raise TrainingError(
                _("{run} does not answer {input} with a finite number.").format(
                    run=run, input=answer.input
                ),
                _("Check the input, or use a run whose loss stayed finite."),
            )


def _answers(
    names: Sequence[str], batch: Sequence[Tensor], outputs: Mapping[str, Tensor], trained: Trained
) -> list[Prediction]:
    answers = _meant(names, batch, outputs, trained.objective)
    for other, objective in trained.others.items():
        found = _meant(names, batch, outputs, objective)
        answers = [
            replace(answer, further={**answer.further, other: one})
            for answer, one in zip(answers, found, strict=True)
        ]
    return answers


def _meant(
    names: Sequence[str],
    batch: Sequence[Tensor],
    outputs: Mapping[str, Tensor],
    objective: Objective,
) -> list[Prediction]:
    """Return what outputs say in the sense of one objective, for samples of these names."""
    classes = objective.classes
    if not classes:
        rows = objective.answers(outputs).tolist()
        return [Prediction(name, values=tuple(row)) for name, row in zip(names, rows, strict=True)]
    shares = _of_the_end(objective.shares(outputs), batch).tolist()
    return [_classified(name, classes, row) for name, row in zip(names, shares, strict=True)]


def _of_the_end(shares: Tensor, batch: Sequence[Tensor]) -> Tensor:
    """Return the probabilities of each sample, [batch, classes]: what follows after its last token.

    What is written comes last of the inputs. Raises TrainingError where each pixel of a picture has
    a class.
    """
    if shares.ndim == 2:
        return shares
    written = next((ids for ids in reversed(batch) if ids.shape == shares.shape[:-1]), None)
    if written is None:
        raise TrainingError(
            _("The network gives {count} classes per sample, but a prediction is one.").format(
                count=shares[0, ..., 0].numel()
            )
        )
    places = torch.arange(written.shape[1], device=written.device)
    last = torch.where(written != 0, places, 0).argmax(1)  # 0 is padding
    return shares[torch.arange(len(shares), device=shares.device), last]


def _classified(name: str, classes: tuple[str, ...], shares: list[float]) -> Prediction:
    ranked = sorted(zip(shares, classes, strict=True), key=lambda pair: -pair[0])
    probability, label = ranked[0]
    return Prediction(name, label, probability, {word: share for share, word in ranked})
