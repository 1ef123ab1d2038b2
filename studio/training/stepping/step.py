"""What one training step does: forward, loss, gradients, checks, update."""

from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from torch import Tensor, nn

from studio.network.features import Inputs, in_parts
from studio.network.network import Network
from studio.training.device import Machine
from studio.training.objectives.objective import Objective
from studio.training.plan import Plan
from studio.training.stepping.advancing import advance_of
from studio.training.stepping.averaging import Average
from studio.training.stepping.backward import accumulate
from studio.training.stepping.optimizers import is_fused, make_optimizer
from studio.training.stepping.penalties import Penalties
from studio.training.stepping.sections import write_rates


class Shortcut(Protocol):
    """A faster way through steps that do the same every time."""

    trouble: str
    """Why it cannot be taken, in one sentence; "" while it can."""

    def renew(self, size: int, what: object) -> None:
        """Begin anew if batches get another `size`, or if it is not the same that is computed."""

    def drop(self) -> None:
        """Let go of what lies on the device; the next step makes it anew."""


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
        self.run: Callable[[Inputs], dict[str, Tensor]] = network
        """How the network answers in a step."""
        self.learn: Callable[[Inputs, Tensor], tuple[Tensor, Tensor]] = self._learned
        """How a whole batch leaves its gradients."""
        self.shortcut: Shortcut | None = None
        self._told = ""
        self.clip, self._clip_value = plan.clip_norm, plan.clip_value
        self._penalties = Penalties(network, plan)
        self.parts = plan.accumulate
        """In how many parts a batch is computed."""
        self.least = 2 if normalizes_batches(network) else 1
        """How many samples a part has at least."""
        self._parameters = list(network.parameters())
        self._broken = torch.zeros((), device=device)
        self._stopped = False
        self._one = torch.ones((), device=device)
        self._waits = device.type == "cpu" or not is_fused(plan.optimizer)
        self._good = 0 if self._waits else torch.zeros((), dtype=torch.int64, device=device)
        if not self._waits and not self.scaler.is_enabled():
            self.optimizer.found_inf = self._broken  # type: ignore[attr-defined]

    @property
    def has_stopped(self) -> bool:
        """Whether a step was just left out because of numbers that are not finite.

        Waits for nothing: a GPU that leaves out updates by itself tells by `is_broken` alone.
        """
        return self._stopped

    def mend(self) -> None:
        """Make updates again, and count the good ones from 0."""
        self._broken.zero_()
        self._stopped = False
        self._good = 0 if self._waits else torch.zeros_like(self._good)  # type: ignore[arg-type]

    def computed(self, x: Inputs, y: Tensor) -> Tensor:
        """Return the loss of a batch and leave its gradients at the parameters; nothing learns.

        No shortcut is taken, so that every layer can be watched.
        """
        for parameter in self._parameters:
            parameter.grad = None
        run, self.run = self.run, self._network
        try:
            return self._learned(x, y)[0]
        finally:
            self.run = run

    @property
    def objective(self) -> Objective:
        """What is made small now."""
        return self._objective

    @property
    def device(self) -> torch.device:
        """Where steps are computed."""
        return self._machine.device

    @property
    def is_penalized(self) -> bool:
        """Whether weights cost something besides the loss."""
        return not self._penalties.is_empty

    def trouble(self) -> str:
        """Return once why the shortcut cannot be taken, in one sentence; "" otherwise."""
        found = "" if self.shortcut is None else self.shortcut.trouble
        told, self._told = self._told, found
        return "" if found == told else found

    def renew_shortcut(self, size: int, what: object) -> None:
        """Say which batches come, and that from which it follows what is computed of them."""
        if self.shortcut is not None:
            self.shortcut.renew(size, what)

    def drop_shortcut(self) -> None:
        """Let the shortcut go of what lies on the device."""
        if self.shortcut is not None:
            self.shortcut.drop()

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
        if self.parts == 1:
            loss, answers = self.learn(x, y)
        else:
            loss, answers = self._learned_in_parts(x, y)
        write_rates(self.optimizer, own or (rate,))
        self._update(loss)
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
        if self._machine.precision is torch.float32:
            outputs = self.run(x)
        else:
            with self._machine.autocast():
                outputs = self.run(x)
            outputs = {name: value.float() for name, value in outputs.items()}
        loss = self._objective.loss(outputs, y, whole)
        cost = self._penalties.added(loss) if penalized else loss
        accumulate(self.scaler.scale(cost), self._one)
        return loss.detach(), self._objective.answers(outputs)

    def _learned_in_parts(self, x: Inputs, y: Tensor) -> tuple[Tensor, Tensor]:
        """Add the gradients of one part of a batch after the other: that of the whole."""
        parts = max(1, min(self.parts, len(x) // self.least))
        pairs = zip(in_parts(x, parts), torch.tensor_split(y, parts), strict=True)
        whole = self._objective.weights(y)
        found = [
            self._learned(inputs, truth, whole, penalized=index == 0)
            for index, (inputs, truth) in enumerate(pairs)
        ]
        losses, answers = zip(*found, strict=True)
        return torch.stack(losses).sum(), torch.cat(answers)

    def _update(self, loss: Tensor) -> None:
        changing = [parameter for parameter in self._parameters if parameter.grad is not None]
        if self.scaler.is_enabled():
            self._look_for_infinity([loss])
            self._update_scaled(changing)
            return
        self._look_for_infinity([*[p.grad for p in changing], loss])  # type: ignore[list-item]
        if self._waits and self._broken:
            self._stopped = True
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
        self._good += self._broken == 0

    def _look_for_infinity(self, numbers: list[Tensor]) -> None:
        """Set the flag if a number is not finite: the one kernel for this that torch has."""
        torch._amp_foreach_non_finite_check_and_unscale_(numbers, self._broken, self._one)

    def _clipped(self, changing: list[nn.Parameter]) -> None:
        if self._clip_value is not None:
            nn.utils.clip_grad_value_(changing, self._clip_value)
        if self.clip is not None:
            nn.utils.clip_grad_norm_(changing, self.clip)


def normalizes_batches(network: Network) -> bool:
    """Whether the network normalizes over the batch, which takes two samples at least."""
    return any(isinstance(m, nn.modules.batchnorm._BatchNorm) for m in network.modules())  # noqa: SLF001
