"""What lies on the device: whole tensors, or what tells how samples get there batch by batch."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import torch
from torch import Tensor

from studio.datasets.dataset import Dataset, Split
from studio.datasets.normalization import Scaling
from studio.datasets.stored import stored
from studio.errors import TrainingError
from studio.network.features import Features, Inputs, Samples
from studio.training.data.augment import mixes
from studio.training.data.beside import Column, tensor_of
from studio.training.data.packing import Field, Truth, fields_of, packed
from studio.training.data.placing import placed
from studio.training.data.room import Rooms
from studio.training.data.streaming import Streamed
from studio.training.data.suiting import require_suiting
from studio.training.plan import BALANCED, Augmentation, Target
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
    """[samples, *axes]: uint8 pixels, float32 values or int64 ids; none where `streamed` has them.
    """
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
    streamed: Streamed | None = None
    """The samples that are brought to the device batch by batch."""
    rooms: Rooms = field(default_factory=Rooms)
    """Memory for batches that are made beforehand."""

    @classmethod
    def of(cls, dataset: Dataset, split: Split, scaling: Scaling | None = None) -> "DeviceData":
        """Return the data set on the CPU; normalization is learned from the training part.

        Give the `scaling` of an earlier run to normalize as it did. Samples in a mapped file stay
        there until they are `placed`. Raises FileError if it is not there any more.
        """
        scaling = scaling or Scaling.fitted(dataset, split)
        file = stored(dataset.inputs)
        first = Column.of(dataset.inputs if file is None else file.none(), scaling.inputs)
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
            streamed=None if file is None else Streamed(file, torch.device("cpu")),
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

    def to(self, device: torch.device, loading: str = "auto") -> "DeviceData":
        """Return the same data on `device`; samples that take too much of it are streamed there.

        `loading` is as in a plan. Raises SamplesGoneError if samples in a file cannot be read.
        """
        inputs, streamed = placed(self.inputs, self.streamed, device, loading)
        return replace(
            self,
            inputs=inputs,
            targets=self.targets.to(device),
            parts={name: rows.to(device) for name, rows in self.parts.items()},
            mean=None if self.mean is None else self.mean.to(device),
            std=None if self.std is None else self.std.to(device),
            more={name: column.to(device) for name, column in self.more.items()},
            others={name: truth.to(device) for name, truth in self.others.items()},
            later={name: data.to(device, loading) for name, data in self.later.items()},
            streamed=streamed,
        )

    def normalized(self, x: Tensor, into: Tensor | None = None) -> Tensor:
        """Return a batch of raw inputs as the network wants it: float32 around 0, or ids."""
        if self.mean is None or self.std is None:
            return x if into is None else into.copy_(x)
        return torch.sub(x, self.mean, out=into).div_(self.std)

    def raw(self, rows: Tensor) -> Tensor:
        """Return samples by their numbers as they were read."""
        if self.streamed is not None:
            return self.streamed.taken(rows)
        return torch.index_select(self.inputs, 0, rows)

    def samples(self, rows: Tensor) -> Tensor | Samples:
        """Return samples by their numbers as the network takes them."""
        return self.beside(self.normalized(self.raw(rows)), rows)

    def in_turn(self, batches: Sequence[Tensor]) -> Callable[[int], Tensor]:
        """Return what gives the raw samples of each of these batches, best one after the other."""
        if self.streamed is None:
            return lambda place: self.raw(batches[place])
        return self.streamed.ahead(_here(batches))

    def beside(self, x: Tensor, rows: Tensor) -> Tensor | Samples:
        """Return normalized samples with what further Inputs take of them."""
        if not self.fed:
            return x
        return Samples(tuple(self.more[name].taken(rows) if name else x for name in self.fed))

    def batches(self, part: str, batch_size: int) -> Iterator[Batch]:
        """Yield (inputs, targets) of a part in its own order."""
        cuts = torch.split(self.parts[part], batch_size)
        raw = self.in_turn(cuts)
        start = 0
        for place, rows in enumerate(cuts):
            stop = start + len(rows)
            x: Inputs | None = None
            if self.known is not None:
                x = self.known.sliced(part, start, stop)
            if x is None:
                x = self.beside(self.normalized(raw(place)), rows)
            yield x, self.targets[rows]
            start = stop

    def require_suiting(self, augment: Sequence[Augmentation], sampling: str = "") -> None:
        """Raise TrainingError for augmentations or a sampling that do not suit these samples."""
        if sampling == BALANCED and (not self.classes or self.targets.ndim > 1):
            raise TrainingError(
                _("Balanced sampling needs one class for each sample, which these data have not."),
                _("Choose to take all samples."),
            )
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


def _here(batches: Sequence[Tensor]) -> Sequence[Tensor]:
    """Return numbers of samples in the memory of the computer; a GPU is waited for once."""
    if not batches or batches[0].device.type == "cpu":
        return batches
    return torch.split(torch.cat(list(batches)).cpu(), [len(batch) for batch in batches])
