"""How tensors are copied to the memory of the processor without holding up a GPU."""

from collections.abc import Callable

import torch
from torch import Tensor

from studio.training.tensors.shards import whole


def copied(tensor: Tensor) -> Tensor:
    """Return a contiguous copy in the memory of the processor.

    From a GPU it comes in its own time, in the order of the work there, into memory that does not
    move; whoever reads it waits for `arrival` first.
    """
    found = whole(tensor.detach())
    if found.device.type != "cuda":
        return found.cpu().clone(memory_format=torch.contiguous_format)
    target = torch.empty(found.shape, dtype=found.dtype, pin_memory=True)
    return target.copy_(found, non_blocking=True)


def arrival(device: torch.device) -> Callable[[], None]:
    """Return what waits, on any thread, until all copies begun so far are complete."""
    if device.type != "cuda":
        return at_once
    event = torch.cuda.Event()  # type: ignore[no-untyped-call]
    event.record(torch.cuda.current_stream(device))
    return event.synchronize


def at_once() -> None:
    """Wait for nothing."""
