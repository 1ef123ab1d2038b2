"""A slowly moving average of the weights, by which a run can be judged."""

import contextlib
from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor

from studio.network.network import Network
from studio.training.tensors.copying import copied
from studio.training.tensors.shards import fill, is_sharded, local

_PREFIX = "average."
_COUNT = "averaged"


class Average:
    """A copy of all parameters; after each update a share of the new weights goes into it.

    The share that stays grows from 2/11 to `decay`, as (1 + n) / (10 + n) after n updates, so that
    weights as they were drawn are soon forgotten. What is frozen stays as it is here, too; buffers
    are those of the network.
    """

    def __init__(self, network: Network, decay: float) -> None:
        self._decay = decay
        self._parameters = dict(network.named_parameters())
        self._updates = 0
        self._kept: dict[str, Tensor] = {}
        self.start()

    def start(self) -> None:
        """Begin with the weights as they are."""
        self._updates = 0
        self._kept = {name: p.detach().clone() for name, p in self._parameters.items()}
        self._shards = any(map(is_sharded, self._kept.values()))

    def follow(self, skipped: Tensor | None = None) -> None:
        """Take in the weights after an update; a flag on the device says that there was none."""
        names = [name for name, p in self._parameters.items() if p.requires_grad]
        self._updates += 1
        stays = min(self._decay, (1 + self._updates) / (10 + self._updates))
        kept = [local(self._kept[name]) for name in names]
        now = [local(self._parameters[name].detach()) for name in names]
        if skipped is None:
            torch._foreach_lerp_(kept, now, 1 - stays)
            return
        share = (1 - stays) * (skipped == 0)
        torch._foreach_lerp_(kept, now, [share.to(value.dtype) for value in kept])

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the network compute with the average inside the `with` block."""
        trained = {name: p.data for name, p in self._parameters.items()}
        if self._shards:  # where the rows lie is known elsewhere, so that they stay there
            trained = {name: p.detach().clone() for name, p in self._parameters.items()}
        self._put(self._kept)
        try:
            yield
        finally:
            self._put(trained)

    def state(self, copy: Callable[[Tensor], Tensor] = copied) -> dict[str, Tensor]:
        """Return the average as copied tensors, so that a run can go on from it."""
        found = {f"{_PREFIX}{name}": copy(kept) for name, kept in self._kept.items()}
        return found | {_COUNT: torch.tensor(self._updates)}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Take up what `state` returned; without it, begin with the weights as they are."""
        self.start()
        if _COUNT in state:
            self._updates = int(state[_COUNT])
            for name, value in averaged(state).items():
                fill(self._kept[name], value)

    def _put(self, values: Mapping[str, Tensor]) -> None:
        for name, parameter in self._parameters.items():
            if self._shards:
                local(parameter.detach()).copy_(local(values[name]))
            else:
                parameter.data = values[name]


def averaged(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the averages among the tensors of a checkpoint by the names of their parameters."""
    return {
        name.removeprefix(_PREFIX): value
        for name, value in state.items()
        if name.startswith(_PREFIX)
    }
