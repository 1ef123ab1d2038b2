"""What a run makes small where several things are predicted of every sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import torch
from torch import Tensor

from studio.training.data.batches import DeviceData
from studio.training.data.packing import Field, packed
from studio.training.objectives.objective import Objective
from studio.training.plan import Plan


def objective_of(plan: Plan, outputs: tuple[str, ...], data: DeviceData) -> Objective:
    """Return what the plan asks for; raises TrainingError if it does not suit the data."""
    if not data.fields:
        return Objective.of(plan, outputs, data.classes, data.scaling, data.labels("train"))
    each = tuple(_of_field(plan, outputs, data, field) for field in data.fields)
    main = each[0]
    return Joint(
        targets=tuple(target for one in each for target in one.targets),
        terms=tuple(term for one in each for term in one.terms),
        classes=data.classes,
        mean=main.mean,
        std=main.std,
        fields=data.fields,
        each=each,
    )


def _of_field(plan: Plan, outputs: tuple[str, ...], data: DeviceData, field: Field) -> Objective:
    labels = field.of(data.labels("train"))
    return Objective.of(plan, outputs, field.classes, data.scaling, labels, field.name)


@dataclass(frozen=True)
class Joint(Objective):
    """The sum of what is made small for each field; the first one gives the metrics by name."""

    each: tuple[Objective, ...] = ()
    """Of each field."""

    @property
    def others(self) -> Sequence[tuple[Field, Objective]]:
        """What is made small for all answers but the first."""
        return tuple(zip(self.fields[1:], self.each[1:], strict=True))

    def to(self, device: torch.device) -> Self:
        """Return the same on `device`."""
        return replace(super().to(device), each=tuple(one.to(device) for one in self.each))

    def loss(
        self, outputs: Mapping[str, Tensor], y: Tensor, whole: Sequence[Tensor | int] | None = None
    ) -> Tensor:
        """Return the weighted sum of the losses of a batch, as `Objective.loss` does."""
        found = []
        start = 0
        for field, one in zip(self.fields, self.each, strict=True):
            stop = start + len(one.targets)
            part = None if whole is None else whole[start:stop]
            found.append(one.loss(outputs, field.of(y), part))
            start = stop
        return torch.stack(found).sum()

    @property
    def is_plain(self) -> bool:
        """Never: there are several losses."""
        return False

    def weights(self, y: Tensor) -> tuple[Tensor | int, ...]:
        """Return by what the loss of each target is divided in a batch."""
        pairs = zip(self.fields, self.each, strict=True)
        return tuple(weight for field, one in pairs for weight in one.weights(field.of(y)))

    def weight(self, y: Tensor) -> Tensor | int:
        """Return how much the mean loss of a batch counts beside those of others."""
        return len(y)

    def answers(self, outputs: Mapping[str, Tensor]) -> Tensor:
        """Return rows [batch, numbers] of all answers, as the truth has them."""
        return packed([one.answers(outputs) for one in self.each])

    def shares(self, outputs: Mapping[str, Tensor]) -> Tensor:
        """Return a probability for each class of the first field."""
        return self.each[0].shares(outputs)

    def check(self, outputs: Mapping[str, Tensor], y: Tensor) -> None:
        """Refuse outputs that cannot answer `y`; raises TrainingError with both numbers."""
        for field, one in zip(self.fields, self.each, strict=True):
            one.check(outputs, field.of(y))
