"""Normalizations and learned scales that torch does not bring along."""

import torch
from torch import Tensor, nn
from torch.nn import functional, init

from studio.network.modules.registry import own


@own
class RMSNorm(nn.RMSNorm):
    """RMS norm in the precision of its weight; with `offset` it multiplies by 1 + weight.

    The weight then starts at zero, as in Gemma. In mixed precision on processors torch would meet
    a short input with a float32 weight, for which it has no kernel of its own.
    """

    def __init__(
        self,
        normalized_shape: tuple[int, ...],
        eps: float,
        *,
        elementwise_affine: bool = True,
        offset: bool = False,
    ) -> None:
        super().__init__(normalized_shape, eps, elementwise_affine)
        self.offset = offset
        if offset and elementwise_affine:
            init.zeros_(self.weight)

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` of any shape that ends in the normalized axes, scaled."""
        if not self.elementwise_affine:
            return super().forward(x)
        scale = 1.0 + self.weight if self.offset else self.weight
        return functional.rms_norm(x.to(scale.dtype), self.normalized_shape, scale, self.eps)


@own
class LayerNorm2d(nn.LayerNorm):
    """Layer norm over the channels of pictures of shape (samples, channels, height, width)."""

    def __init__(
        self, num_channels: int, eps: float, *, elementwise_affine: bool = True, bias: bool = True
    ) -> None:
        super().__init__(num_channels, eps, elementwise_affine, bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return the pictures with the channels of each place scaled."""
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


@own
class L2Normalize(nn.Module):
    """Divides vectors along `dim` by their length, or by `eps` if that is larger."""

    def __init__(self, dim: int, eps: float) -> None:
        super().__init__()
        self.dim, self.eps = dim, eps

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` with vectors of length 1 along `dim`."""
        return functional.normalize(x, dim=self.dim, eps=self.eps)


@own
class LayerScale(nn.Module):
    """Multiplies by a learned scale of a shape that stretches over `x`."""

    def __init__(self, shape: tuple[int, ...], init: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full(shape, init))

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` scaled."""
        return x * self.weight


@own
class Affine(nn.Module):
    """Multiplies by a learned scale and adds a learned offset, both stretched over `x`."""

    def __init__(self, shape: tuple[int, ...], *, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(shape))
        self.bias = nn.Parameter(torch.zeros(shape)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` scaled and shifted."""
        scaled = x * self.weight
        return scaled if self.bias is None else scaled + self.bias
