"""How all tensors of a run are brought together for a checkpoint, those of other processes too."""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor

from studio.network.network import Network
from studio.training.checkpoints.checkpoint import weights_of
from studio.training.judging.evaluation import Tally
from studio.training.sharing.alone import Sharing
from studio.training.stepping.optimizers import optimizer_state
from studio.training.stepping.step import Stepper


class Gathered(NamedTuple):
    """All tensors of a checkpoint; see there."""

    weights: dict[str, Tensor]
    optimizer: dict[str, Tensor]
    state: dict[str, Tensor]


def gathered(
    network: Network,
    stepper: Stepper,
    tally: Tally,
    sharing: Sharing,
    copy: Callable[[Tensor], Tensor],
) -> Gathered:
    """Return what `copy` returns for each tensor; asked by all processes in the same order.

    Whoever keeps nothing takes part with `shards.handed_over`.
    """
    state = {f"tally.{name}": value for name, value in tally.state().items()}
    state |= sharing.random_states(stepper.device)
    if stepper.average is not None:
        state |= stepper.average.state(copy)
    moments = optimizer_state(stepper.optimizer, network)
    optimizer = {name: copy(value) for name, value in moments.items()}
    return Gathered(weights_of(network, copy), optimizer, state)
