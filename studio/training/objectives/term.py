"""How a loss of the plan compares the scores of a batch with the truth."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from studio.errors import TrainingError
from studio.training.choices.classifying import BinaryCrossEntropy, Focal, MultiMargin
from studio.training.choices.loss import Loss
from studio.training.choices.losses import Divergence
from studio.training.objectives.functions import FUNCTIONS
from studio.wording import _

_TORCH, _OWN = "torch.nn.functional.", "studio."
MIXED = 4
"""How many classes one sample has at most, after it was mixed twice."""


@dataclass(frozen=True, eq=False)
class Term:
    """One loss, ready to be computed; class axes lie last, in pictures behind the samples."""

    loss: Loss
    function: Callable[..., Tensor]
    weights: Tensor | None = None
    """[classes], where some count more than others."""
    favor: Tensor | None = None
    """How much more a yes counts than a no."""

    @classmethod
    def of(cls, loss: Loss, classes: tuple[str, ...], labels: Tensor | None) -> "Term":
        """Return the term of a loss; `labels` are those by which classes are balanced, if at all.

        Raises TrainingError when there are not as many weights as classes.
        """
        recipe = loss.recipe()
        name = recipe.target
        found: Any = FUNCTIONS.get(name.removeprefix(_OWN))
        if found is None:
            found = getattr(functional, name.removeprefix(_TORCH))
        favor = loss.pos_weight if isinstance(loss, BinaryCrossEntropy) else None
        return cls(
            loss,
            partial(found, **recipe.arguments),
            _class_weights(loss, classes, labels),
            None if favor is None else torch.tensor(favor),
        )

    def to(self, device: torch.device) -> "Term":
        """Return the same on `device`."""
        if self.weights is None and self.favor is None:
            return self
        weights = None if self.weights is None else self.weights.to(device)
        return replace(
            self, weights=weights, favor=None if self.favor is None else self.favor.to(device)
        )

    def mean(self, scores: Tensor, y: Tensor) -> Tensor:
        """Return the loss of a batch: the mean over its samples, or over all steps of sequences."""
        if self.is_plain and y.ndim == 1:
            return self.function(scores, y)
        if self.loss.truth != "classes":
            return self._on_values(scores, y)
        if y.ndim > 1 or self.loss.ignored >= 0:  # there may be no answer in a whole batch
            return self.total(scores, y) / self.weight(y)
        weights = None if self.weights is None else _padded(self.weights, scores.shape[-1])
        return self.function(scores, y, weight=weights)

    def total(self, scores: Tensor, y: Tensor) -> Tensor:
        """Return the mean times the weight."""
        if self.loss.truth != "classes":
            return self._on_values(scores, y) * len(y)
        if y.is_floating_point():
            return self._on_shares(scores, y)
        if y.ndim > 1:
            scores = scores.movedim(1, -1) if y.ndim > 2 else scores
            scores, y = scores.flatten(0, -2), y.flatten()
        weights = None if self.weights is None else _padded(self.weights, scores.shape[-1])
        return self.function(scores, y, weight=weights, reduction="sum")

    def weight(self, y: Tensor) -> Tensor | int:
        """Return what the mean of a batch is divided by; never 0, so that nothing gives nothing."""
        if (self.is_plain and y.ndim == 1) or self.loss.truth != "classes":
            return len(y)
        if y.is_floating_point():
            return self._share_weights(y).sum().clamp_min(torch.finfo(y.dtype).tiny)
        if isinstance(self.loss, MultiMargin):
            return y.numel()
        kept = y != self.loss.ignored
        if self.weights is None or isinstance(self.loss, Focal):
            return kept.sum().clamp_min(1)
        named = y.where(kept, torch.zeros_like(y))
        found = (self.weights[named] * kept).sum()
        return found.where(found > 0, torch.ones_like(found))

    @cached_property
    def is_plain(self) -> bool:
        """Whether classes are compared and every sample counts alike, whatever the truth."""
        return self.loss.truth == "classes" and self.weights is None and self.loss.ignored < 0

    def _on_shares(self, scores: Tensor, y: Tensor) -> Tensor:
        """Return the sum of losses for shares of classes y [batch, classes], as mixing makes them.

        Each loss is that of the most likely classes, weighed by their shares.
        """
        kept, labels = y.topk(min(MIXED, y.shape[-1]))
        weights = None if self.weights is None else _padded(self.weights, scores.shape[-1])
        many = scores.repeat_interleave(labels.shape[-1], dim=0)
        losses = self.function(many, labels.flatten(), weight=weights, reduction="none")
        return (losses * kept.flatten()).sum()

    def _share_weights(self, y: Tensor) -> Tensor:
        """Return how much each share of a class counts in the mean."""
        y = y * (torch.arange(y.shape[-1], device=y.device) != self.loss.ignored)
        if self.weights is None or isinstance(self.loss, Focal | MultiMargin):
            return y
        return y * self.weights

    def _on_values(self, scores: Tensor, y: Tensor) -> Tensor:
        """Compare numbers with numbers: labels and shares of classes become one for each score."""
        if not y.is_floating_point():
            one = scores.shape[-1] == 1
            y = y[:, None] if one else functional.one_hot(y, scores.shape[-1])
        elif y.ndim == 2 and y.shape[-1] * self.loss.scores != scores.shape[-1]:  # shares
            more = scores.shape[-1] - y.shape[-1]
            y = functional.pad(y, (0, more)) if more > 0 else y[:, 1:]
        width = (*scores.shape[:-1], scores.shape[-1] // self.loss.scores)
        truth = y.to(scores.dtype).reshape(width)
        if isinstance(self.loss, Divergence):
            return self.function(scores, truth, reduction="batchmean")
        if self.favor is not None:
            return self.function(scores, truth, pos_weight=self.favor)
        return self.function(scores, truth)


def _class_weights(loss: Loss, classes: tuple[str, ...], labels: Tensor | None) -> Tensor | None:
    given: tuple[float, ...] = getattr(loss, "weights", ())
    if getattr(loss, "is_balanced", False):
        return None if labels is None else _balanced(labels, len(classes), loss.ignored)
    if not given:
        return None
    if len(given) != len(classes):
        raise TrainingError(
            _("The loss has {given} class weights, but the data have {wanted} classes.").format(
                given=len(given), wanted=len(classes)
            ),
            _("Give one weight for each class, or write balanced."),
        )
    return torch.tensor(given)


def _balanced(labels: Tensor, classes: int, ignored: int) -> Tensor:
    """Return weights with which every class that occurs counts alike, 1 on average."""
    counts = torch.bincount(labels[labels != ignored].flatten().cpu(), minlength=classes)
    met = counts > 0
    share = counts.sum() / (met.sum() * counts.clamp_min(1))
    return torch.where(met, share, torch.ones_like(share)).float()


def _padded(weights: Tensor, scores: int) -> Tensor:
    """Return a weight for every score; those that no label names never count."""
    return functional.pad(weights, (0, scores - len(weights)), value=1.0)
