"""How the processes of a run speak with each other, and what is said when one of them is gone."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import torch
import torch.distributed as dist
from torch import Tensor

from studio.errors import StudioError, TrainingError
from studio.wording import _

_WHY = "layerwise/why"
_SAYS_WHY = 0.5
"""Seconds in which a process that leaves has said why."""


class LostError(TrainingError):
    """Another process of the run has ended or does not answer."""


class Team:
    """The processes of a run; every method is called by all of them, in the same order.

    Values go through the processor, so that a GPU is not waited for. Raises LostError when another
    process has ended or does not answer in time; nothing is said to the others from then on.
    """

    def __init__(self) -> None:
        self.rank, self.size = dist.get_rank(), dist.get_world_size()
        self.is_broken = False
        self.is_shelving = False
        """Whether the others wait to be told that they have to hand in their part of a copy."""

    @property
    def leads(self) -> bool:
        """Whether this is the process that decides and records."""
        return self.rank == 0

    def summed(self, values: Tensor) -> Tensor:
        """Return the sum of the values of all processes, where they lie."""
        with self.speaking():
            found = values.detach().clone()
            dist.all_reduce(found)
            return found

    def stacked(self, values: Tensor) -> Tensor:
        """Return [processes, …] values of one shape."""
        with self.speaking():
            found = [torch.empty_like(values) for _process in range(self.size)]
            dist.all_gather(found, values.detach().contiguous())
            return torch.stack(found)

    def told(self, value: Any = None) -> Any:
        """Return what the leading process says here; the others wait for it."""
        with self.speaking():
            box = [value]
            dist.broadcast_object_list(box, src=0, device=torch.device("cpu"))
            return box[0]

    def collected(self, value: Any) -> list[Any]:
        """Return what each process says, in their order."""
        with self.speaking():
            found: list[Any] = [None] * self.size
            dist.all_gather_object(found, value)
            return found

    def copied(self, tensors: list[Tensor]) -> None:
        """Give every process the values of the leading one, in place."""
        with self.speaking(), torch.no_grad():
            for tensor in tensors:
                plain = tensor.detach().contiguous()
                dist.broadcast(plain, src=0)
                tensor.copy_(plain)

    def require_same(self, fingerprint: str) -> None:
        """Raise TrainingError unless every process has the same fingerprint."""
        if len(set(self.collected(fingerprint))) > 1:
            raise TrainingError(
                _("The weights of the processes are no longer the same."),
                _("Go on from the last checkpoint, on processors or GPUs of one kind."),
            )

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Say in a sentence that another process is gone, if that is found out inside."""
        if self.is_broken:
            raise self._lost()
        try:
            yield
        except StudioError:
            raise
        except RuntimeError as error:
            self.is_broken = True
            raise self._lost() from error

    def leave(self, sentence: str) -> None:
        """Tell the others, once they miss this process, why it ended."""
        if self.is_broken:
            return
        self.is_broken = True
        with _whatever_happens():
            _store().set(_WHY, f"{self.rank}:{sentence}")

    def fail(self, error: Exception) -> NoReturn:
        """End this process for what torch refuses in a step; raises TrainingError."""
        if is_loss(error):
            self.is_broken = True
            raise self._lost() from error
        reason = str(error).strip().splitlines()[0].rstrip(".")
        problem = _("Process {rank} of {size} failed: {reason}.").format(
            rank=self.rank, size=self.size, reason=reason
        )
        remedy = _("Choose a smaller batch size.") if "memory" in reason.lower() else ""
        self.leave(f"{problem} {remedy}".strip())
        raise TrainingError(problem, remedy) from error

    def _lost(self) -> LostError:
        why = _said()
        if why and not why.startswith(f"{self.rank}:"):
            return LostError(
                _("Another process of the run ended: {why}").format(why=why.partition(":")[2]),
                _("The run can go on from its last checkpoint."),
            )
        return LostError(
            _("Another process of the run ended or does not answer."),
            _("The run can go on from its last checkpoint."),
        )


def is_loss(error: BaseException) -> bool:
    """Whether torch speaks of a process that is gone, and not of a failure of its own."""
    words = str(error).lower()
    signs = ("connection closed", "connection reset", "timed out", "timeout", "broken pipe", "nccl")
    return any(sign in words for sign in signs)


def _store() -> Any:
    return dist.distributed_c10d._get_default_store()  # noqa: SLF001


def _said() -> str:
    """Return what the process that left said, if it said anything."""
    until = time.monotonic() + _SAYS_WHY
    with _whatever_happens():
        while time.monotonic() < until:
            if _store().check([_WHY]):
                return bytes(_store().get(_WHY)).decode()
            time.sleep(0.05)
    return ""


@contextmanager
def _whatever_happens() -> Iterator[None]:
    """Pass over a place to write to that has gone with the process that kept it."""
    try:
        yield
    except (RuntimeError, ValueError):
        return
