"""The module that spells single numbers as waves of learned frequencies."""

import math

import torch
from torch import Tensor, nn

from studio.network.modules.registry import own


@own
class Periodic(nn.Module):
    """Sines and cosines of each feature times the frequencies that it has learned."""

    def __init__(self, features: int, frequencies: int, std: float) -> None:
        super().__init__()
        self.frequency = nn.Parameter(torch.empty(features, frequencies))
        nn.init.normal_(self.frequency, std=std)

    def forward(self, x: Tensor) -> Tensor:
        """Return (samples, …, features, 2 · frequencies) of (samples, …, features)."""
        turned = 2 * math.pi * x[..., None] * self.frequency
        return torch.cat([turned.sin(), turned.cos()], dim=-1)
