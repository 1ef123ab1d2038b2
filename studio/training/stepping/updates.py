"""Optimizers that torch does not bring along, or not for every parameter."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.adamw import adamw

Params = Iterable[dict[str, Any]]


class Lion(torch.optim.Optimizer):
    """Moves every weight by the rate, against the sign of a mean of its gradients.

    Chen et al. (arXiv 2302.06675), algorithm 2: the sign is that of β₁ m + (1 − β₁) g, while m
    becomes β₂ m + (1 − β₂) g; the decay acts on the weights directly.
    """

    def __init__(
        self, params: Params, lr: float, betas: tuple[float, float], weight_decay: float = 0.0
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Update every parameter that has a gradient."""
        for group in self.param_groups:
            moving, gradients = _with_gradients(group)
            if not moving:
                continue
            means = [_kept(self.state[p], "exp_avg", p) for p in moving]
            beta1, beta2 = group["betas"]
            steps = torch._foreach_lerp(means, gradients, 1 - beta1)  # noqa: SLF001
            torch._foreach_sign_(steps)
            _decay(moving, group)
            torch._foreach_add_(moving, steps, alpha=-group["lr"])
            torch._foreach_lerp_(means, gradients, 1 - beta2)


class Muon(torch.optim.Optimizer):
    """Evens out the momentum of matrices in groups marked "matrices"; AdamW for all others.

    Jordan et al. (kellerjordan.github.io/posts/muon, 2024). Steps are as long as those of AdamW,
    0.2 √max(rows, columns), as in Liu et al. (arXiv 2502.16982). A group marked "flat" holds
    matrices and kernels, which count as a row for each output; one marked "stacked" holds tensors
    of several matrices.
    """

    def __init__(  # noqa: PLR0913
        self,
        params: Params,
        lr: float,
        *,
        momentum: float,
        nesterov: bool,
        rounds: int,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float = 0.0,
    ) -> None:
        defaults = {"lr": lr, "weight_decay": weight_decay, "betas": betas, "eps": eps}
        matrix = {"momentum": momentum, "nesterov": nesterov, "rounds": rounds, "matrices": ""}
        super().__init__(params, defaults | matrix)

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Update every parameter that has a gradient."""
        for group in self.param_groups:
            moving, gradients = _with_gradients(group)
            if not moving:
                continue
            if group["matrices"]:
                self._even(moving, gradients, group)
            else:
                self._adapt(moving, gradients, group)

    def _even(self, moving: list[Tensor], gradients: list[Tensor], group: dict[str, Any]) -> None:
        means = [_kept(self.state[p], "momentum_buffer", p) for p in moving]
        torch._foreach_lerp_(means, gradients, 1 - group["momentum"])
        wanted = means
        if group["nesterov"]:
            wanted = list(torch._foreach_lerp(gradients, means, group["momentum"]))  # noqa: SLF001
        _decay(moving, group)
        for parameter, step in zip(moving, wanted, strict=True):
            matrix = step if group["matrices"] == "stacked" else step.flatten(1)
            even = orthogonalized(matrix, group["rounds"]).view(step.shape)
            length = 0.2 * max(matrix.shape[-2:]) ** 0.5
            parameter.add_(even.to(parameter.dtype), alpha=-group["lr"] * length)

    def _adapt(self, moving: list[Tensor], gradients: list[Tensor], group: dict[str, Any]) -> None:
        states = [self.state[p] for p in moving]
        for state in states:
            if "step" not in state:
                state["step"] = torch.zeros(())
        beta1, beta2 = group["betas"]
        adamw(
            moving,
            gradients,
            [_kept(state, "exp_avg", p) for state, p in zip(states, moving, strict=True)],
            [_kept(state, "exp_avg_sq", p) for state, p in zip(states, moving, strict=True)],
            [],
            [state["step"] for state in states],
            foreach=True,
            amsgrad=False,
            beta1=beta1,
            beta2=beta2,
            lr=group["lr"],
            weight_decay=group["weight_decay"],
            eps=group["eps"],
            maximize=False,
        )


def orthogonalized(matrix: Tensor, rounds: int) -> Tensor:
    """Return [..., rows, columns] with the same directions and singular values all near 1.

    The quintic Newton–Schulz iteration of Muon with its published coefficients, which brings them
    between about 0.7 and 1.2; in bfloat16 on GPUs, as published, in float32 on processors.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrix.bfloat16() if matrix.is_cuda else matrix.float()
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT if tall else x
    x = x / x.norm(dim=(-2, -1), keepdim=True).clamp_min(1e-7)
    for _round in range(rounds):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    found: Tensor = (x.mT if tall else x).contiguous()
    return found


UPDATES: dict[str, type[torch.optim.Optimizer]] = {"Lion": Lion, "Muon": Muon}
"""By the name that follows “studio.” in a recipe."""


def _with_gradients(group: dict[str, Any]) -> tuple[list[Tensor], list[Tensor]]:
    moving: list[nn.Parameter] = [p for p in group["params"] if p.grad is not None]
    return list(moving), [p.grad for p in moving if p.grad is not None]


def _kept(state: dict[str, Any], key: str, parameter: Tensor) -> Tensor:
    """Return what is remembered of a parameter, zeros laid out like it at first."""
    if key not in state:
        state[key] = torch.zeros_like(parameter)
    found: Tensor = state[key]
    return found


def _decay(moving: list[Tensor], group: dict[str, Any]) -> None:
    if group["weight_decay"]:
        torch._foreach_mul_(moving, 1 - group["lr"] * group["weight_decay"])
