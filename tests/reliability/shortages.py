"""How a run is made to run out of memory at one place, and what is seen of it."""

import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from studio.training import making
from studio.training.checkpoints.checkpoint import Checkpoint
from studio.training.control import Control
from studio.training.events import BatchSplit, Event
from studio.training.guarding import memory, recovery
from studio.training.plan import read_plan
from studio.training.stepping.step import Stepper
from studio.training.trainer import train
from tests.reliability.breaking_networks import BATCH, networks
from tests.unit.training.toys import Ticking, device_data, made

PLACES = ("forward", "backward", "update", "validation")
SIZES = (1, 2, 3, 4, 6)
"""How many samples fit in memory; updates take one moment of good luck each."""

TEXTS: tuple[Callable[[], Exception], ...] = (
    lambda: torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has"),
    lambda: RuntimeError(
        "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory: "
        "you tried to allocate 4096 bytes. Error code 12 (Cannot allocate memory)"
    ),
    lambda: RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
    lambda: RuntimeError("MPS backend out of memory (MPS allocated: 8 GB). Tried to allocate 1 MB"),
    MemoryError,
)


@dataclass
class Spent:
    """What happened in a run that was short of memory."""

    network: Any
    events: list[Event] = field(default_factory=list)
    rows: dict[int, tuple[int, ...]] = field(default_factory=dict)
    parts: dict[int, list[int]] = field(default_factory=dict)
    """Step → how many samples each of its backward passes learned from."""
    raised: int = 0
    held: list[bool] = field(default_factory=list)
    """Of each failed attempt, whether what it had made was still there as memory was let go."""

    @property
    def splits(self) -> list[BatchSplit]:
        return [event for event in self.events if isinstance(event, BatchSplit)]

    @property
    def end(self) -> Any:
        return self.events[-1]


class Shortage:
    """Refuses memory at a place for more samples than fit."""

    def __init__(self, place: str, size: int, spent: Spent, text: int) -> None:
        self._place, self._size, self._spent = place, size, spent
        self._error = TEXTS[text % len(TEXTS)]
        self._left: list[weakref.ref[torch.Tensor]] = []
        self._lucky = True
        self._began = False

    def refuse(self, made_before: torch.Tensor | None = None) -> None:
        """Run out of memory."""
        self._spent.raised += 1
        if made_before is not None:
            self._left.append(weakref.ref(made_before))
        raise self._error()

    def look(self, _module: Any, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        """Watch what a layer makes of a batch."""
        samples = len(inputs[0])
        if samples <= self._size or not self._began:
            return
        if output.requires_grad and self._place == "forward":
            self.refuse(output)
        if not torch.is_grad_enabled() and self._place == "validation":
            self.refuse()
        if output.requires_grad and self._place == "backward":
            output.register_hook(self.refuse)

    def update(self) -> None:
        """Watch an update, for which there is memory the second time."""
        self._lucky = not self._lucky
        if self._place == "update" and self._spent.raised < 2 and not self._lucky:
            self.refuse()

    def begin(self) -> None:
        """Look at a step that is about to be made."""
        self._began = True

    def let_go(self) -> None:
        """Look whether anything of the failed attempt is still there when memory is given back."""
        self._spent.held += [reference() is not None for reference in self._left]
        self._left.clear()


def spent(
    name: str,
    monkeypatch: Any,
    *,
    place: str = "",
    size: int = BATCH,
    text: int = 0,
    start: Checkpoint | None = None,
    folder: Path | None = None,
    **settings: Any,
) -> Spent:
    """Train a network of that name short of memory and return all that was seen."""
    graph, dataset, own = networks()[name]
    found = Spent(made(graph))
    shortage = Shortage(place, size, found, text)
    # a Linear layer behind pictures is not called as a module
    watched = found.network.norm if name == "norm" else found.network.last
    watched.register_forward_hook(shortage.look)
    with monkeypatch.context() as patch:
        _watch(found, shortage, patch)
        plan = {"epochs": 2, "batch_size": BATCH, "threads": 1, **own, **settings}
        told = train(
            *(found.network, device_data(dataset, validation=8, test=8), read_plan(plan)),
            Control(Ticking()),
            folder=folder,
            start=start,
        )
        found.events = list(told)
    return found


def _watch(found: Spent, shortage: Shortage, patch: Any) -> None:
    sizes: list[int] = []
    learned, step, advanced = Stepper._learned, making.Making._step, Stepper._update

    def stepped(maker: Any, x: Any, y: Any) -> None:
        session = maker._session
        number, position = session.place.step, session.place.position
        shortage.begin()
        sizes.clear()
        step(maker, x, y)
        found.parts[number] = list(sizes)
        found.rows[number] = tuple(maker._batches.rows(position).tolist())

    def learning(stepper: Any, x: Any, y: Any, *rest: Any, **named: Any) -> Any:
        result = learned(stepper, x, y, *rest, **named)
        sizes.append(len(y))
        return result

    def updated(stepper: Any, loss: Any) -> None:
        shortage.update()
        advanced(stepper, loss)

    let_go = memory.let_go

    def letting_go(*given: Any) -> None:
        shortage.let_go()
        let_go(*given)

    patch.setattr(recovery, "let_go", letting_go)
    patch.setattr(making.Making, "_step", stepped)
    patch.setattr(Stepper, "_learned", learning)
    patch.setattr(Stepper, "_update", updated)
