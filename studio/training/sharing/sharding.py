"""How processes train a network of which each holds only a part: torch's fully sharded training.

Weights, gradients and what the optimizer remembers lie in rows over all processes; the whole
weights come together for a step and go again. The network stays in parts after the run.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard

from studio.errors import TrainingError
from studio.network.features import Inputs
from studio.network.network import Network
from studio.training.choices.optimizers import Muon
from studio.training.device import Machine
from studio.training.judging.evaluation import Evaluation
from studio.training.objectives.objective import Objective
from studio.training.plan import Plan
from studio.training.sharing.stepping import SharedStepper
from studio.training.sharing.team import Team
from studio.training.sharing.together import Together
from studio.training.tensors.shards import local
from studio.wording import _


class Sharded(Together):
    """One of several processes, each of which holds its rows of every weight."""

    shards = True

    def __init__(self, team: Team) -> None:
        super().__init__(team)
        self._parts: dict[str, nn.Parameter] = {}
        self._root: Any = None

    @contextlib.contextmanager
    def opened(self, network: Network, plan: Plan) -> Iterator[None]:
        """Cut the network into rows; raises TrainingError for what needs whole weights."""
        _require_rows(network, plan)
        with super().opened(network, plan):
            device = next(network.parameters()).device.type
            mesh = init_device_mesh(device, (self.size,))
            self._root = fully_shard(network, mesh=mesh)
            # sums, as for whole weights; gloo has no other kind
            self._root.set_gradient_divide_factor(1.0)
            self._root.set_force_sum_reduction_for_comms(True)
            self._parts = dict(network.named_parameters())
            yield

    def stepper(
        self, network: Network, objective: Objective, plan: Plan, machine: Machine
    ) -> "ShardedStepper":
        """Return what makes steps on the whole network, of which this process keeps its rows."""
        self._stepper = ShardedStepper(network, objective, plan, machine, self._norms)
        return self._stepper

    def held(self, network: Network, parameters: frozenset[Tensor]) -> frozenset[Tensor]:
        """Return for whole parameters, as a pass just saw them, those that the optimizer knows."""
        seen = {
            self._parts[name]: p for name, p in network.named_parameters() if name in self._parts
        }
        found = frozenset(part for part, p in seen.items() if p in parameters)
        self._root.reshard()
        return found

    def agreed(self, fine: bool) -> bool:  # noqa: FBT001
        """Return whether the rows of all processes are fine."""
        return fine if self.team.is_broken else all(self.team.collected(fine))

    def synchronize(self) -> None:
        """All begin with the same weights already."""

    def evaluated(
        self, find: Callable[..., Evaluation], cancelled: Callable[[], bool]
    ) -> Evaluation:
        """Return what `find` finds; all processes compute it, as each holds a part."""
        try:
            found = find(cancelled=cancelled)
        except (RuntimeError, MemoryError) as error:
            self.team.fail(error)  # the others are elsewhere by now
        self._root.reshard()  # which otherwise only a backward pass does
        if self._control is not None:
            self._control.synchronize()
        return found


class ShardedStepper(SharedStepper):
    """Makes steps on a network in rows, whatever is frozen: nothing has to be made anew."""

    def __init__(self, network: Network, *order: Any) -> None:
        super().__init__(network, *order)
        self._root: Any = network
        wrapped: Any = network
        self._wrapped = wrapped  # called as DistributedDataParallel is
        self._advance = self.optimizer.step
        if isinstance(self.optimizer, torch.optim.SGD):
            self._take_plain_way()

    def regroup(self, x: Inputs, y: Tensor) -> None:
        """Leave everything as it is."""

    def _take_plain_way(self) -> None:
        """Update by single operations, since the fused one of SGD knows no weights in parts."""
        for group in self.optimizer.param_groups:
            group["fused"], group["foreach"] = False, True
        vars(self.optimizer).pop("found_inf", None)  # which only fused updates look at
        self._waits, self._good = True, 0

    @contextlib.contextmanager
    def _adding(self, *, last: bool) -> Iterator[None]:
        self._root.set_requires_gradient_sync(last)
        yield

    def _look_for_infinity(self, numbers: Sequence[Tensor]) -> None:
        """Set the flag in all processes if a number in one is not finite."""
        super()._look_for_infinity([local(n) for n in numbers if local(n).numel()])
        dist.all_reduce(self._broken, dist.ReduceOp.MAX)


def _require_rows(network: Network, plan: Plan) -> None:
    wanted = {
        _("single numbers as weights"): any(p.ndim == 0 for p in network.parameters()),
        _("penalties"): bool(plan.l1 or plan.penalties),
        "Muon": plan.optimizer.key == Muon.key,
        "float16": plan.precision == "float16",
    }
    for name in (name for name, asked in wanted.items() if asked):
        raise TrainingError(
            _("Weights that lie in parts cannot be trained with {name}.").format(name=name),
            _("Take it out of the plan, or let every process hold all weights."),
        )
