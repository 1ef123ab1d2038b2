"""How Adam's update is made with fewer calls: torch's kernel, without what is around it."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor


def advance_of(optimizer: torch.optim.Optimizer) -> Callable[[], Any]:
    """Return what makes one update of `optimizer`: itself, or the same kernel called directly.

    On the processor and for small networks its own way there takes longer than the update. The
    results are the same bits, and the state is the optimizer's own.
    """
    plain = isinstance(optimizer, torch.optim.Adam) and optimizer.defaults.get("fused")
    groups = optimizer.param_groups
    if not plain or any(p.device.type != "cpu" for group in groups for p in group["params"]):
        return optimizer.step
    return _Direct(optimizer)


class _Direct:
    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        self._optimizer = optimizer
        self._counters: tuple[Tensor, tuple[Tensor, ...]] = torch.empty(0), ()

    def __call__(self) -> None:
        """Update every parameter that has a gradient."""
        state = self._optimizer.state
        moving = [_moving(group) for group in self._optimizer.param_groups]
        if not all(state.get(p) for members in moving for p in members):
            self._optimizer.step()  # begins the state of those that have none
            return
        kept = [[state[p] for p in members] for members in moving]
        with torch.no_grad():
            self._count([one for states in kept for one in states])
            for group, members, states in zip(
                self._optimizer.param_groups, moving, kept, strict=True
            ):
                if members:
                    _update(group, members, states)

    def _count(self, states: Sequence[dict[str, Tensor]]) -> None:
        """Count one more update of each; all counters lie in one tensor: one sum."""
        together, apart = self._counters
        known = len(states) == len(apart)
        if not known or any(one["step"] is not x for one, x in zip(states, apart, strict=True)):
            together = torch.stack([one["step"] for one in states])
            apart = together.unbind()
            for one, counter in zip(states, apart, strict=True):
                one["step"] = counter
            self._counters = together, apart
        together += 1


def _moving(group: dict[str, Any]) -> list[Tensor]:
    return [p for p in group["params"] if p.grad is not None]


def _update(
    group: dict[str, Any], moving: list[Tensor], states: Sequence[dict[str, Tensor]]
) -> None:
    kernel = torch._fused_adamw_ if group["decoupled_weight_decay"] else torch._fused_adam_
    beta1, beta2 = group["betas"]
    kernel(
        moving,
        [p.grad for p in moving if p.grad is not None],
        [kept["exp_avg"] for kept in states],
        [kept["exp_avg_sq"] for kept in states],
        [kept["max_exp_avg_sq"] for kept in states] if group["amsgrad"] else [],
        [kept["step"] for kept in states],
        lr=group["lr"],
        beta1=beta1,
        beta2=beta2,
        weight_decay=group["weight_decay"],
        eps=group["eps"],
        amsgrad=group["amsgrad"],
        maximize=group["maximize"],
    )
