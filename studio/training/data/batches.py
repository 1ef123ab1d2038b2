"""How samples reach the network: whole tensors on the device, from which batches are gathered."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import torch
from torch import Tensor

from studio.datasets.dataset import Dataset, Split
from studio.datasets.normalization import Scaling
from studio.errors import TrainingError
from studio.network.features import Features, Inputs, Samples
from studio.training.data.augment import augmented, class_shares, draws, mixes
from studio.training.data.beside import Column, tensor_of
from studio.training.data.packing import Field, Truth, fields_of, packed
from studio.training.data.suiting import require_suiting
from studio.training.plan import Augmentation, Plan, Target
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
    more: Mapping[str, Column] = field(default_factory=dict)
    """Further inputs by the name of the Input that takes them."""
    fed: tuple[str, ...] = ()
    """The names in `more` that the Inputs of the network take, in their order; "" takes `inputs`.

    Nothing where there is but one."""
    answer: str = ""
    """What `targets` are called."""
    others: Mapping[str, Truth] = field(default_factory=dict)
    """Further answers by the field that a target of the plan says."""
    fields: tuple[Field, ...] = ()
    """Where each answer lies in `targets` if those are several; nothing for one."""
    later: Mapping[str, "DeviceData"] = field(default_factory=dict)
    """Other data that ticks switch to, by the identity of their source."""

    @classmethod
    def of(cls, dataset: Dataset, split: Split, scaling: Scaling | None = None) -> "DeviceData":
        """Return the data set on the CPU; normalization is learned from the training part.

        Give the `scaling` of an earlier run to normalize as it did.
        """
        scaling = scaling or Scaling.fitted(dataset, split)
        first = Column.of(dataset.inputs, scaling.inputs)
        return cls(
            inputs=first.values,
            targets=tensor_of(dataset.targets),
            parts={
                "train": torch.from_numpy(split.train),
                "validation": torch.from_numpy(split.validation),
                "test": torch.from_numpy(split.test),
            },
            scaling=scaling,
            classes=dataset.classes,
            mean=first.mean,
            std=first.std,
            more={
                name: Column.of(values, scaling.more.get(name))
                for name, values in dataset.more_inputs.items()
            },
            answer=dataset.target_name,
            others={
                name: Truth(tensor_of(answer.values), answer.classes)
                for name, answer in dataset.more_targets.items()
            },
        )

    def answering(self, targets: Iterable[Target]) -> "DeviceData":
        """Return the same with all answers that targets ask for in one row of numbers each."""
        asked = {target.field for target in targets}
        self._require_answers(asked - {"", self.answer, *self.others})
        truths = {name: truth for name, truth in self.others.items() if name in asked}
        if not truths or self.fields:
            return self
        truths = {"": Truth(self.targets, self.classes), **truths}
        whole = packed([truth.values for truth in truths.values()])
        later = {name: data.answering(targets) for name, data in self.later.items()}
        return replace(self, targets=whole, fields=fields_of(truths), later=later)

    def feeding(self, inputs: Sequence[str]) -> "DeviceData":
        """Return the same for a network with these Inputs.

        Those that are named like further inputs take them, and the first of the others takes the
        samples. Raises TrainingError if something is left for which there are no data.
        """
        if len(inputs) == 1:
            return self
        others = [name for name in inputs if name not in self.more]
        if len(others) > 1:
            raise TrainingError(
                _("The data bring nothing for {inputs}.").format(inputs=", ".join(others[1:])),
                _("Name the Inputs {names}.").format(names=", ".join(self.more))
                if self.more
                else _("Leave one Input layer."),
            )
        fed = tuple("" if name in others else name for name in inputs)
        later = {name: data.feeding(inputs) for name, data in self.later.items()}
        return replace(self, fed=fed, later=later)

    def _require_answers(self, unknown: Iterable[str]) -> None:
        if self.others and unknown:  # data with one answer are compared with it, whatever its name
            raise TrainingError(
                _("The data have no answer called {fields}.").format(
                    fields=", ".join(sorted(unknown))
                ),
                _("They are: {names}.").format(names=", ".join((self.answer, *self.others))),
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
            more={name: column.to(device) for name, column in self.more.items()},
            others={name: truth.to(device) for name, truth in self.others.items()},
            later={name: data.to(device) for name, data in self.later.items()},
        )

    def normalized(self, x: Tensor) -> Tensor:
        """Return a batch of raw inputs as the network wants it: float32 around 0, or ids."""
        if self.mean is None or self.std is None:
            return x
        return (x - self.mean).div_(self.std)

    def samples(self, rows: Tensor) -> Tensor | Samples:
        """Return samples by their numbers as the network takes them."""
        return self.beside(self.normalized(torch.index_select(self.inputs, 0, rows)), rows)

    def beside(self, x: Tensor, rows: Tensor) -> Tensor | Samples:
        """Return normalized samples with what further Inputs take of them."""
        if not self.fed:
            return x
        return Samples(tuple(self.more[name].taken(rows) if name else x for name in self.fed))

    def batches(self, part: str, batch_size: int) -> Iterator[Batch]:
        """Yield (inputs, targets) of a part in its own order."""
        start = 0
        for rows in torch.split(self.parts[part], batch_size):
            stop = start + len(rows)
            known = None if self.known is None else self.known.sliced(part, start, stop)
            x = self.samples(rows) if known is None else known
            yield x, self.targets[rows]
            start = stop

    def require_suiting(self, augment: Sequence[Augmentation]) -> None:
        """Raise TrainingError for augmentations that do not suit these samples."""
        require_suiting(augment, self.inputs, self.targets, classes=bool(self.classes))
        if (self.fed or self.fields) and mixes(augment):
            raise TrainingError(
                _("Samples cannot be mixed for a network with several inputs or targets."),
                _("Take a MixUp or CutMix out of the plan."),
            )

    @property
    def has_places(self) -> bool:
        """Whether a sample has an answer for each of its places."""
        return len(self.fields[0].axes if self.fields else self.targets.shape[1:]) > 0

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
        self._mixes, self._share = mixes(plan.augment), share
        if share is not None:
            self._places = tuple(map(share, self._places))
            self._rows = tuple(map(share, self._rows))
            if not self._mixes:
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

    def plain(self, position: int) -> Batch:
        """Return one batch as samples, whatever is known of them beforehand."""
        truth = torch.index_select(self._data.targets, 0, self._whole[position])
        if self._mixes:
            return self._mixed(position, truth)
        x = torch.index_select(self._data.inputs, 0, self._rows[position])
        if self._augment:
            x, truth = augmented(x, truth, self._augment, self._drawn_for(position))
        return self._data.beside(self._data.normalized(x), self._rows[position]), truth

    def _mixed(self, position: int, truth: Tensor) -> tuple[Tensor, Tensor]:
        """Return one batch of samples mixed with others, whichever process has those."""
        x = torch.index_select(self._data.inputs, 0, self._whole[position])
        truth = class_shares(truth, len(self._data.classes))
        x, truth = augmented(x, truth, self._augment, self._drawn_for(position))
        return self._data.normalized(x if self._share is None else self._share(x)), truth

    def _drawn_for(self, position: int) -> list[Tensor]:
        return [values[position] for values in self._drawn]


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
