"""Batches of several tensors: what several Inputs take, or what samples became at a cut."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

Finish = Callable[..., dict[str, Tensor]]


@dataclass(frozen=True)
class Samples:
    """A batch for a network with several Inputs."""

    values: tuple[Tensor, ...]
    """What each takes, with the batch axis first."""

    def __len__(self) -> int:
        return len(self.values[0])


@dataclass(frozen=True)
class Features(Samples):
    """Values in the middle of a network, of a batch of samples."""

    finish: Finish
    """How the network goes on from there; takes the values."""

    def finished(self) -> dict[str, Tensor]:
        """Return the outputs of the network."""
        return self.finish(*self.values)


Inputs = Tensor | Samples
"""What a network takes: samples, of one or several tensors, or what they became on the way."""


def in_parts(x: Inputs, parts: int) -> Sequence[Inputs]:
    """Return a batch cut into so many parts of nearly equal size, in order."""
    if isinstance(x, Tensor):
        return torch.tensor_split(x, parts)
    return regrouped(x, [torch.tensor_split(value, parts) for value in x.values])


def regrouped(x: Samples, split: Sequence[Sequence[Tensor]]) -> Sequence[Samples]:
    """Return the parts of a batch whose tensors were each split in the same way."""
    return [replace(x, values=values) for values in zip(*split, strict=True)]


def tensors_of(x: Inputs) -> tuple[Tensor, ...]:
    """Return the tensors that a batch consists of."""
    return (x,) if isinstance(x, Tensor) else x.values
