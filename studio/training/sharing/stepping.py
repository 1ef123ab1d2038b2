"""How a step is made by several processes: each computes its share, gradients are added up."""

import contextlib
import hashlib
from collections.abc import Sequence
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.nn.parallel import DistributedDataParallel

from studio.network.features import Inputs, regrouped
from studio.network.network import Network
from studio.training.device import Machine
from studio.training.objectives.objective import Objective
from studio.training.plan import Plan
from studio.training.reach import reached
from studio.training.sharing.norms import Norms
from studio.training.sharing.pieces import Cutting
from studio.training.stepping.sections import write_rates
from studio.training.stepping.step import Stepper
from studio.training.tensors.proof import fingerprint


class SharedStepper(Stepper):
    """Makes steps in which the gradient is that of the whole batch, the same in every process.

    torch's DistributedDataParallel adds the gradients up while they are computed. It is made anew
    whenever other parameters take gradients than before: one that thaws would not be added up, and
    one that freezes would be waited for.
    """

    def __init__(
        self, network: Network, objective: Objective, plan: Plan, machine: Machine, norms: Norms
    ) -> None:
        super().__init__(network, objective, plan, machine)
        self._norms, self._team = norms, norms.team
        self._wrapped: DistributedDataParallel | None = None
        self._led: frozenset[Tensor] = frozenset()

    @property
    def cutting(self) -> Cutting:
        """Which samples of a batch are whose."""
        return Cutting(self._team.rank, self._team.size, self.parts, self.least)

    def step(
        self, x: Inputs, y: Tensor, rate: float, own: Sequence[float] = ()
    ) -> tuple[Tensor, Tensor]:
        """Learn from a batch; return this process's part of its loss, and its answers.

        `x` is the share of this process, `y` the truth of the whole batch.
        """
        for parameter in self._parameters:
            parameter.grad = None
        try:
            loss, answers = self._learned_together(x, y)
        except (RuntimeError, ValueError, IndexError) as error:
            self._team.fail(error)
        write_rates(self.optimizer, own or (rate,))
        self._update(loss)
        return loss, answers

    def computed(self, x: Inputs, y: Tensor) -> Tensor:
        """Return the loss of the share of this process and leave its gradients; nothing learns."""
        with self._norms.apart():
            return super().computed(x, self.cutting.share(y))

    def regroup(self, x: Inputs, y: Tensor) -> None:
        """Look which parameters take gradients now, by running some samples, and add up those.

        Raises TrainingError unless all processes have the same weights.
        """
        led = self._found(x, y)
        if self._wrapped is not None and led == self._led:
            return
        if self._wrapped is not None:
            self._wrapped._remove_autograd_hooks()  # type: ignore[no-untyped-call]  # noqa: SLF001
            self._wrapped = None
        self.require_same()
        self._led = led
        self._wrapped = self._made(led)

    def synchronize(self) -> None:
        """Let every process have the weights of the leading one."""
        self._team.copied([*self._network.parameters(), *self._network.buffers()])

    def require_same(self) -> None:
        """Raise TrainingError unless all processes have the same weights and buffers."""
        tensors = (*self._network.parameters(), *self._network.buffers())
        whole = hashlib.sha256("".join(map(fingerprint, tensors)).encode())
        self._team.require_same(whole.hexdigest())

    def _made(self, led: frozenset[Tensor]) -> DistributedDataParallel:
        network = self._network
        everything = network.named_parameters(remove_duplicate=False)
        apart = [name for name, parameter in everything if parameter not in led]
        # buffers are the same anyhow, as norms see all samples
        apart += [name for name, _buffer in network.named_buffers(remove_duplicate=False)]
        kind: Any = DistributedDataParallel
        kind._set_params_and_buffers_to_ignore_for_model(network, apart)  # noqa: SLF001
        with self._team.speaking():
            wrapped = kind(network, gradient_as_bucket_view=True, init_sync=False)
        wrapped.register_comm_hook(None, _added)
        found: DistributedDataParallel = wrapped
        return found

    def _found(self, x: Inputs, y: Tensor) -> frozenset[Tensor]:
        """Return the parameters that a step gives gradients; nothing random happens."""
        modes = [(module, module.training) for module in self._network.modules()]
        self._network.eval()
        try:
            with torch.enable_grad(), self._machine.autocast():
                outputs = {name: value.float() for name, value in self._network(x).items()}
                cost = self._penalties.added(self._objective.loss(outputs, y))
            return reached([cost]) & frozenset(self._parameters)
        finally:
            for module, mode in modes:
                module.training = mode

    def _learned_together(self, x: Inputs, y: Tensor) -> tuple[Tensor, Tensor]:
        whole, pieces = self._objective.weights(y), self.cutting.pieces(len(y))
        found = []
        for index, inputs in enumerate(_split(x, [len(piece) for piece in pieces])):
            piece, last = pieces[index], index + 1 == len(pieces)
            self._norms.expect(piece)
            with self._adding(last=last):
                truth = y[piece.start : piece.stop]
                loss, answers = self._piece(inputs, truth, whole, len(pieces))
            found.append((loss, answers[:0] if piece.is_idle else answers))
        losses, all_answers = zip(*found, strict=True)
        return torch.stack(losses).sum(), torch.cat(all_answers)

    def _adding(self, *, last: bool) -> contextlib.AbstractContextManager[None]:
        """Return the context of a piece; gradients are added up with those of the `last` one."""
        assert self._wrapped is not None, "who trains is known before the first step"
        return contextlib.nullcontext() if last else self._wrapped.no_sync()

    def _piece(
        self, x: Inputs, y: Tensor, whole: Sequence[Tensor | int], pieces: int
    ) -> tuple[Tensor, Tensor]:
        """Add the gradient of one of the `pieces` of this process; return loss and answers."""
        with self._machine.autocast():
            outputs = self._wrapped(x)  # type: ignore[misc]
        if self._machine.precision is not torch.float32:
            outputs = {name: value.float() for name, value in outputs.items()}
        loss = self._objective.loss(outputs, y, whole)
        if self._norms.is_idle:
            loss = loss * 0
        # a loss that is not finite makes all gradients so, by which every process learns of it
        cost = loss * (1 + 0 * loss.detach())
        penalty = self._penalties.added(torch.zeros_like(loss))
        if penalty.requires_grad:
            cost = cost + penalty / (pieces * self._team.size)
        self.scaler.scale(cost).backward()  # type: ignore[no-untyped-call]
        return loss.detach(), self._objective.answers(outputs)


def _split(x: Inputs, sizes: list[int]) -> Sequence[Inputs]:
    if len(sizes) == 1:
        return [x]
    if isinstance(x, Tensor):
        return torch.split(x, sizes)
    return regrouped(x, [torch.split(value, sizes) for value in x.values])


def _added(_state: object, bucket: dist.GradBucket) -> torch.futures.Future[Tensor]:  # type: ignore[name-defined]
    """Add gradients up: torch's own way is their mean."""
    work: Any = dist.all_reduce(bucket.buffer(), async_op=True)
    found: torch.futures.Future[Tensor] = work.get_future().then(lambda done: done.value()[0])
    return found
