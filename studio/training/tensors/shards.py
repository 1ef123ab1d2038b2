"""How tensors are read and written of which each process of a run holds only some rows."""

from typing import Any

import torch
from torch import Tensor


def is_sharded(tensor: Tensor) -> bool:
    """Whether other processes hold the rest of a tensor."""
    return hasattr(tensor, "full_tensor")


def whole(tensor: Tensor) -> Tensor:
    """Return all rows of a tensor; asked by all processes at once if it is sharded."""
    own: Any = tensor
    found: Tensor = own.full_tensor() if is_sharded(tensor) else tensor
    return found


def handed_over(tensor: Tensor) -> Tensor:
    """Take part in `whole` for the sake of the other processes; nothing is kept."""
    whole(tensor)
    return tensor.new_empty(0) if not is_sharded(tensor) else torch.empty(0)


def local(tensor: Tensor) -> Tensor:
    """Return the rows of a tensor that this process holds, the tensor itself if that is all."""
    own: Any = tensor
    found: Tensor = own.to_local() if is_sharded(tensor) else tensor
    return found


def fill(tensor: Tensor, values: Tensor) -> None:
    """Give a tensor these values, of which the rows are taken that this process holds."""
    if not is_sharded(tensor):
        tensor.copy_(values)
        return
    own: Any = tensor
    rows = torch.chunk(values, own.device_mesh.size(), dim=0)
    rank = own.device_mesh.get_local_rank()
    if rank < len(rows):
        own.to_local().copy_(rows[rank])
