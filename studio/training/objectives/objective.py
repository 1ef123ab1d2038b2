"""What a run makes small: the losses of its targets, and what counts as an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Self

import torch
from torch import Tensor
from torch.nn import functional

from studio.datasets.normalization import Scaling
from studio.errors import TrainingError
from studio.training.choices.loss import NOTHING
from studio.training.choices.losses import BinaryCrossEntropy, PoissonLikelihood
from studio.training.data.packing import Field
from studio.training.objectives.term import Term
from studio.training.plan import Plan, Target, resolved_targets
from studio.wording import _


@dataclass(frozen=True)
class Objective:
    """The losses by output; the first output gives the answers that metrics judge."""

    targets: tuple[Target, ...]
    terms: tuple[Term, ...]
    classes: tuple[str, ...]
    mean: Tensor | None = None
    std: Tensor | None = None
    """Of the numbers to predict, which the network learns normalized; None for classes."""
    fields: tuple[Field, ...] = ()
    """Where each answer lies if there are several of a sample."""

    @classmethod
    def of(
        cls,
        plan: Plan,
        outputs: tuple[str, ...],
        classes: tuple[str, ...],
        scaling: Scaling,
        labels: Tensor | None = None,
        field: str = "",
    ) -> "Objective":
        """Return what the plan asks for; raises TrainingError if it does not suit the data.

        `labels` is the truth of the training part, by which classes are balanced if need be.
        Targets of other fields than `field` are left out; "" is that of the data set itself.
        """
        found = resolved_targets(plan, outputs, classes=bool(classes))
        further = scaling.more_targets
        targets = tuple(t for t in found if (t.field if t.field in further else "") == field)
        if not targets:
            raise TrainingError(
                _("No target of the plan is compared with the first answer of the data."),
                _("Add a target whose field is empty."),
            )
        for target in targets:
            _require_truth(target, classes, labels)
        terms = tuple(Term.of(target.loss, classes, labels) for target in targets)
        scale = further[field] if field else scaling.targets
        if scale is None:
            return cls(targets, terms, classes)
        return cls(targets, terms, classes, torch.tensor(scale.mean), torch.tensor(scale.std))

    def to(self, device: torch.device) -> Self:
        """Return the same on `device`."""
        return replace(
            self,
            terms=tuple(term.to(device) for term in self.terms),
            mean=None if self.mean is None else self.mean.to(device),
            std=None if self.std is None else self.std.to(device),
        )

    @property
    def ignored(self) -> int:
        """The class number that is no answer; negative where there is none among the classes."""
        return self.targets[0].loss.ignored

    @property
    def is_likelihood(self) -> bool:
        """Whether the loss is how unlikely the truth was, of which the perplexity follows."""
        return len(self.targets) == 1 and self.targets[0].loss.is_likelihood

    def loss(
        self, outputs: Mapping[str, Tensor], y: Tensor, whole: Sequence[Tensor | int] | None = None
    ) -> Tensor:
        """Return the weighted sum of the losses of a batch, each the mean over its samples.

        `whole` are the `weights` of the larger batch of which this is a part: the losses of all
        parts then add up to that of the whole.
        """
        if self._alone is not None and whole is None:
            output, term = self._alone
            return term.mean(outputs[output], y)
        numbers = self._normalized(y)
        found = []
        for index, (target, term) in enumerate(zip(self.targets, self.terms, strict=True)):
            truth = numbers if target.loss.normalized else y
            scores = outputs[target.output]
            if whole is None:
                value = term.mean(scores, truth)
            else:
                value = term.total(scores, truth) / whole[index]
            found.append(value if target.weight == 1.0 else target.weight * value)
        return found[0] if len(found) == 1 else torch.stack(found).sum()

    @property
    def is_plain(self) -> bool:
        """Whether all that is made small is the mean cross-entropy of classes, as torch has it."""
        function = None if self._alone is None else self._alone[1].function
        if not isinstance(function, partial) or function.func is not functional.cross_entropy:
            return False
        as_usual = {"ignore_index": NOTHING, "label_smoothing": 0.0, "reduction": "mean"}
        given = function.keywords.items()
        return self.terms[0].is_plain and all(as_usual.get(k) == v for k, v in given)

    @cached_property
    def _alone(self) -> tuple[str, Term] | None:
        """The output and the loss where there is only one, which compares with the truth as is."""
        (target, *others), (term, *_others) = self.targets, self.terms
        as_is = self.mean is None or not target.loss.normalized
        plain = not others and target.weight == 1.0 and as_is
        return (target.output, term) if plain else None

    @property
    def others(self) -> Sequence[tuple[Field, "Objective"]]:
        """What is made small for all answers but the first; see `Joint`."""
        return ()

    def first(self, rows: Tensor) -> Tensor:
        """Return the first answer, of the truth or of what was answered."""
        return self.fields[0].of(rows) if self.fields else rows

    def weights(self, y: Tensor) -> tuple[Tensor | int, ...]:
        """Return by what the loss of each target is divided in a batch."""
        return tuple(term.weight(y) for term in self.terms)

    def weight(self, y: Tensor) -> Tensor | int:
        """Return how much the mean loss of a batch counts beside those of others."""
        return self.terms[0].weight(y) if len(self.terms) == 1 else len(y)

    def answers(self, outputs: Mapping[str, Tensor]) -> Tensor:
        """Return class numbers [batch, ...], or numbers [batch, outputs] in their own units."""
        scores = self._scores(outputs)
        if self.classes:
            if scores.ndim == 2 and scores.shape[-1] == 1:
                return (scores[:, 0] > 0).long()
            axis, classes = _class_axis(scores), len(self.classes)
            if scores.shape[axis] > classes:
                scores = scores.narrow(axis, 0, classes)
            return scores.argmax(axis)
        loss = self.targets[0].loss
        values = _as_columns(scores.float())
        if loss.scores > 1:
            values = values[..., : values.shape[-1] // loss.scores]
        if isinstance(loss, PoissonLikelihood):
            values = values.exp()
        scaled = loss.normalized and self.mean is not None and self.std is not None
        return values * self.std + self.mean if scaled else values  # type: ignore[operator]

    def shares(self, outputs: Mapping[str, Tensor]) -> Tensor:
        """Return a probability for each class, [batch, ..., classes], as the loss understands it.

        One score of two classes speaks for the second.
        """
        scores = self._scores(outputs).float()
        if scores.ndim == 2 and scores.shape[-1] == 1:
            second = scores.sigmoid()
            return torch.cat([1 - second, second], dim=-1)
        scores = scores.movedim(_class_axis(scores), -1)[..., : len(self.classes)]
        independent = isinstance(self.targets[0].loss, BinaryCrossEntropy)
        return scores.sigmoid() if independent else scores.softmax(-1)

    def check(self, outputs: Mapping[str, Tensor], y: Tensor) -> None:
        """Refuse outputs that cannot answer `y`; raises TrainingError with both numbers.

        More scores than classes can be trained: those that no label names are never the answer.
        """
        for target in self.targets:
            scores = outputs[target.output]
            wanted = self._wanted(target)
            if scores.ndim and len(scores) < len(y):
                raise TrainingError(
                    _("{output} gives {given} answer for {samples} samples.").format(
                        output=target.output, given=len(scores), samples=len(y)
                    ),
                    _("It must follow from the data: wire it to what an Input brings."),
                )
            if not self._fits(target, scores, y, wanted):
                places = "".join(f" × {size}" for size in y.shape[1:]) if self.classes else ""
                raise TrainingError(
                    _("{output} gives {given} per sample, but the data need {wanted}.").format(
                        output=target.output,
                        given=tuple(scores.shape[1:]),
                        wanted=f"{wanted}{places}",
                    ),
                    _("Let the last Linear layer give {wanted} numbers.").format(wanted=wanted),
                )

    def _wanted(self, target: Target) -> int:
        if self.classes:
            return len(self.classes)
        return target.loss.scores * (1 if self.mean is None else len(self.mean))

    def _fits(self, target: Target, scores: Tensor, y: Tensor, wanted: int) -> bool:
        if not self.classes:
            return scores.ndim == 2 and scores.shape[-1] == wanted
        if scores.ndim != y.ndim + 1 or (target.loss.truth != "classes" and y.ndim > 1):
            return False
        axis = _class_axis(scores)
        given, places = scores.shape[axis], scores.movedim(axis, -1).shape[:-1]
        yes_or_no = isinstance(target.loss, BinaryCrossEntropy) and len(self.classes) == 2
        return places == y.shape and (given >= wanted or (yes_or_no and given == 1))

    def _scores(self, outputs: Mapping[str, Tensor]) -> Tensor:
        return outputs[self.targets[0].output].detach()

    def _normalized(self, y: Tensor) -> Tensor:
        if self.mean is None or self.std is None:
            return y
        return (_as_columns(y) - self.mean) / self.std


def _require_truth(target: Target, classes: tuple[str, ...], labels: Tensor | None) -> None:
    loss = target.loss
    if loss.truth in {"classes", "marks"} and not classes:
        raise TrainingError(
            _("{loss} compares classes, but these data have numbers to predict.").format(
                loss=loss.key
            ),
            _("Choose mse, huber or l1 as the loss."),
        )
    if loss.truth == "quantities" and classes:
        raise TrainingError(
            _("{loss} compares numbers, but these data have classes.").format(loss=loss.key),
            _("Choose cross_entropy as the loss."),
        )
    if isinstance(loss, PoissonLikelihood) and labels is not None and bool((labels < 0).any()):
        raise TrainingError(
            _("{loss} is for counts, but these data have numbers below 0.").format(loss=loss.key),
            _("Choose mse, huber or l1 as the loss."),
        )


def _class_axis(scores: Tensor) -> int:
    """Return where the classes lie: behind the samples in pictures, else last."""
    return 1 if scores.ndim > 3 else -1


def _as_columns(values: Tensor) -> Tensor:
    return values[:, None] if values.ndim == 1 else values
