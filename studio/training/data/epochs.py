"""The batches of an epoch: in an order and with changes that follow from the seed alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from studio.errors import TrainingError
from studio.training.data.ahead import Ahead
from studio.training.data.altering import Altered
from studio.training.data.augment import augmented, class_shares, draws, mixes
from studio.training.data.batches import Batch, DeviceData
from studio.training.data.sampling import order
from studio.training.plan import BALANCED, Augmentation, Plan
from studio.wording import _

_WORTH = 1 << 15
"""Numbers in a batch from which changing them is worth another thread."""

Share = Callable[[Tensor], Tensor]
_Pair = tuple[Tensor, Tensor]


class Epoch(Sequence[Batch]):
    """The batches of one epoch, shuffled and changed: a function of seed and epoch alone."""

    def __init__(
        self,
        data: DeviceData,
        plan: Plan,
        number: int,
        *,
        steps: int | Sequence[int],
        share: Share | None = None,
        spare: bool = False,
    ) -> None:
        """Cut epoch `number` into so many `steps` of the plan's batch size, or of these sizes.

        `share` takes from each batch the samples that are wanted; the truth is that of all. `spare`
        says that there is a core that steps leave free.
        """
        device = data.inputs.device
        rows = data.parts["train"]
        labels = data.targets[rows].cpu() if plan.sampling == BALANCED else rows
        shuffle = order(labels, plan.sampling, _generator(plan.seed, number, 1))
        drawn = draws(plan.augment, len(rows), _generator(plan.seed, number, 2))
        shuffle = shuffle.to(device)
        whole = _cut(rows[shuffle], plan.batch_size, steps)
        cuts = [_cut(values.to(device), plan.batch_size, steps) for values in drawn]
        own = share if share is not None and not mixes(plan.augment) else _all
        self._data, self._augment, self._whole = data, plan.augment, whole
        self._places = [(share or _all)(one) for one in _cut(shuffle, plan.batch_size, steps)]
        self._rows = [(share or _all)(one) for one in whole]
        changing = Changing(
            *(data, plan.augment, whole, self._rows),
            taken=[own(one) for one in whole],
            drawn=[[own(values) for values in one] for one in cuts],
            share=(share or _all) if mixes(plan.augment) else _all,
        )
        self._plain = _foreseen(changing, plan, spare=spare)

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
        return self._plain(position)


@dataclass(frozen=True, eq=False)
class Changing:
    """How the batches of an epoch are made of the samples as they were read."""

    data: DeviceData
    augment: tuple[Augmentation, ...]
    whole: Sequence[Tensor]
    """Numbers of all samples of each batch, whose truth is given."""
    rows: Sequence[Tensor]
    """Numbers of the samples of each batch that are wanted."""
    taken: Sequence[Tensor]
    """Numbers of those that are changed for that."""
    drawn: Sequence[Sequence[Tensor]]
    """What was drawn for each augmentation, of each batch."""
    share: Share
    """Takes from changed samples those that are wanted."""

    def made(self, raw: Callable[[int], Tensor], position: int) -> Batch:
        """Return one batch; `raw` gives the samples of a batch as they were read."""
        x, truth = self._changed(raw, position, self._truth(position))
        return self.data.beside(self.data.normalized(x), self.rows[position]), truth

    def begun(self, raw: Callable[[int], Tensor], position: int) -> Callable[[], _Pair]:
        """Return what makes one batch on another thread, without further inputs.

        What stays of it was there before, so that nothing small is left in the memory of that
        thread.
        """
        kind = self.data.normalized(self.data.inputs[:0])
        into = self.data.rooms.room((len(self.rows[position]), *kind.shape[1:]), kind.dtype)
        truth = self._truth(position)

        def fill() -> _Pair:
            x, mixed = self._changed(raw, position, truth)
            self.data.normalized(x, into)
            if mixed is not truth:
                truth.copy_(mixed)
            return into, truth

        return fill

    def _truth(self, position: int) -> Tensor:
        truth = torch.index_select(self.data.targets, 0, self.whole[position])
        return class_shares(truth, len(self.data.classes)) if mixes(self.augment) else truth

    def _changed(self, raw: Callable[[int], Tensor], position: int, truth: Tensor) -> _Pair:
        x = raw(position)
        if self.augment and not self._together:
            drawn = [values[position] for values in self.drawn]
            x, truth = augmented(x, truth, self.augment, drawn)
        return self.share(x), truth

    def altered(self, raw: Callable[[int], Tensor]) -> Callable[[int], Tensor]:
        """Return `raw`, or what gives samples that were changed together with those to come."""
        if not self._together:
            return raw
        numbers = len(self.taken[0]) * self.data.inputs.shape[1:].numel() if self.taken else 0
        return Altered(raw, self.augment, self.drawn, numbers)

    @property
    def _together(self) -> bool:
        """Whether several batches are changed at once: not if samples are mixed, or still read."""
        return bool(self.augment) and not mixes(self.augment) and self.data.streamed is None


def _foreseen(changing: Changing, plan: Plan, *, spare: bool) -> Callable[[int], Batch]:
    """Return what makes a batch; where that takes long, those to come are made meanwhile."""
    data, batches = changing.data, changing.taken
    numbers = plan.batch_size * data.inputs.shape[1:].numel()
    on_cpu = data.inputs.device.type == "cpu"
    if not on_cpu or not (data.streamed or (spare and plan.augment and numbers > _WORTH)):
        return partial(changing.made, changing.altered(data.in_turn(batches)))
    raw = changing.altered(partial(_raw, data, batches))
    ahead = Ahead(partial(changing.begun, raw), len(batches))

    def taken(position: int) -> Batch:
        x, truth = ahead[position]
        return data.beside(x, changing.rows[position]), truth

    return taken


def _raw(data: DeviceData, batches: Sequence[Tensor], position: int) -> Tensor:
    return data.raw(batches[position])


def _all(batch: Tensor) -> Tensor:
    return batch


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
