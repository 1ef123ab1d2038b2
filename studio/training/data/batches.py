"""How samples reach the network: whole tensors on the device, from which batches are gathered."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import torch
from torch import Tensor

from studio.datasets.dataset import Array, Dataset, Split
from studio.datasets.normalization import Normalization, Scaling
from studio.errors import TrainingError
from studio.network.features import Features, Inputs
from studio.training.data.augment import augmented, draws
from studio.training.plan import Augmentation, Plan
from studio.wording import _

Batch = tuple[Inputs, Tensor]


class Known(Protocol):
    """What is known of samples beforehand, in place of them; None where it is not."""

    def taken(self, part: str, places: Tensor) -> Features | None:
        """Return the features of samples by their places in a part."""

    def sliced(self, part: str, start: int, stop: int) -> Features | None:
        """Return the features of neighboring samples of a part."""


@dataclass(frozen=True, eq=False)
class DeviceData:
    """All samples of a data set on one device, as they were read, and how to normalize them."""

    inputs: Tensor
    """[samples, *axes]: uint8 pixels, float32 values or int64 ids."""
    targets: Tensor
    """[samples] class numbers, or [samples, outputs] values in their own units."""
    parts: Mapping[str, Tensor]
    """Sample numbers of the parts "train", "validation" and "test"."""
    scaling: Scaling
    classes: tuple[str, ...]
    mean: Tensor | None
    std: Tensor | None
    known: Known | None = None
    later: Mapping[str, "DeviceData"] = field(default_factory=dict)
    """Other data that ticks switch to, by the identity of their source."""

    @classmethod
    def of(cls, dataset: Dataset, split: Split, scaling: Scaling | None = None) -> "DeviceData":
        """Return the data set on the CPU; normalization is learned from the training part.

        Give the `scaling` of an earlier run to normalize as it did.
        """
        scaling = scaling or Scaling.fitted(dataset, split)
        mean, std = _moments(scaling.inputs, dataset.inputs.ndim)
        inputs = _tensor(dataset.inputs)
        if mean is not None and std is not None and inputs.ndim == 2:
            # tables are small: normalized once, a batch is a mere gather
            inputs, mean, std = (inputs - mean) / std, None, None
        return cls(
            inputs=inputs,
            targets=_tensor(dataset.targets),
            parts={
                "train": torch.from_numpy(split.train),
                "validation": torch.from_numpy(split.validation),
                "test": torch.from_numpy(split.test),
            },
            scaling=scaling,
            classes=dataset.classes,
            mean=mean,
            std=std,
        )

    def to(self, device: torch.device) -> "DeviceData":
        """Return the same data on `device`."""
        return replace(
            self,
            inputs=self.inputs.to(device),
            targets=self.targets.to(device),
            parts={name: rows.to(device) for name, rows in self.parts.items()},
            mean=None if self.mean is None else self.mean.to(device),
            std=None if self.std is None else self.std.to(device),
            later={name: data.to(device) for name, data in self.later.items()},
        )

    def normalized(self, x: Tensor) -> Tensor:
        """Return a batch of raw inputs as the network wants it: float32 around 0, or ids."""
        if self.mean is None or self.std is None:
            return x
        return (x - self.mean).div_(self.std)

    def batches(self, part: str, batch_size: int) -> Iterator[Batch]:
        """Yield (inputs, targets) of a part in its own order."""
        start = 0
        for rows in torch.split(self.parts[part], batch_size):
            stop = start + len(rows)
            known = None if self.known is None else self.known.sliced(part, start, stop)
            x = self.normalized(self.inputs[rows]) if known is None else known
            yield x, self.targets[rows]
            start = stop

    def labels(self, part: str) -> Tensor:
        """Return the truth of a part, as it is."""
        return self.targets[self.parts[part]]

    def size(self, part: str) -> int:
        """Return how many samples a part has."""
        return len(self.parts[part])


class Epoch(Sequence[Batch]):
    """The batches of one epoch, shuffled and changed: a function of seed and epoch alone."""

    def __init__(
        self,
        data: DeviceData,
        plan: Plan,
        number: int,
        *,
        steps: int | Sequence[int],
        share: Callable[[Tensor], Tensor] | None = None,
    ) -> None:
        """Cut epoch `number` into so many `steps` of the plan's batch size, or of these sizes.

        `share` takes from each batch the samples that are wanted; the truth is that of all.
        """
        device = data.inputs.device
        rows = data.parts["train"]
        shuffle = torch.randperm(len(rows), generator=_generator(plan.seed, number, 1))
        drawn = draws(plan.augment, len(rows), _generator(plan.seed, number, 2))
        self._data = data
        self._augment: tuple[Augmentation, ...] = plan.augment
        shuffle = shuffle.to(device)
        self._places = _cut(shuffle, plan.batch_size, steps)
        self._rows = _cut(rows[shuffle], plan.batch_size, steps)
        self._drawn = [_cut(values.to(device), plan.batch_size, steps) for values in drawn]
        self._whole = self._rows
        if share is not None:
            self._places = tuple(map(share, self._places))
            self._rows = tuple(map(share, self._rows))
            self._drawn = [tuple(map(share, values)) for values in self._drawn]

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, position: int) -> Batch:  # type: ignore[override]
        if self._data.known is not None and not self._augment:
            features = self._data.known.taken("train", self._places[position])
            if features is not None:
                return features, torch.index_select(self._data.targets, 0, self._whole[position])
        return self.plain(position)

    def rows(self, position: int) -> Tensor:
        """Return the numbers of the samples of one batch."""
        return self._rows[position]

    def plain(self, position: int) -> tuple[Tensor, Tensor]:
        """Return one batch as samples, whatever is known of them beforehand."""
        truth = torch.index_select(self._data.targets, 0, self._whole[position])
        x = torch.index_select(self._data.inputs, 0, self._rows[position])
        if self._augment:
            x = augmented(x, self._augment, [values[position] for values in self._drawn])
        return self._data.normalized(x), truth


def steps_per_epoch(samples: int, batch_size: int, *, pairs_needed: bool) -> int:
    """Return how many batches an epoch has; a last one of a single sample is left out if need be.

    `pairs_needed` says that the network normalizes over the batch, which takes two samples. Raises
    TrainingError when there are fewer samples than one batch.
    """
    if batch_size > samples:
        raise TrainingError(
            _("The batch size is {batch}, but there are only {samples} training samples.").format(
                batch=batch_size, samples=samples
            ),
            _("Set the batch size to {samples} or less.").format(samples=samples),
        )
    whole, rest = divmod(samples, batch_size)
    return whole + (1 if rest > 1 or (rest == 1 and not pairs_needed) else 0)


def _cut(values: Tensor, batch_size: int, steps: int | Sequence[int]) -> tuple[Tensor, ...]:
    """Return the values of each step; those that no step sees are left out."""
    if isinstance(steps, int):
        return torch.split(values, batch_size)[:steps]
    return torch.split(values[: sum(steps)], list(steps))


def _generator(seed: int, epoch: int, purpose: int) -> torch.Generator:
    """Return random numbers of their own, so that nothing else that is random disturbs them."""
    mixed = (seed * 1_000_003 + epoch) * 8 + purpose
    return torch.Generator().manual_seed(mixed % 2**63)


def _moments(normalization: Normalization | None, axes: int) -> tuple[Tensor | None, Tensor | None]:
    if normalization is None:
        return None, None
    shape = (1, -1) + (1,) * (axes - 2)
    return (
        torch.tensor(normalization.mean, dtype=torch.float32).reshape(shape),
        torch.tensor(normalization.std, dtype=torch.float32).reshape(shape),
    )


def _tensor(values: Array) -> Tensor:
    # a copy where the array cannot be written to, which torch would warn of
    return torch.from_numpy(values if values.flags.writeable else values.copy())
