"""Modules that keep some places of an axis."""

import torch
from torch import Tensor, nn

from studio.network.modules.registry import own


@own
class Slice(nn.Module):
    """Keeps the places from `start` up to `stop` of an axis, every `step`-th."""

    def __init__(self, dim: int, start: int, stop: int | None, step: int) -> None:
        super().__init__()
        self.dim = dim
        self.kept = slice(start, stop, step)

    def forward(self, x: Tensor) -> Tensor:
        """Return the shorter tensor; raises IndexError if nothing is left."""
        chosen = range(*self.kept.indices(x.shape[self.dim]))
        if not chosen:
            raise IndexError(f"nothing is left of {x.shape[self.dim]} places")
        return x[(slice(None),) * (self.dim % x.ndim) + (self.kept,)]


@own
class SelectToken(nn.Module):
    """Keeps the step of each sequence that its ids point to."""

    def __init__(self, mode: str, token: int) -> None:
        super().__init__()
        self.mode, self.token = mode, token

    def forward(self, x: Tensor, ids: Tensor) -> Tensor:
        """Return (samples, features) of `x` (samples, steps, features), by `ids` (samples, steps).

        Raises RuntimeError where the steps are not as many, TypeError for ids with decimals.
        """
        if ids.is_floating_point():
            raise TypeError("ids are whole numbers")
        rows = self._steps(ids)[:, None, None].expand(-1, 1, x.shape[2])
        if x.shape[1] != ids.shape[1]:
            raise RuntimeError(f"{x.shape[1]} steps, but {ids.shape[1]} ids")
        return x.gather(1, rows).squeeze(1)

    def _steps(self, ids: Tensor) -> Tensor:
        if self.mode == "largest":
            return ids.argmax(1)
        if self.mode == "first_of":
            return (ids == self.token).int().argmax(1)
        # 0 for what is not meant: the first step where all are padding
        places = torch.arange(ids.shape[1], device=ids.device)
        return ((ids != self.token) * places).argmax(1)
