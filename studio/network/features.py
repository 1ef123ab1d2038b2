"""What samples have become where a network is cut, handed in instead of the samples."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

Finish = Callable[..., dict[str, Tensor]]


@dataclass(frozen=True)
class Features:
    """Values in the middle of a network, of a batch of samples."""

    values: tuple[Tensor, ...]
    """Each with the batch axis first."""
    finish: Finish
    """How the network goes on from there; takes the values."""

    def finished(self) -> dict[str, Tensor]:
        """Return the outputs of the network."""
        return self.finish(*self.values)

    def __len__(self) -> int:
        return len(self.values[0])


Inputs = Tensor | Features
"""What a network takes: samples, or what they have become on the way."""


def in_parts(x: Inputs, parts: int) -> Sequence[Inputs]:
    """Return a batch cut into so many parts of nearly equal size, in order."""
    if isinstance(x, Tensor):
        return torch.tensor_split(x, parts)
    split = (torch.tensor_split(value, parts) for value in x.values)
    return [Features(values, x.finish) for values in zip(*split, strict=True)]


def tensors_of(x: Inputs) -> tuple[Tensor, ...]:
    """Return the tensors that a batch consists of."""
    return (x,) if isinstance(x, Tensor) else x.values
