"""Where and in what numbers a run computes: device, precision, threads, memory layout."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from studio.analysis.room import free_memory
from studio.errors import TrainingError
from studio.training.plan import Plan
from studio.wording import _

_TINY = 24_000_000
"""Multiply-adds of a step below which a second thread is not worth its risk on a busy machine."""


@dataclass(frozen=True)
class Machine:
    """What a run computes on."""

    device: torch.device
    precision: torch.dtype
    threads: int
    tf32: bool = False
    """Whether products of float32 numbers may be made of fewer digits, on GPUs."""
    processes: int = 1
    """How many processes train together."""
    shards: bool = False
    """Whether each of them holds only a part of the weights."""

    @classmethod
    def chosen(cls, plan: Plan, multiply_adds: int) -> "Machine":
        """Return what the plan asks for; `multiply_adds` are those of one sample.

        Raises TrainingError when this computer cannot do it.
        """
        device = device_of(plan)
        precision = {"bfloat16": torch.bfloat16, "float16": torch.float16}.get(plan.precision)
        if precision is torch.float16 and device.type == "cpu":
            raise TrainingError(
                _("float16 needs a GPU, but this run is on the processor."),
                _("Choose bfloat16 or float32."),
            )
        threads = plan.threads or _threads(multiply_adds * plan.batch_size)
        tf32 = plan.precision == "tf32" and device.type == "cuda"
        return cls(device, precision or torch.float32, threads, tf32)

    @property
    def name(self) -> str:
        """The device as people know it."""
        if self.device.type == "cuda":
            return torch.cuda.get_device_name(self.device)
        return self.device.type

    @property
    def numbers(self) -> str:
        """The numbers as the plan calls them."""
        return "tf32" if self.tf32 else str(self.precision).removeprefix("torch.")

    @property
    def channels_last(self) -> bool:
        """Whether pictures had better lie channels-last: on processors, and on GPUs in 16 bits."""
        return self.device.type == "cpu" or self.precision is not torch.float32

    @property
    def has_spare_core(self) -> bool:
        """Whether this computer has a core that steps leave free."""
        return self.threads < _cores()

    def autocast(self) -> contextlib.AbstractContextManager[object]:
        """Return the context in which a forward pass runs."""
        if self.precision is torch.float32:
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, dtype=self.precision)

    @contextlib.contextmanager
    def numbers_set(self) -> Iterator[None]:
        """Let float32 be exact or not on a GPU inside the `with` block.

        Elsewhere nothing is touched. By itself torch lets convolutions take fewer digits.
        """
        if self.device.type != "cuda":
            yield
            return
        cudnn: Any = torch.backends.cudnn
        places: tuple[Any, ...] = (torch.backends.cuda.matmul, cudnn.conv, cudnn.rnn)
        before = [place.fp32_precision for place in places]
        try:
            for place in places:
                place.fp32_precision = "tf32" if self.tf32 else "ieee"
            yield
        finally:
            for place, kept in zip(places, before, strict=True):
                place.fp32_precision = kept

    @contextlib.contextmanager
    def threads_set(self) -> Iterator[None]:
        """Use this many threads inside the `with` block, on the thread that enters it."""
        before = torch.get_num_threads()
        torch.set_num_threads(self.threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)


def free_bytes(device: torch.device) -> int | None:
    """Return the free memory of a device, if it can be known; what torch keeps ready is free."""
    if device.type != "cuda":
        return free_memory()
    free, _total = torch.cuda.mem_get_info(device)
    return free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)


def device_of(plan: Plan) -> torch.device:
    """Return where the plan wants to run; raises TrainingError if that is not there."""
    asked = plan.device
    available = torch.cuda.is_available()
    if asked == "cuda" and not available:
        raise TrainingError(
            _("The plan asks for a GPU, but PyTorch finds none here."),
            _("Set device to auto or cpu, or install the CUDA build of PyTorch."),
        )
    return torch.device("cuda" if available and asked != "cpu" else "cpu")


def _threads(work: int) -> int:
    """Return 1 for tiny steps, else all cores but one, which a large machine keeps free."""
    if work < _TINY:
        return 1
    cores = _cores()
    return min(cores if cores <= 2 else cores - 1, 16)


def _cores() -> int:
    """Return the cores for this process, if several share this computer."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:
        cores = os.cpu_count() or 1
    return max(1, cores // int(os.environ.get("LOCAL_WORLD_SIZE", "1")))
