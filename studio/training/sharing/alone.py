"""What training asks of whoever shares its work, and the answers of a process that is alone."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import torch
from torch import Tensor

from studio.network.features import Inputs
from studio.network.network import Network
from studio.training.control import Control
from studio.training.device import Machine
from studio.training.judging.evaluation import Evaluation, Tally
from studio.training.objectives.objective import Objective
from studio.training.plan import Plan
from studio.training.stepping.step import Stepper

COPIES, LOOKS = "copies", "looks"
"""What all processes do together for a checkpoint: copy everything, look whether it is finite."""

Keeper = TypeVar("Keeper")
Samples = Callable[[], tuple[Inputs, Tensor]]
"""Gives a few samples and their truth."""


class Sharing:
    """One process does everything by itself: nothing here takes time.

    `studio.training.sharing.together` answers for several.
    """

    size = 1
    """How many processes train."""
    leads = True
    """Whether this process decides and records."""
    shards = False
    """Whether each process holds only a part of the weights."""

    def opened(self, network: Network, plan: Plan) -> contextlib.AbstractContextManager[object]:
        """Return the context in which `network` is trained; raises TrainingError if it cannot."""
        return contextlib.nullcontext()

    def shared(self, control: Control) -> Control:
        """Return what steers the run, the same in all processes."""
        return control

    def keeper(self, keeper: Keeper) -> Keeper:
        """Return what writes checkpoints."""
        return keeper

    def stepper(
        self, network: Network, objective: Objective, plan: Plan, machine: Machine
    ) -> Stepper:
        """Return what makes steps."""
        return Stepper(network, objective, plan, machine)

    def tally(self, objective: Objective, device: torch.device) -> Tally:
        """Return an empty tally for one epoch."""
        return Tally(objective, device)

    def share(self, batch: Tensor) -> Tensor:
        """Return the samples of a batch that this process computes."""
        return batch

    def total(self, value: Tensor) -> Tensor:
        """Return the sum of a value over all processes."""
        return value

    def seed(self, seed: int) -> int:
        """Return the seed of what is random in the network."""
        return seed

    def regroup(self, samples: Samples) -> None:
        """Take into account that other parameters may take gradients now."""

    def held(self, network: Network, parameters: frozenset[Tensor]) -> frozenset[Tensor]:
        """Return what the optimizer knows of these parameters of the network."""
        del network
        return parameters

    def synchronize(self) -> None:
        """Let all processes have the same weights."""

    def evaluated(
        self, find: Callable[..., Evaluation], cancelled: Callable[[], bool]
    ) -> Evaluation:
        """Return what `find` finds; it asks now and then whether to break off."""
        return find(cancelled=cancelled)

    def gathered(self, value: Any) -> list[Any]:
        """Return what each process says here, in their order."""
        return [value]

    def agreed(self, fine: bool) -> bool:  # noqa: FBT001
        """Return whether what each process looked at is fine."""
        return fine

    def give_up(self, error: Exception) -> None:
        """Raise TrainingError for what went wrong in one of several processes."""

    def told(self, value: Any = None) -> Any:
        """Return what the leading process says here."""
        return value

    def dismiss(self) -> None:
        """Say that nothing more is to be done."""

    def preparing(self) -> contextlib.AbstractContextManager[object]:
        """Return a context that fails in all processes if what is inside fails in one."""
        return contextlib.nullcontext()

    def helped(self, what: str) -> contextlib.AbstractContextManager[object]:
        """Return a context in which all processes do `what` at once; see `sharing.saving`."""
        del what
        return contextlib.nullcontext()

    def random_states(self, device: torch.device) -> dict[str, Tensor]:
        """Return what random numbers follow from, by names that begin with "random."."""
        found = {"random.cpu": torch.get_rng_state()}
        if device.type == "cuda":
            found["random.cuda"] = torch.cuda.get_rng_state(device)
        return found

    def draw_on(self, states: Mapping[str, Tensor], device: torch.device) -> None:
        """Draw random numbers from where `random_states` was asked."""
        torch.set_rng_state(states["random.cpu"])
        if device.type == "cuda" and "random.cuda" in states:
            torch.cuda.set_rng_state(states["random.cuda"], device)


ALONE = Sharing()
