"""What a run makes small: the losses of its targets, and what counts as an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from studio.datasets.normalization import Scaling
from studio.errors import TrainingError
from studio.training.choices.losses import BinaryCrossEntropy, CrossEntropy
from studio.training.plan import Plan, Target, resolved_targets
from studio.wording import _

LossFunction = Callable[[Tensor, Tensor], Tensor]
_PREFIX = "torch.nn.functional."


@dataclass(frozen=True)
class Objective:
    """The losses by output; the first output gives the answers that metrics judge."""

    targets: tuple[Target, ...]
    functions: tuple[LossFunction, ...]
    classes: tuple[str, ...]
    mean: Tensor | None = None
    std: Tensor | None = None
    """Of the numbers to predict, which the network learns normalized; None for classes."""

    @classmethod
    def of(
        cls, plan: Plan, outputs: tuple[str, ...], classes: tuple[str, ...], scaling: Scaling
    ) -> "Objective":
        """Return what the plan asks for; raises TrainingError if it does not suit the data."""
        targets = resolved_targets(plan, outputs, classes=bool(classes))
        for target in targets:
            _require_classes(target, classes)
        functions = tuple(_function(target) for target in targets)
        found = scaling.targets
        if found is None:
            return cls(targets, functions, classes)
        return cls(targets, functions, classes, torch.tensor(found.mean), torch.tensor(found.std))

    def to(self, device: torch.device) -> "Objective":
        """Return the same on `device`."""
        if self.mean is None or self.std is None:
            return self
        mean, std = self.mean.to(device), self.std.to(device)
        return Objective(self.targets, self.functions, self.classes, mean, std)

    def loss(self, outputs: Mapping[str, Tensor], y: Tensor) -> Tensor:
        """Return the sum of the losses of a batch, each the mean over its samples."""
        if self.mean is not None and self.std is not None:
            y = (_as_columns(y) - self.mean) / self.std
        terms = [
            function(outputs[target.output], y)
            for target, function in zip(self.targets, self.functions, strict=True)
        ]
        return terms[0] if len(terms) == 1 else torch.stack(terms).sum()

    def answers(self, outputs: Mapping[str, Tensor]) -> Tensor:
        """Return class numbers [batch], or numbers [batch, outputs] in their own units."""
        scores = outputs[self.targets[0].output].detach()
        if self.classes:
            if scores.shape[-1] == 1:
                return (scores[:, 0] > 0).long()
            return scores[:, : len(self.classes)].argmax(-1)
        values = _as_columns(scores.float())
        return values if self.mean is None or self.std is None else values * self.std + self.mean

    def check(self, outputs: Mapping[str, Tensor]) -> None:
        """Refuse outputs that cannot answer; raises TrainingError with both numbers.

        More scores than classes can be trained: those that no label names are never the answer.
        """
        for target in self.targets:
            scores = outputs[target.output]
            yes_or_no = isinstance(target.loss, BinaryCrossEntropy) and len(self.classes) == 2
            wanted = len(self.classes) if self.classes else _columns(self.mean)
            given = scores.shape[-1] if scores.ndim == 2 else 0
            fits = given >= wanted if self.classes else given == wanted
            if not fits and not (yes_or_no and given == 1):
                raise TrainingError(
                    _("{output} gives {given} per sample, but the data need {wanted}.").format(
                        output=target.output, given=tuple(scores.shape[1:]), wanted=wanted
                    ),
                    _("Let the last Linear layer give {wanted} numbers.").format(wanted=wanted),
                )


def _require_classes(target: Target, classes: tuple[str, ...]) -> None:
    if isinstance(target.loss, CrossEntropy | BinaryCrossEntropy) and not classes:
        raise TrainingError(
            _("{loss} compares classes, but these data have numbers to predict.").format(
                loss=target.loss.key
            ),
            _("Choose mse, huber or l1 as the loss."),
        )


def _function(target: Target) -> LossFunction:
    recipe = target.loss.recipe()
    function = partial(getattr(functional, recipe.target.removeprefix(_PREFIX)), **recipe.arguments)
    return function if isinstance(target.loss, CrossEntropy) else partial(_on_values, function)


def _on_values(function: LossFunction, scores: Tensor, y: Tensor) -> Tensor:
    """Compare numbers with numbers: class labels become one 0 or 1 for each score."""
    if not y.is_floating_point():
        one = scores.shape[-1] == 1
        y = y[:, None] if one else functional.one_hot(y, scores.shape[-1])
    return function(scores, y.to(scores.dtype).reshape(scores.shape))


def _as_columns(values: Tensor) -> Tensor:
    return values[:, None] if values.ndim == 1 else values


def _columns(mean: Tensor | None) -> int:
    return 1 if mean is None else len(mean)
