"""How normalization over a batch sees the samples of all processes, and remembers the same.

On processors torch has no synchronized batch norm; this one is exact: counts, means and sums of
squares of all processes are put together in double precision (Chan, Golub, LeVeque 1979).
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules._functions import SyncBatchNorm

from studio.network.network import Network
from studio.training.sharing.pieces import Piece
from studio.training.sharing.team import Team

_BATCH_NORM = nn.modules.batchnorm._BatchNorm  # noqa: SLF001
_INSTANCE_NORM = nn.modules.instancenorm._InstanceNorm  # noqa: SLF001


@dataclass
class Norms:
    """The norms of a network that is trained by a team."""

    team: Team
    is_idle: bool = False
    """Whether the samples that this process computes now count for nothing."""
    is_apart: bool = False
    """Whether norms see only the samples of this process for now."""
    samples: int = 0
    """How many samples this process computes now that count."""

    def expect(self, piece: Piece) -> None:
        """Say which piece of a batch comes next."""
        self.is_idle = piece.is_idle
        self.samples = 0 if piece.is_idle else len(piece)

    @contextlib.contextmanager
    def apart(self) -> Iterator[None]:
        """Let norms see only the samples of this process inside the `with` block."""
        self.is_apart = True
        try:
            yield
        finally:
            self.is_apart = False

    @contextlib.contextmanager
    def together(self, network: Network) -> Iterator[None]:
        """Let norms see the samples of all processes inside the `with` block, while they train."""
        norms = [m for m in network.modules() if isinstance(m, _BATCH_NORM | _INSTANCE_NORM)]
        for norm in norms:
            own = self._batch_normed if isinstance(norm, _BATCH_NORM) else self._instance_normed
            vars(norm)["forward"] = partial(own, norm)
        try:
            yield
        finally:
            for norm in norms:
                vars(norm).pop("forward", None)

    def _batch_normed(self, norm: Any, x: Tensor) -> Tensor:
        if not norm.training or self.is_apart:
            found: Tensor = type(norm).forward(norm, x)
            return found
        norm._check_input_dim(x)  # noqa: SLF001
        remembers = norm.track_running_stats and norm.running_mean is not None
        if remembers and norm.num_batches_tracked is not None:
            norm.num_batches_tracked.add_(1)
        count = norm.num_batches_tracked
        momentum = 1.0 / float(count) if norm.momentum is None and remembers else norm.momentum
        if x.is_cuda:
            return self._on_gpu(norm, x, momentum)
        return self._on_processor(norm, x, momentum if remembers else None)

    def _on_processor(self, norm: Any, x: Tensor, momentum: float | None) -> Tensor:
        count, mean, squares = self._moments(x)
        variance = squares / count
        if momentum is not None:
            with torch.no_grad():
                unbiased = squares / max(count - 1, 1)
                norm.running_mean.lerp_(mean.to(norm.running_mean.dtype), momentum)
                norm.running_var.lerp_(unbiased.to(norm.running_var.dtype), momentum)
        scale = (variance + norm.eps).rsqrt()
        moments = (mean.to(x.dtype), scale.to(x.dtype), count)
        kind: Any = _Normed
        found: Tensor = kind.apply(x, moments, self.team, self.is_idle)
        if norm.weight is not None:
            shape = (1, -1) + (1,) * (x.ndim - 2)
            found = found * norm.weight.view(shape) + norm.bias.view(shape)
        return found

    def _moments(self, x: Tensor) -> tuple[float, Tensor, Tensor]:
        """Return how many numbers each channel has everywhere, their mean and squared distances."""
        with torch.no_grad():
            flat = x.detach().transpose(0, 1).flatten(1).double()
            own = 0 if self.is_idle else flat.shape[1]
            mean = flat.mean(1)
            squares = (flat - mean[:, None]).square().sum(1) * (own > 0)
            told = self.team.stacked(torch.cat([mean.new_tensor([own]), mean, squares]))
            counts, (means, within) = told[:, :1], told[:, 1:].chunk(2, dim=1)
            count = counts.sum()
            middle = (counts * means).sum(0) / count
            between = (counts * (means - middle).square()).sum(0)
            return float(count), middle, within.sum(0) + between

    def _on_gpu(self, norm: Any, x: Tensor, momentum: float | None) -> Tensor:
        kind: Any = SyncBatchNorm
        found: Tensor = kind.apply(
            x.contiguous(),
            norm.weight,
            norm.bias,
            norm.running_mean,
            norm.running_var,
            norm.eps,
            momentum or 0.0,
            torch.distributed.group.WORLD,
            self.team.size,
        )
        return found

    def _instance_normed(self, norm: Any, x: Tensor) -> Tensor:
        found: Tensor = type(norm).forward(norm, x)
        kept = [buffer for buffer in (norm.running_mean, norm.running_var) if buffer is not None]
        if kept and norm.training and not self.is_apart:
            with torch.no_grad():  # these are means over the samples, so that shares add up
                own = torch.cat([*kept, kept[0].new_ones(1)]).double() * self.samples
                *new, samples = torch.split(self.team.summed(own), [*map(len, kept), 1])
                for buffer, values in zip(kept, new, strict=True):
                    buffer.copy_(values / samples)
        return found


class _Normed(torch.autograd.Function):
    """(x − mean) · scale, differentiated through mean and scale of all processes."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, moments: Any, team: Team, is_idle: bool) -> Tensor:  # noqa: FBT001
        """Return x [samples, channels, …] normalized."""
        mean, scale, count = moments
        shape = (1, -1) + (1,) * (x.ndim - 2)
        found: Tensor = (x - mean.view(shape)) * scale.view(shape)
        ctx.save_for_backward(found, scale)
        ctx.team, ctx.count, ctx.is_idle, ctx.shape = team, count, is_idle, shape
        return found

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Any:
        """Return the gradient of the samples of this process."""
        normed, scale = ctx.saved_tensors
        axes = [axis for axis in range(normed.ndim) if axis != 1]
        own = torch.stack(
            [
                gradient.sum(axes, dtype=torch.float64),
                (gradient * normed).sum(axes, dtype=torch.float64),
            ]
        )
        total = (ctx.team.summed(own) / ctx.count).to(gradient.dtype)
        if ctx.is_idle:
            return torch.zeros_like(gradient), None, None, None
        level, slope = (values.view(ctx.shape) for values in total)
        return (gradient - level - normed * slope) * scale.view(ctx.shape), None, None, None
