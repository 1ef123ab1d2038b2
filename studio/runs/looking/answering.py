"""Which number of an answer is asked about: the score of a class, or a number that is predicted."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from studio.datasets.dataset import Array
from studio.runs.trained import Trained
from studio.wording import _


@dataclass(frozen=True, eq=False)
class Score:
    """One number that the network gives, before it becomes a probability."""

    value: Tensor
    """No axes; gradients flow from here."""
    target: int
    label: str


def choices(trained: Trained) -> tuple[str, ...]:
    """Return what an answer can be about: its classes, or the names of the numbers."""
    objective = trained.objective
    if objective.classes:
        return objective.classes
    count = 1 if objective.mean is None else len(objective.mean)
    name = trained.info.target_name
    return (name,) if count == 1 else tuple(f"{name} {number + 1}" for number in range(count))


def score_of(
    trained: Trained,
    outputs: Mapping[str, Tensor],
    sample: Array,
    target: int | None,
) -> Score:
    """Return the score of a class, or a predicted number as the network gives it.

    Of one score for two classes the second is asked for, and the first is its opposite. Where each
    step has classes it is what follows after the last token that is not padding; where each pixel
    has, the sum over all of them (Seg-Grad-CAM, arXiv 2002.11434). Without a target it is the
    likeliest class, or the first number.
    """
    scores = outputs[trained.objective.targets[0].output][0].float()
    classes = trained.objective.classes
    names = choices(trained)
    if not classes:
        target = min(target or 0, len(scores) - 1)
        return Score(scores[target], target, names[min(target, len(names) - 1)])
    if scores.ndim > 2:
        scores = scores.sum((-2, -1))
    elif scores.ndim == 2:
        scores = scores[_last(sample) if sample.shape == scores.shape[:1] else -1]
    if len(scores) == 1:
        scores = torch.cat([-scores, scores])
    scores = scores[: len(classes)]
    target = int(scores.argmax()) if target is None else min(target, len(scores) - 1)
    return Score(scores[target], target, classes[target])


def nothing_counts() -> str:
    """Return what is said of a layer that the answer does not depend on."""
    return _("The answer does not depend on this layer.")


def _last(ids: Array) -> int:
    """Return the place of the last token that is not padding (0)."""
    places = ids.nonzero()[0]
    return int(places[-1]) if len(places) else 0
