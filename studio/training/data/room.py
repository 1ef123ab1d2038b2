"""Memory for batches that one thread fills and another gives back."""

import math
import mmap
from collections.abc import Sequence

import torch
from torch import Tensor


def room(shape: Sequence[int], dtype: torch.dtype) -> Tensor:
    """Return a tensor in memory that the system gives, and takes back when nobody holds it.

    Blocks that the C library hands out are cut up by whatever small is kept in between, so that
    with threads of their own the memory of a program grows with every batch.
    """
    size = math.prod(shape) * dtype.itemsize
    if not size:
        return torch.empty(tuple(shape), dtype=dtype)
    with torch.inference_mode(False):  # noqa: FBT003  another thread writes into it
        return torch.frombuffer(mmap.mmap(-1, size), dtype=dtype).view(tuple(shape))
