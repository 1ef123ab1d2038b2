"""How Adam's update is made with fewer calls: torch's kernel, without what is around it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import is_
from typing import Any

import torch
from torch import Tensor, nn

Group = dict[str, Any]


def advance_of(optimizer: torch.optim.Optimizer) -> Callable[[], Any]:
    """Return what makes one update of `optimizer`: itself, or the same kernel called directly.

    On the processor and for small networks its own way there takes longer than the update. The
    results are the same bits, and the state is the optimizer's own.
    """
    plain = isinstance(optimizer, torch.optim.Adam) and optimizer.defaults.get("fused")
    every = [p for group in optimizer.param_groups for p in group["params"]]
    # parameters that are spread over processes are of another type
    if not plain or any(type(p) is not nn.Parameter or p.device.type != "cpu" for p in every):
        return optimizer.step
    return _Direct(optimizer)


class _Direct:
    """Keeps the lists as long as the same parameters move with the same state."""

    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        self._optimizer = optimizer
        self._groups: tuple[Group, ...] = ()
        self._every: list[Tensor] = []
        self._still: list[bool] = []
        self._moving: list[Tensor] = []
        self._calls: list[_Call] = []
        self._together, self._counters = torch.empty(0), torch.empty(0).unbind()

    def __call__(self) -> None:
        """Update every parameter that has a gradient."""
        gradients = [p.grad for p in self._every]
        with torch.no_grad():
            if not self._holds(gradients):
                if not self._renewed():
                    self._optimizer.step()  # begins the state of those that have none
                    return
                gradients = [p.grad for p in self._every]
            self._together += 1
            moving = [gradient for gradient in gradients if gradient is not None]
            for call in self._calls:
                call.update(moving)

    def _holds(self, gradients: Sequence[Tensor | None]) -> bool:
        """Whether groups, gradients and state are those that the lists were made of.

        State that is put in place of another comes with its own counter.
        """
        groups, state = self._optimizer.param_groups, self._optimizer.state
        return (
            len(groups) == len(self._groups)
            and all(map(is_, groups, self._groups))
            and [gradient is None for gradient in gradients] == self._still
            and all(map(is_, [state[p].get("step") for p in self._moving], self._counters))
        )

    def _renewed(self) -> bool:
        """Make the lists anew; return whether every parameter that moves has its state."""
        groups, state = tuple(self._optimizer.param_groups), self._optimizer.state
        every = [p for group in groups for p in group["params"]]
        moving = [p for p in every if p.grad is not None]
        self._groups, self._calls = (), []
        if not all(state.get(p) for p in moving):
            return False
        self._count([state[p] for p in moving])
        self._groups, self._every, self._moving = groups, every, moving
        self._still = [p.grad is None for p in every]
        first = 0
        for group in groups:
            members = [p for p in group["params"] if p.grad is not None]
            if members:
                self._calls.append(_Call.of(group, members, [state[p] for p in members], first))
            first += len(members)
        return True

    def _count(self, states: Sequence[dict[str, Tensor]]) -> None:
        """Lay all counters of updates in one tensor, so that one sum counts them."""
        if states:
            self._together = torch.stack([one["step"] for one in states])
        self._counters = self._together[: len(states)].unbind()
        for one, counter in zip(states, self._counters, strict=True):
            one["step"] = counter


@dataclass(frozen=True)
class _Call:
    """A call of the kernel for the moving parameters of one group."""

    group: Group
    kernel: Callable[..., Any]
    first: int
    """Where their gradients begin among all."""
    parameters: list[Tensor]
    state: tuple[list[Tensor], list[Tensor], list[Tensor], list[Tensor]]
    """Means, means of squares, the largest of those if they are kept, counters."""

    @classmethod
    def of(
        cls, group: Group, moving: list[Tensor], kept: Sequence[dict[str, Tensor]], first: int
    ) -> "_Call":
        """Return the call for these parameters of a group."""
        kernel = torch._fused_adamw_ if group["decoupled_weight_decay"] else torch._fused_adam_
        means, squares = ([one[key] for one in kept] for key in ("exp_avg", "exp_avg_sq"))
        largest = [one["max_exp_avg_sq"] for one in kept] if group["amsgrad"] else []
        return cls(
            group, kernel, first, moving, (means, squares, largest, [s["step"] for s in kept])
        )

    def update(self, gradients: list[Tensor]) -> None:
        """Update the parameters by their part of all gradients."""
        group, moving = self.group, self.parameters
        beta1, beta2 = group["betas"]
        self.kernel(
            moving,
            gradients[self.first : self.first + len(moving)],
            *self.state,
            lr=group["lr"],
            beta1=beta1,
            beta2=beta2,
            weight_decay=group["weight_decay"],
            eps=group["eps"],
            amsgrad=group["amsgrad"],
            maximize=group["maximize"],
        )
