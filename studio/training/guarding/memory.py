"""Whether an error says that memory ran out, how much was wanted, and how to let go of it."""

import gc
import re
from dataclasses import dataclass

import torch

from studio.training.allocator import release_memory
from studio.training.device import free_bytes

_SAYINGS = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "defaultcpuallocator",
    "not enough memory",
    "cudnn_status_alloc_failed",
    "cublas_status_alloc_failed",
    "cublas_status_not_initialized",  # what cuBLAS says when its workspace does not fit
    "failed to allocate",
    "std::bad_alloc",
    "storage size calculation",
)
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_ASKED = re.compile(r"allocate\s+([\d.]+)\s*([kmgt]?)i?b(?:ytes)?", re.IGNORECASE)


@dataclass(frozen=True)
class Shortage:
    """How much memory was wanted and how much was free, in bytes; 0 where nobody knows."""

    needed: int
    free: int


def is_memory(error: BaseException) -> bool:
    """Whether Python, the GPU, one of its libraries or torch's allocator had too little memory."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    words = str(error).lower()
    return isinstance(error, RuntimeError) and any(saying in words for saying in _SAYINGS)


def shortage(error: BaseException, device: torch.device) -> Shortage:
    """Return what an error that `is_memory` says of the block that did not fit, and what is free.

    Asks the device, which an error of the device itself may keep from answering.
    """
    found = _ASKED.search(str(error))
    needed = 0 if found is None else int(float(found[1]) * _UNITS[found[2].lower()])
    try:
        return Shortage(needed, free_bytes(device) or 0)
    except RuntimeError:
        return Shortage(needed, 0)


def let_go(network: torch.nn.Module, device: torch.device) -> None:
    """Give back gradients, what nobody holds any more, and what torch keeps ready."""
    for parameter in network.parameters():
        parameter.grad = None
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
    else:
        release_memory()
