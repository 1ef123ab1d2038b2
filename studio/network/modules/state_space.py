"""A state that each step of a sequence chooses how to change (Mamba, arXiv 2312.00752)."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from studio.network.modules.registry import own

SLOWEST, FASTEST = 0.001, 0.1
"""Time steps that training starts from."""


@own
class SelectiveSSM(nn.Module):
    """The mixer of Mamba, step by step: exact on every device, slower than its own kernels."""

    def __init__(
        self,
        *,
        features: int,
        state_size: int,
        conv_kernel: int,
        expand: int,
        time_step_rank: int,
        conv_bias: bool = True,
        bias: bool = False,
    ) -> None:
        super().__init__()
        inner = expand * features
        self.parts = [time_step_rank, state_size, state_size]
        rates = torch.arange(1, state_size + 1, dtype=torch.float32)
        self.A_log = nn.Parameter(rates.log().repeat(inner, 1))
        self.D = nn.Parameter(torch.ones(inner))
        self.conv1d = nn.Conv1d(
            inner, inner, conv_kernel, padding=conv_kernel - 1, groups=inner, bias=conv_bias
        )
        self.in_proj = nn.Linear(features, 2 * inner, bias=bias)
        self.x_proj = nn.Linear(inner, sum(self.parts), bias=False)
        self.dt_proj = nn.Linear(time_step_rank, inner)
        self.out_proj = nn.Linear(inner, features, bias=bias)
        self._start()

    def _start(self) -> None:
        """Let time steps start between the slowest and the fastest, as in the paper's code."""
        nn.init.uniform_(self.dt_proj.bias, math.log(SLOWEST), math.log(FASTEST))
        with torch.no_grad():
            # the inverse of softplus
            self.dt_proj.bias.exp_().expm1_().log_()

    def forward(self, x: Tensor) -> Tensor:
        """Return samples × steps × features; raises ValueError for anything else."""
        _samples, steps, _features = x.shape
        x, gate = self.in_proj(x).chunk(2, dim=-1)
        # what saw later steps lies behind the last one, and is cut off
        x = F.silu(self.conv1d(x.transpose(1, 2))[..., :steps]).transpose(1, 2)
        pace, write, read = torch.split(self.x_proj(x), self.parts, dim=-1)
        pace = F.softplus(self.dt_proj(pace).float())
        states = self._scan(x.float(), pace, write.float())
        found = (states @ read.float().unsqueeze(-1)).squeeze(-1)
        found = (found + x * self.D).to(x.dtype)
        answer: Tensor = self.out_proj(found * F.silu(gate))
        return answer

    def _scan(self, x: Tensor, pace: Tensor, write: Tensor) -> Tensor:
        """Return the states after each step: samples × steps × features × numbers of the state."""
        kept = torch.exp(pace.unsqueeze(-1) * -torch.exp(self.A_log.float()))
        added = (pace * x).unsqueeze(-1) * write.unsqueeze(-2)
        state = torch.zeros_like(added[:, 0])
        found = []
        for keep, add in zip(kept.unbind(1), added.unbind(1), strict=True):
            state = keep * state + add
            found.append(state)
        return torch.stack(found, dim=1)
