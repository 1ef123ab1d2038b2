"""Modules that spell places and times as sines and cosines, which are computed, never learned."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.network.modules.registry import own


def sinusoids(places: Tensor, width: int, layout: str, base: float = 10_000.0) -> Tensor:
    """Return (places, width) waves in float32.

    “interleaved” is sin, cos, sin, cos with wavelengths up to 2π·base^(1 − 2/width) (arXiv
    1706.03762, 3.5); “halves” lays all sines before all cosines with wavelengths up to 2π·base, and
    0 behind them where the width is odd (fairseq, Whisper).
    """
    half = width // 2
    if layout == "halves":
        turned = places[:, None] * _speeds(half, max(half - 1, 1), base, places.device)
        waves = torch.cat([turned.sin(), turned.cos()], dim=1)
        return functional.pad(waves, (0, width % 2))
    turned = places[:, None] * _speeds(width - half, width / 2, base, places.device)
    return torch.stack([turned.sin(), turned.cos()], dim=2).flatten(1)[:, :width]


def _speeds(count: int, steps: float, base: float, device: torch.device) -> Tensor:
    """Return base^(−i / steps) for `count` numbers from 0."""
    return torch.exp(-math.log(base) / steps * torch.arange(count, device=device).float())


@own
class SinusoidalPositions(nn.Module):
    """Waves for each place, added to the steps or handed on alone."""

    def __init__(self, *, base: float, layout: str, scale: float, add: bool) -> None:
        super().__init__()
        self.base, self.layout, self.scale, self.add = base, layout, scale, add

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` (samples, steps, width) with its waves, or (1, steps, width) of them alone.

        Raises RuntimeError for other axes.
        """
        if x.ndim != 3:
            raise RuntimeError(f"samples × steps × features are needed, not {tuple(x.shape)}")
        places = torch.arange(x.shape[1], device=x.device)
        waves = self.scale * sinusoids(places, x.shape[2], self.layout, self.base)
        return x + waves.to(x.dtype) if self.add else waves[None].to(x.dtype)


@own
class RotaryPositions(nn.Module):
    """The angles by which each place turns each feature; both of a pair have the same."""

    frequency: Tensor

    def __init__(self, dim: int, base: float, layout: str, scaling: float) -> None:
        super().__init__()
        if dim % 2:
            raise ValueError(f"{dim} features make no pairs")
        self.scaling = scaling
        speeds = 1.0 / base ** (torch.arange(0, dim, 2).float() / dim)
        both = speeds.repeat(2) if layout == "halves" else speeds.repeat_interleave(2)
        self.register_buffer("frequency", both, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return (1, steps, dim) angles in radians for any (samples, steps, ...)."""
        places = torch.arange(x.shape[1], device=x.device).float() / self.scaling
        return (places[:, None] * self.frequency)[None]


@own
class TimestepEncoding(nn.Module):
    """One number per sample as waves: `dim` of them, with 0 behind where that is odd."""

    def __init__(self, *, dim: int, flip_sin_cos: bool, shift: float, max_period: float) -> None:
        super().__init__()
        if dim // 2 == shift:
            raise ValueError(f"{dim} numbers are too few for a shift of {shift}")
        self.dim, self.flip = dim, flip_sin_cos
        self.shift, self.max_period = shift, max_period

    def forward(self, x: Tensor) -> Tensor:
        """Return (samples, dim) of (samples,) or (samples, 1); raises RuntimeError for others."""
        if x.ndim > 2:
            raise RuntimeError(f"one number per sample is needed, not {tuple(x.shape[1:])}")
        half = self.dim // 2
        turned = x.reshape(-1, 1).float() * _speeds(
            half, half - self.shift, self.max_period, x.device
        )
        waves = [turned.sin(), turned.cos()]
        return functional.pad(torch.cat(waves[::-1] if self.flip else waves, 1), (0, self.dim % 2))
