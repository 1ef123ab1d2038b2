"""How a device is free for others for a while: numbers lie in the computer's memory meanwhile.

Not tensors move but the memory behind them, so that everything that shares it, views too and what
torch knows by itself, stays what it is and finds the same bits again.
"""

from collections.abc import Iterable

import torch
from torch import Tensor

from studio.training.tensors.shards import is_sharded


class Away:
    """The memory of tensors on a device, which can leave it and come back.

    In between no tensor may be read. Memory that torch did not ask for by itself stays.
    """

    def __init__(self, tensors: Iterable[Tensor], device: torch.device) -> None:
        self._tensors = [
            tensor
            for tensor in tensors
            # of one in parts only the rows that lie here have memory
            if tensor.device.type == device.type and not is_sharded(tensor)
        ]
        storages = (tensor.untyped_storage() for tensor in self._tensors)
        self._storages = {
            _identity(storage): storage
            for storage in storages
            if storage.nbytes() and storage.resizable()
        }
        self._kept: dict[int, torch.UntypedStorage] = {}
        self.bytes = sum(storage.nbytes() for storage in self._storages.values())
        """How much memory the device has more while they are away."""

    def leave(self) -> None:
        """Keep all numbers in the computer's memory and free that of the device.

        Raises MemoryError or RuntimeError if there is too little; some are away then.
        """
        for place, storage in self._storages.items():
            kept = torch.empty(storage.nbytes(), dtype=torch.uint8).untyped_storage()
            kept.copy_(storage)
            self._kept[place] = kept
            storage.resize_(0)

    def come_back(self) -> None:
        """Put all numbers back; raises RuntimeError if they do not fit, and may be called again."""
        for place, kept in [*self._kept.items()]:
            storage = self._storages[place]
            storage.resize_(kept.nbytes())
            storage.copy_(kept)
            del self._kept[place]

    def stay(self) -> None:
        """Let the tensors that are still away lie in the computer's memory for good."""
        for tensor in self._tensors:
            kept = self._kept.get(_identity(tensor.untyped_storage()))
            if kept is not None:
                place = tensor.storage_offset(), tensor.shape, tensor.stride()
                tensor.data = torch.empty(0, dtype=tensor.dtype).set_(kept, *place)


def _identity(storage: torch.UntypedStorage) -> int:
    found: int = storage._cdata  # noqa: SLF001 - one for all tensors that share it
    return found
