"""How several answers of a sample lie in one row of numbers, and how each is read from there."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Truth:
    """One thing that is to be predicted of all samples."""

    values: Tensor
    """[samples, *axes] class numbers, or [samples, outputs] values in their own units."""
    classes: tuple[str, ...] = ()
    """Names of the classes; empty when numbers are predicted."""

    def to(self, device: torch.device) -> "Truth":
        """Return the same on `device`."""
        return replace(self, values=self.values.to(device))


@dataclass(frozen=True)
class Field:
    """Where one of several answers lies in the row that holds all of a sample."""

    name: str
    """Nothing for that of the data set itself."""
    classes: tuple[str, ...]
    axes: tuple[int, ...]
    start: int

    def of(self, packed: Tensor) -> Tensor:
        """Return this answer [samples, *axes] out of rows [samples, numbers]."""
        values = packed[:, self.start : self.start + math.prod(self.axes)]
        values = values.reshape(len(packed), *self.axes)
        return values.long() if self.classes else values.float()


def packed(values: Sequence[Tensor]) -> Tensor:
    """Return answers as rows [samples, numbers], in which float32 and class numbers stay exact."""
    return torch.cat([value.reshape(len(value), -1).double() for value in values], dim=1)


def fields_of(truths: Mapping[str, Truth]) -> tuple[Field, ...]:
    """Return where answers lie in their rows, in this order."""
    found: list[Field] = []
    start = 0
    for name, truth in truths.items():
        axes = tuple(truth.values.shape[1:])
        found.append(Field(name, truth.classes, axes, start))
        start += math.prod(axes)
    return tuple(found)
