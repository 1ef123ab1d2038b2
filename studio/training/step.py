"""What one training step does: forward, loss, gradients, checks, update."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from studio.network.network import Network
from studio.training.device import Machine
from studio.training.objective import Objective
from studio.training.optimizers import is_fused, make_optimizer, weights
from studio.training.plan import Plan


class Stepper:
    """Makes steps; the first gradient that is not finite stops all updates from then on.

    On the processor that is seen at once. On a GPU a flag there makes the update skip itself, and
    `is_broken` tells when somebody asks; only RMSprop and SGD with dampening, whose updates cannot
    skip themselves, wait for that flag in every step.
    """

    def __init__(
        self, network: Network, objective: Objective, plan: Plan, machine: Machine
    ) -> None:
        device = machine.device
        self.optimizer = make_optimizer(plan.optimizer, network)
        self.scaler = torch.amp.GradScaler(device.type, enabled=machine.precision is torch.float16)
        self._network, self._objective, self._machine = network, objective, machine
        self._l1, self._clip = plan.l1, plan.clip_norm
        self._weights = weights(network)
        self._parameters = list(network.parameters())
        self._broken = torch.zeros((), device=device)
        self._one = torch.ones((), device=device)
        self._waits = device.type == "cpu" or not is_fused(plan.optimizer)
        self._good = 0 if self._waits else torch.zeros((), dtype=torch.int64, device=device)
        if not self._waits and not self.scaler.is_enabled():
            self.optimizer.found_inf = self._broken  # type: ignore[attr-defined]

    def step(self, x: Tensor, y: Tensor, rate: float) -> tuple[Tensor, Tensor]:
        """Learn from one batch at this learning rate; return its mean loss and the answers."""
        for parameter in self._parameters:
            parameter.grad = None
        with self._machine.autocast():
            outputs = self._network(x)
        if self._machine.precision is not torch.float32:
            outputs = {name: value.float() for name, value in outputs.items()}
        loss = self._objective.loss(outputs, y)
        self.scaler.scale(self._penalized(loss)).backward()  # type: ignore[no-untyped-call]
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self._update()
        return loss.detach(), self._objective.answers(outputs)

    @property
    def is_broken(self) -> bool:
        """Whether a gradient was not finite; waits for the device."""
        return bool(self._broken)

    @property
    def good_steps(self) -> int:
        """How many steps updated the weights; waits for the device."""
        return int(self._good)

    def trainable(self) -> list[nn.Parameter]:
        """Return the parameters that take gradients now."""
        return [parameter for parameter in self._parameters if parameter.requires_grad]

    def _penalized(self, loss: Tensor) -> Tensor:
        if not self._l1:
            return loss
        sizes = [weight.abs().sum() for weight in self._weights if weight.requires_grad]
        return loss + self._l1 * torch.stack(sizes).sum() if sizes else loss

    def _update(self) -> None:
        changing = [parameter for parameter in self._parameters if parameter.grad is not None]
        if self.scaler.is_enabled():
            self._update_scaled(changing)
            return
        self._look_for_infinity(changing)
        if self._waits and self.is_broken:
            return
        self._clipped(changing)
        self.optimizer.step()
        self._good += 1 if self._waits else self._broken == 0

    def _update_scaled(self, changing: list[nn.Parameter]) -> None:
        self.scaler.unscale_(self.optimizer)
        self._clipped(changing)
        self.scaler.step(self.optimizer)  # skips overflows by itself, which are no failure here
        self.scaler.update()
        self._good += 1

    def _look_for_infinity(self, changing: Iterable[nn.Parameter]) -> None:
        """Set the flag if a gradient is not finite: the one kernel for this that torch has."""
        gradients = [parameter.grad for parameter in changing if parameter.grad is not None]
        torch._amp_foreach_non_finite_check_and_unscale_(gradients, self._broken, self._one)

    def _clipped(self, changing: list[nn.Parameter]) -> None:
        if self._clip is not None:
            nn.utils.clip_grad_norm_(changing, self._clip)
