"""How several processes train as one: what each step, epoch and checkpoint asks of all of them.

Every process runs the whole training loop and makes the same decisions, for they go by the same
clock, the same requests and the same evaluations (see `control`). Only the leading process records
and writes. Dropout and the like draw other numbers in each process, which follow from its number.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import torch
from torch import Tensor, nn

from studio.errors import TrainingError
from studio.network.network import Network
from studio.training.control import Control
from studio.training.device import Machine
from studio.training.judging.evaluation import Evaluation, Tally
from studio.training.objectives.objective import Objective
from studio.training.plan import Plan
from studio.training.sharing.alone import Keeper, Samples, Sharing
from studio.training.sharing.control import SharedControl
from studio.training.sharing.norms import Norms
from studio.training.sharing.saving import Following, Leading
from studio.training.sharing.stepping import SharedStepper
from studio.training.sharing.tallying import SharedTally
from studio.training.sharing.team import Team
from studio.wording import _

_STRANGE = 1_000_000_007
"""Between the seeds of two processes."""
_RANDOM = ("random.cpu", "random.cuda")
_SIGN = 1.0
"""Seconds after which a process at work tells the waiting ones that it is."""


class Together(Sharing):
    """One of several processes that train a network."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.size, self.leads = team.size, team.leads
        self._norms = Norms(team)
        self._stepper: SharedStepper | None = None
        self._control: SharedControl | None = None

    @contextlib.contextmanager
    def opened(self, network: Network, plan: Plan) -> Iterator[None]:
        """Let norms see all samples inside the `with` block, and all begin with the same weights.

        Raises TrainingError for what only one process can train.
        """
        _require_shareable(network)
        _require_gpu(network)
        self.team.copied([*network.parameters(), *network.buffers()])
        with self._norms.together(network):
            try:
                yield
            except Exception as error:
                self.team.leave(str(error))
                raise

    def shared(self, control: Control) -> Control:
        """Return what steers all processes."""
        self._control = SharedControl(self.team, control)
        return self._control

    def keeper(self, keeper: Keeper) -> Keeper:
        """Return what writes checkpoints in the leading process, and helps it in the others."""
        kind = Leading if self.leads else Following
        return cast("Keeper", kind(self.team, keeper, shards=self.shards))

    def stepper(
        self, network: Network, objective: Objective, plan: Plan, machine: Machine
    ) -> SharedStepper:
        """Return what makes steps, each with the gradient of all processes."""
        self._stepper = SharedStepper(network, objective, plan, machine, self._norms)
        return self._stepper

    def tally(self, objective: Objective, device: torch.device) -> Tally:
        """Return an empty tally for one epoch."""
        return SharedTally(objective, device, self.team, self._own)

    def share(self, batch: Tensor) -> Tensor:
        """Return the samples of a batch that this process computes."""
        return self._made.cutting.share(batch)

    def total(self, value: Tensor) -> Tensor:
        """Return the sum of a value over all processes."""
        return self.team.summed(value)

    def seed(self, seed: int) -> int:
        """Return a seed of this process; that of the leading one is the one given."""
        return seed + _STRANGE * self.team.rank

    def regroup(self, samples: Samples) -> None:
        """Add up the gradients of the parameters that take some now."""
        self._made.regroup(*samples())

    def synchronize(self) -> None:
        """Let all processes have the weights of the leading one."""
        self._made.synchronize()

    def evaluated(
        self, find: Callable[..., Evaluation], cancelled: Callable[[], bool]
    ) -> Evaluation:
        """Return what `find` finds in the leading process, for which the others wait."""
        found: Evaluation | None = None
        if self.leads:
            found = find(cancelled=_signing(self.team, cancelled))
            self.team.told((True, found))
        while found is None:
            _done, found = self.team.told()
        if self._control is not None:
            self._control.synchronize()
        return found

    def gathered(self, value: Any) -> list[Any]:
        """Return what each process says here, in their order."""
        return self.team.collected(value)

    def give_up(self, error: Exception) -> None:
        """End the run for what went wrong in this process, which the others cannot follow."""
        self.team.fail(error)

    def told(self, value: Any = None) -> Any:
        """Return what the leading process says here; the others wait for it."""
        return self.team.told(value)

    def dismiss(self) -> None:
        """Tell those who wait for an order that there are no more."""
        if not self.team.is_broken:
            self.team.told()

    @contextlib.contextmanager
    def preparing(self) -> Iterator[None]:
        """Raise TrainingError in all processes if something is raised inside in one."""
        try:
            yield
        except Exception as error:
            self.team.collected(str(error) or type(error).__name__)
            raise
        if failed := [sentence for sentence in self.team.collected("") if sentence]:
            raise TrainingError(failed[0])

    @contextlib.contextmanager
    def helped(self, what: str) -> Iterator[None]:
        """Tell the others, if they wait for that, that they have to do `what` at the same time.

        What fails inside in this process alone would leave the others waiting: it ends the run.
        """
        if self.leads and self.team.is_shelving and not self.team.is_broken:
            self.team.told(what)
        try:
            yield
        except (RuntimeError, MemoryError) as error:
            self.team.fail(error)

    def random_states(self, device: torch.device) -> dict[str, Tensor]:
        """Return the random states of all processes, those of the others with their number."""
        own = super().random_states(device)
        if self.team.is_broken:
            return own
        others = enumerate(self.team.collected(own))
        return own | {
            f"{name}.{rank}": value
            for rank, states in others
            for name, value in states.items()
            if rank
        }

    def draw_on(self, states: Mapping[str, Tensor], device: torch.device) -> None:
        """Draw from where this process was; from somewhere new if it was not among them."""
        rank = self.team.rank
        own = {name: states[f"{name}.{rank}"] for name in _RANDOM if f"{name}.{rank}" in states}
        super().draw_on(own if own else states, device)
        if rank and not own:
            torch.manual_seed(self.seed(torch.initial_seed() % _STRANGE))

    def _own(self, batch: Tensor) -> Tensor:
        return self._made.cutting.own(batch)

    @property
    def _made(self) -> SharedStepper:
        assert self._stepper is not None, "a session makes its stepper first"
        return self._stepper


def _signing(team: Team, cancelled: Callable[[], bool]) -> Callable[[], bool]:
    """Return `cancelled`, which also tells those who wait that this process is at work."""
    told = time.monotonic()

    def asked() -> bool:
        nonlocal told
        if time.monotonic() - told > _SIGN:
            told = time.monotonic()
            team.told((False, None))
        return cancelled()

    return asked


def _require_shareable(network: Network) -> None:
    for path, modules in network.layers().items():
        tables = [m for m in modules if isinstance(m, nn.Embedding | nn.EmbeddingBag)]
        if any(table.max_norm for table in tables):
            raise TrainingError(
                _("{layer} shortens the rows of its samples, which processes cannot share.").format(
                    layer=path
                ),
                _("Switch max_norm off, or train in one process."),
            )
        if any(table.scale_grad_by_freq for table in tables):
            raise TrainingError(
                _("{layer} counts ids in the whole batch, of which processes see a share.").format(
                    layer=path
                ),
                _("Switch scale_grad_by_freq off, or train in one process."),
            )


def _require_gpu(network: Network) -> None:
    number = int(os.environ.get("LOCAL_RANK", "0"))
    is_on_gpu = any(parameter.is_cuda for parameter in network.parameters())
    if is_on_gpu and number >= torch.cuda.device_count():
        raise TrainingError(
            _("Each process needs a GPU of its own, but there are only {count} here.").format(
                count=torch.cuda.device_count()
            ),
            _("Start as many processes as there are GPUs, or set device to cpu."),
        )
