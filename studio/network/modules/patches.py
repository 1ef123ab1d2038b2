"""Modules that cut maps of height × width × channels into windows and gather neighbors."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.network.modules.registry import own

Sides = tuple[int, int]


@own
class WindowPartition(nn.Module):
    """Windows of neighbors, or with `grid` of places spread over the map."""

    def __init__(self, window: Sides, *, grid: bool) -> None:
        super().__init__()
        self.window, self.grid = window, grid

    def forward(self, x: Tensor) -> Tensor:
        """Return (samples, windows, places, channels) of (samples, height, width, channels)."""
        samples, height, width, channels = x.shape
        down, across = self.window
        rows, columns = height // down, width // across
        if self.grid:
            apart = x.reshape(samples, down, rows, across, columns, channels)
            windows = apart.permute(0, 2, 4, 1, 3, 5)
        else:
            apart = x.reshape(samples, rows, down, columns, across, channels)
            windows = apart.permute(0, 1, 3, 2, 4, 5)
        return windows.reshape(samples, rows * columns, down * across, channels)


@own
class WindowReverse(nn.Module):
    """The map of which `WindowPartition` made windows."""

    def __init__(self, window: Sides, size: Sides, *, grid: bool) -> None:
        super().__init__()
        self.window, self.size, self.grid = window, size, grid

    def forward(self, x: Tensor) -> Tensor:
        """Return (samples, height, width, channels) of (samples, windows, places, channels).

        Raises RuntimeError if those are not the windows of such a map.
        """
        samples, count, places, channels = x.shape
        (down, across), (height, width) = self.window, self.size
        rows, columns = height // down, width // across
        if (count, places) != (rows * columns, down * across):
            raise RuntimeError(f"{count} windows of {places} places, not {rows} × {columns}")
        apart = x.reshape(samples, rows, columns, down, across, channels)
        order = (0, 3, 1, 4, 2, 5) if self.grid else (0, 1, 3, 2, 4, 5)
        return apart.permute(order).reshape(samples, height, width, channels)


@own
class PatchGather(nn.Module):
    """Each 2 × 2 neighbors on top of each other: upper left, lower left, upper and lower right."""

    def forward(self, x: Tensor) -> Tensor:
        """Return (samples, height / 2, width / 2, 4 · channels); odd sides grow by zeros."""
        _samples, height, width, _channels = x.shape
        x = functional.pad(x, (0, 0, 0, width % 2, 0, height % 2))
        corners = [x[:, down::2, across::2] for across in (0, 1) for down in (0, 1)]
        return torch.cat(corners, dim=-1)
