"""What the frozen beginning of a network says of every sample, computed once and looked up later.

It is computed in the order of the data and in pieces of one size, so that it follows from data and
weights alone: a run that goes on from a checkpoint finds the same numbers.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import torch
from torch import Tensor

from studio.analysis.gain import SHARE
from studio.network.cutting import Cut, cut
from studio.network.features import Features, tensors_of
from studio.network.network import Network
from studio.training.data.batches import DeviceData
from studio.training.device import Machine, free_bytes


def _never() -> bool:
    return False


class FeatureCache:
    """Features of the training and validation samples, where the network allows it.

    `renew` has to be called when other layers train or are bypassed than before, and `forget`
    before it when weights have changed otherwise than by a training step.
    """

    def __init__(self, network: Network, data: DeviceData, machine: Machine, piece: int) -> None:
        self._network, self._data, self._machine, self._piece = network, data, machine, piece
        self._cut: Cut | None = None
        self._parts: dict[str, _Part] = {}

    @property
    def is_used(self) -> bool:
        """Whether the network has a beginning that stays the same, and memory for what it says."""
        return self._cut is not None

    @property
    def bytes(self) -> int:
        """The memory that features take when those of all parts are there."""
        return sum(part.bytes for part in self._parts.values())

    @property
    def _missing(self) -> int:
        """The memory that features are still to take."""
        return sum(part.bytes for part in self._parts.values() if not part.values)

    def forget(self) -> None:
        """Drop all features, since weights have changed otherwise than by training."""
        self._cut, self._parts = None, {}

    def renew(self, parts: Collection[str] = ("train", "validation")) -> None:
        """Look where the network can be cut now, in training mode; what still holds is kept."""
        found = cut(self._network) if parts else None
        if found != self._cut:
            self.forget()
        self._cut = found
        probe = None if found is None else self._probed(found)
        if found is None or probe is None:
            self.forget()
            return
        for part in set(self._parts) - set(parts):
            del self._parts[part]
        for part in parts:
            if self._data.size(part) and part not in self._parts:
                self._parts[part] = _Part(probe, self._data.size(part))
        free = free_bytes(self._machine.device)
        if not self._parts or (free is not None and self._missing > SHARE * free):
            self.forget()

    def filled(self, part: str, cancelled: Callable[[], bool] = _never) -> bool:
        """Compute what is missing of a part; return whether it came to the end."""
        if part in self._parts and not self._parts[part].is_full:
            return self._grown(part, self._data.size(part), cancelled)
        return True

    def taken(self, part: str, places: Tensor) -> Features | None:
        """Return the features of samples by their places in a part, if there are any."""
        kept = self._parts.get(part)
        if kept is None or self._cut is None:
            return None
        self.filled(part)
        return Features(tuple(value.taken(places) for value in kept.values), self._cut.finished)

    def sliced(self, part: str, start: int, stop: int) -> Features | None:
        """Return the features of neighboring samples of a part, if there are any."""
        kept = self._parts.get(part)
        if kept is None or self._cut is None or (part == "train" and not kept.done):
            return None  # what does not train from features is not worth their memory
        self._grown(part, stop, _never)
        values = tuple(value.sliced(start, stop) for value in kept.values)
        return Features(values, self._cut.finished)

    def _grown(self, part: str, stop: int, cancelled: Callable[[], bool]) -> bool:
        assert self._cut is not None
        kept, rows = self._parts[part], self._data.parts[part]
        # also within an evaluation, whose tensors could not take part in training
        with torch.inference_mode(False), torch.no_grad():  # noqa: FBT003
            while kept.done < min(stop, len(rows)):
                if cancelled():
                    return False
                kept.add(self._features(self._cut, rows[kept.done : kept.done + self._piece]))
        return True

    def _features(self, found: Cut, rows: Tensor) -> tuple[Tensor, ...]:
        x = self._data.samples(rows)
        with self._machine.autocast():
            return found.features(*tensors_of(x))

    def _probed(self, found: Cut) -> tuple[Tensor, ...] | None:
        """Return the features of two samples; nothing if something random happened after all."""
        device = self._machine.device
        devices = [device] if device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices), torch.no_grad():
            before = _random_states(device)
            features = self._features(found, self._data.parts["train"][:2])
            after = _random_states(device)
        same = all(map(torch.equal, before, after))
        return features if same and all(len(value) == 2 for value in features) else None


class _Part:
    """The features of one part, of which the first `done` samples are there."""

    def __init__(self, probe: tuple[Tensor, ...], samples: int) -> None:
        self._probe, self._samples = probe, samples
        self.values: list[_Value] = []
        self.done = 0

    @property
    def is_full(self) -> bool:
        return self.done >= self._samples

    @property
    def bytes(self) -> int:
        return sum(value[0].numel() * value.element_size() for value in self._probe) * self._samples

    def add(self, features: tuple[Tensor, ...]) -> None:
        """Take the features of the next samples."""
        if not self.values:
            self.values = [_Value.of(value, self._samples) for value in features]
        stop = self.done + len(features[0])
        for value, new in zip(self.values, features, strict=True):
            value.sliced(self.done, stop).copy_(new)
        self.done = stop


@dataclass(frozen=True)
class _Value:
    """What one wire brings for every sample, laid out as the network lays it out."""

    numbers: Tensor
    turned: bool
    """Whether these are pictures with their channels last in memory."""

    @classmethod
    def of(cls, like: Tensor, samples: int) -> "_Value":
        turned = (
            like.ndim == 4
            and not like.is_contiguous()
            and like.is_contiguous(memory_format=torch.channels_last)
        )
        sample = like.permute(0, 2, 3, 1).shape[1:] if turned else like.shape[1:]
        return cls(like.new_empty((samples, *sample)), turned)

    def taken(self, places: Tensor) -> Tensor:
        return self._facing(self.numbers.index_select(0, places))

    def sliced(self, start: int, stop: int) -> Tensor:
        return self._facing(self.numbers[start:stop])

    def _facing(self, x: Tensor) -> Tensor:
        return x.permute(0, 3, 1, 2) if self.turned else x


def _random_states(device: torch.device) -> list[Tensor]:
    states = [torch.get_rng_state()]
    if device.type == "cuda":
        states.append(torch.cuda.get_rng_state(device))
    return states
