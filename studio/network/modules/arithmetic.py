"""Modules that compute with single values."""

import torch
from torch import Tensor, nn

from studio.network.modules.registry import own


@own
class Scale(nn.Module):
    """A straight line."""

    def __init__(self, factor: float, shift: float) -> None:
        super().__init__()
        self.factor, self.shift = factor, shift

    def forward(self, x: Tensor) -> Tensor:
        """Return factor · x + shift."""
        scaled = x if self.factor == 1 else x * self.factor
        return scaled + self.shift if self.shift else scaled


@own
class GaussianSample(nn.Module):
    """Random values around a mean while training, the mean itself while evaluating."""

    def forward(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        """Return mean + exp(log_variance / 2) · noise (arXiv 1312.6114, 2.4)."""
        if mean.shape != log_variance.shape:
            raise RuntimeError(f"{tuple(mean.shape)} is not {tuple(log_variance.shape)}")
        if not self.training:
            return mean
        return mean + torch.exp(log_variance / 2) * torch.randn_like(mean)


@own
class LogitScale(nn.Module):
    """Scores times a number whose logarithm is learned."""

    def __init__(
        self,
        *,
        init: float,
        max_scale: float | None,
        bias: bool,
        init_bias: float,
    ) -> None:
        super().__init__()
        self.max_scale = max_scale
        self.weight = nn.Parameter(torch.tensor(init))
        if bias:
            self.bias = nn.Parameter(torch.tensor(init_bias))

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` · exp(weight), plus the bias if there is one."""
        factor = self.weight.exp()
        if self.max_scale is not None:
            factor = factor.clamp(max=self.max_scale)
        return x * factor + self.bias if "bias" in self._parameters else x * factor
