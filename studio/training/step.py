"""What one training step does: forward, loss, gradients, checks, update."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn

from studio.network.features import Inputs, in_parts
from studio.network.network import Network
from studio.training.advancing import advance_of
from studio.training.averaging import Average
from studio.training.device import Machine
from studio.training.objective import Objective
from studio.training.optimizers import is_fused, make_optimizer
from studio.training.penalties import Penalties
from studio.training.plan import Plan
from studio.training.sections import write_rates


class Stepper:
    """Makes steps; the first gradient that is not finite stops all updates from then on.

    On the processor that is seen at once. On a GPU a flag there makes the update skip itself, and
    `is_broken` tells when somebody asks; only optimizers other than Adam, AdamW and SGD without
    dampening, whose updates cannot skip themselves, wait for that flag in every step.
    """

    def __init__(
        self, network: Network, objective: Objective, plan: Plan, machine: Machine
    ) -> None:
        device = machine.device
        self.optimizer = make_optimizer(plan.optimizer, network)
        self._advance = advance_of(self.optimizer)
        self.scaler = torch.amp.GradScaler(device.type, enabled=machine.precision is torch.float16)
        self.average = None if plan.ema is None else Average(network, plan.ema)
        self._network, self._objective, self._machine = network, objective, machine
        self._clip, self._clip_value = plan.clip_norm, plan.clip_value
        self._penalties = Penalties(network, plan)
        self._parts = plan.accumulate
        self._least = 2 if normalizes_batches(network) else 1
        self._parameters = list(network.parameters())
        self._broken = torch.zeros((), device=device)
        self._one = torch.ones((), device=device)
        self._waits = device.type == "cpu" or not is_fused(plan.optimizer)
        self._good = 0 if self._waits else torch.zeros((), dtype=torch.int64, device=device)
        if not self._waits and not self.scaler.is_enabled():
            self.optimizer.found_inf = self._broken  # type: ignore[attr-defined]

    def compare_by(self, objective: Objective) -> None:
        """Learn by another loss from the next step on."""
        self._objective = objective

    def step(
        self, x: Inputs, y: Tensor, rate: float, own: Sequence[float] = ()
    ) -> tuple[Tensor, Tensor]:
        """Learn from one batch at this learning rate; return its mean loss and the answers.

        `own` are the rates of each section of layers, where they differ (see `sections`).
        """
        for parameter in self._parameters:
            parameter.grad = None
        if self._parts == 1:
            loss, answers = self._learned(x, y)
        else:
            loss, answers = self._learned_in_parts(x, y)
        write_rates(self.optimizer, own or (rate,))
        self._update()
        return loss, answers

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

    def _learned(
        self,
        x: Inputs,
        y: Tensor,
        whole: Sequence[Tensor | int] | None = None,
        *,
        penalized: bool = True,
    ) -> tuple[Tensor, Tensor]:
        """Add the gradient of samples, as a part of the `whole` if given; return loss, answers."""
        with self._machine.autocast():
            outputs = self._network(x)
        if self._machine.precision is not torch.float32:
            outputs = {name: value.float() for name, value in outputs.items()}
        loss = self._objective.loss(outputs, y, whole)
        cost = self._penalties.added(loss) if penalized else loss
        self.scaler.scale(cost).backward()  # type: ignore[no-untyped-call]
        return loss.detach(), self._objective.answers(outputs)

    def _learned_in_parts(self, x: Inputs, y: Tensor) -> tuple[Tensor, Tensor]:
        """Add the gradients of one part of a batch after the other: that of the whole."""
        parts = max(1, min(self._parts, len(x) // self._least))
        pairs = zip(in_parts(x, parts), torch.tensor_split(y, parts), strict=True)
        whole = self._objective.weights(y)
        found = [
            self._learned(inputs, truth, whole, penalized=index == 0)
            for index, (inputs, truth) in enumerate(pairs)
        ]
        losses, answers = zip(*found, strict=True)
        return torch.stack(losses).sum(), torch.cat(answers)

    def _update(self) -> None:
        changing = [parameter for parameter in self._parameters if parameter.grad is not None]
        if self.scaler.is_enabled():
            self._update_scaled(changing)
            return
        self._look_for_infinity(changing)
        if self._waits and self.is_broken:
            return
        self._clipped(changing)
        self._advance()
        self._good += 1 if self._waits else self._broken == 0
        if self.average is not None:
            self.average.follow(None if self._waits else self._broken)

    def _update_scaled(self, changing: list[nn.Parameter]) -> None:
        self.scaler.unscale_(self.optimizer)
        self._clipped(changing)
        self.scaler.step(self.optimizer)  # skips overflows by itself, which are no failure here
        if self.average is not None:
            found = self.scaler._found_inf_per_device(self.optimizer)  # noqa: SLF001
            self.average.follow(torch.stack([flag.squeeze() for flag in found.values()]).sum())
        self.scaler.update()
        self._good += 1

    def _look_for_infinity(self, changing: Iterable[nn.Parameter]) -> None:
        """Set the flag if a gradient is not finite: the one kernel for this that torch has."""
        gradients = [parameter.grad for parameter in changing if parameter.grad is not None]
        torch._amp_foreach_non_finite_check_and_unscale_(gradients, self._broken, self._one)

    def _clipped(self, changing: list[nn.Parameter]) -> None:
        if self._clip_value is not None:
            nn.utils.clip_grad_value_(changing, self._clip_value)
        if self._clip is not None:
            nn.utils.clip_grad_norm_(changing, self._clip)


def normalizes_batches(network: Network) -> bool:
    """Whether the network normalizes over the batch, which takes two samples at least."""
    return any(isinstance(m, nn.modules.batchnorm._BatchNorm) for m in network.modules())  # noqa: SLF001
