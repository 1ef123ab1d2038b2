"""What further Inputs of a network take of the same samples, normalized as they want it."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from studio.datasets.dataset import Array
from studio.datasets.normalization import Normalization


@dataclass(frozen=True, eq=False)
class Column:
    """One tensor of all samples, as it was read, and how to normalize it."""

    values: Tensor
    """[samples, *axes]: uint8 pixels, float32 values or int64 ids."""
    mean: Tensor | None = None
    std: Tensor | None = None
    """Both None where nothing is to be normalized."""

    @classmethod
    def of(cls, values: Array, normalization: Normalization | None) -> "Column":
        """Return the same on the CPU; small values are normalized once and for all."""
        tensor, (mean, std) = tensor_of(values), moments(normalization, values.ndim)
        if mean is not None and std is not None and tensor.ndim <= 2:
            # tables are small: normalized once, a batch is a mere gather
            return cls((tensor - mean) / std)
        return cls(tensor, mean, std)

    def to(self, device: torch.device) -> "Column":
        """Return the same on `device`."""
        return replace(
            self,
            values=self.values.to(device),
            mean=None if self.mean is None else self.mean.to(device),
            std=None if self.std is None else self.std.to(device),
        )

    def taken(self, rows: Tensor) -> Tensor:
        """Return the samples of these numbers as the network wants them."""
        return self.normalized(torch.index_select(self.values, 0, rows))

    def normalized(self, x: Tensor) -> Tensor:
        """Return a batch of raw inputs as the network wants it: float32 around 0, or ids."""
        if self.mean is None or self.std is None:
            return x
        return (x - self.mean).div_(self.std)


def moments(normalization: Normalization | None, axes: int) -> tuple[Tensor | None, Tensor | None]:
    """Return mean and deviation for samples with so many axes; None where there are none."""
    if normalization is None:
        return None, None
    mean, std = normalization.moments(axes)
    return torch.from_numpy(mean), torch.from_numpy(std)


def tensor_of(values: Array) -> Tensor:
    """Return an array as a tensor, a copy if it cannot be written to, which torch would warn of."""
    return torch.from_numpy(values if values.flags.writeable else values.copy())
