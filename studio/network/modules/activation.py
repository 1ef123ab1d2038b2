"""Activations that torch does not bring along."""

from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.network.modules.registry import own

GATES: Mapping[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": torch.sigmoid,
    "silu": functional.silu,
    "gelu": functional.gelu,
    "gelu_tanh": partial(functional.gelu, approximate="tanh"),
    "relu": functional.relu,
    "tanh": torch.tanh,
    "identity": lambda gate: gate,
}
"""What opens a gate, by the words that settings use."""


def quick_gelu(x: Tensor) -> Tensor:
    """Return x · sigmoid(1.702 x), the GELU of CLIP."""
    return x * torch.sigmoid(1.702 * x)


@own
class QuickGELU(nn.Module):
    """The GELU of CLIP."""

    def forward(self, x: Tensor) -> Tensor:
        """Return the function of each value."""
        return quick_gelu(x)


@own
class ScaledTanh(nn.Module):
    """The squashing function of LeNet: amplitude · tanh(slope · x)."""

    def __init__(self, amplitude: float, slope: float) -> None:
        super().__init__()
        self.amplitude, self.slope = amplitude, slope

    def forward(self, x: Tensor) -> Tensor:
        """Return the function of each value."""
        return self.amplitude * torch.tanh(self.slope * x)


@own
class GatedUnit(nn.Module):
    """Halves `dim`: the first half times a function of the second, the order of torch's GLU."""

    def __init__(self, dim: int, gate: str) -> None:
        super().__init__()
        self.dim, self.gate = dim, gate

    def forward(self, x: Tensor) -> Tensor:
        """Return half of `x`; raises RuntimeError where `dim` cannot be halved."""
        if x.shape[self.dim] % 2:
            raise RuntimeError(f"{x.shape[self.dim]} places cannot be halved")
        value, gate = torch.chunk(x, 2, self.dim)
        return value * GATES[self.gate](gate)
