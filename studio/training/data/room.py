"""Memory for batches that one thread fills and another gives back."""

import math
import mmap
import weakref
from collections.abc import Sequence

import torch
from torch import Tensor


class Rooms:
    """Gives out memory again that nobody holds any more: the first use of a page takes long."""

    def __init__(self) -> None:
        self._free: list[mmap.mmap] = []

    def room(self, shape: Sequence[int], dtype: torch.dtype) -> Tensor:
        """Return a tensor in memory that the system gives, rather than the C library.

        Blocks that the C library hands out are cut up by whatever small is kept in between, so that
        with threads of their own the memory of a program grows with every batch.
        """
        count = math.prod(shape)
        if not count:
            return torch.empty(tuple(shape), dtype=dtype)
        memory = self._taken(count * dtype.itemsize)
        view = memoryview(memory)  # it goes with the last tensor that lies there
        weakref.finalize(view, self._free.append, memory).atexit = False
        with torch.inference_mode(False):  # noqa: FBT003  another thread writes into it
            return torch.frombuffer(view, dtype=dtype, count=count).view(tuple(shape))

    def _taken(self, size: int) -> mmap.mmap:
        while self._free:
            memory = self._free.pop()
            if len(memory) >= size:
                return memory
        return mmap.mmap(-1, size)
