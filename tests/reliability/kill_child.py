"""What the killed process does: it trains, and says on a shared board what it is about to do.

The board is memory that outlives the process: one byte for the training, one for the thread that
writes, and the steps made.
"""

import functools
import itertools
import mmap
import os
import signal
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio.datasets.builtin import Digits
from studio.graph.spelling import graph_from_json
from studio.runs import perform as performing
from studio.runs.request import RunRequest
from studio.runs.store import list_runs
from studio.training.checkpoints import checkpoint, shelf
from studio.training.control import Control
from studio.training.events import Started, StepDone
from studio.training.keeping import Keeper
from studio.training.plan import read_plan

PHASES = ("nothing", "loading", "training", "copying", "tensors", "manifest", "pruning")
_STEPS = struct.Struct("<qq")
_TRAINING, _WRITING, _NUMBERS = 0, 1, 8

GRAPH = {
    "image": {"type": "input", "shape": [1, 8, 8]},
    "conv": {"type": "conv2d", "out_channels": 8, "kernel_size": 3, "from": ["image"]},
    "norm": {"type": "batch_norm2d", "from": ["conv"]},
    "act": {"type": "relu", "from": ["norm"]},
    "flat": {"type": "flatten", "from": ["act"]},
    "wide": {"type": "linear", "out_features": 512, "from": ["flat"]},
    "drop": {"type": "dropout", "p": 0.2, "from": ["wide"]},
    "last": {"type": "linear", "out_features": 10, "from": ["drop"]},
    "scores": {"type": "output", "from": ["last"]},
}
PLAN: dict[str, Any] = {
    "epochs": 12,
    "batch_size": 64,
    "optimizer": "adamw",
    "schedule": "one_cycle",
    "augment": ["shift"],
    "ema": 0.9,
    "threads": 1,
    "device": "cpu",
    "checkpoint_every": 1,
    "checkpoints_kept": 2,
    "ticks": [
        {"at": {"type": "step", "at": 40}, "actions": [{"type": "freeze", "paths": ["conv"]}]},
        {"at": {"type": "step", "at": 90}, "actions": [{"type": "unfreeze", "paths": ["conv"]}]},
    ],
}


class Board:
    """What a process was doing, readable after it was killed."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 64)

    def clear(self) -> None:
        self._memory[:] = bytes(64)

    def mark(self, phase: str, place: int) -> None:
        self._memory[place] = PHASES.index(phase)

    @property
    def phase(self) -> str:
        """What the thread that writes did, or else the training."""
        return PHASES[self._memory[_WRITING] or self._memory[_TRAINING]]

    @property
    def steps(self) -> tuple[int, int]:
        """The step from which the process went on, and the last one it made."""
        first, last = _STEPS.unpack_from(self._memory, _NUMBERS)
        return first, last

    def count(self, first: int, last: int) -> None:
        _STEPS.pack_into(self._memory, _NUMBERS, first, last)

    def watch(self, owner: Any, name: str, phase: str, place: int) -> None:
        """Mark `phase` while the function `name` of `owner` works."""
        work: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(work)
        def marked(*args: Any, **options: Any) -> Any:
            before = self._memory[place]
            self.mark(phase, place)
            try:
                return work(*args, **options)
            finally:
                self._memory[place] = before

        setattr(owner, name, marked)


def clock() -> Callable[[], float]:
    """Return a clock by which every step is reported, and checkpoints come every few steps."""
    asked = itertools.count()
    return lambda: next(asked) * 0.06


def request(folder: Path) -> RunRequest:
    """Return what goes on with the run that is there, or begins one."""
    found = [run.folder for run in list_runs(folder) if has_checkpoint(run.folder)]
    plan = read_plan(PLAN)
    parent = found[0] if found else None
    return RunRequest(
        graph_from_json(GRAPH), Digits(), plan, folder, parent, resume=parent is not None
    )


def has_checkpoint(run: Path) -> bool:
    return (run / "checkpoints" / "last.json").exists()


def train(folder: Path, board: Board) -> None:
    """Train to the end, marking on the board what is done."""
    board.mark("loading", _TRAINING)
    board.watch(shelf, "put", "tensors", _WRITING)
    board.watch(shelf, "retire", "manifest", _WRITING)
    board.watch(checkpoint, "write_sealed", "manifest", _WRITING)
    board.watch(shelf, "thin", "pruning", _WRITING)
    board.watch(shelf, "sweep", "pruning", _WRITING)
    board.watch(Keeper, "_captured", "copying", _TRAINING)
    first = 0
    for event in performing.perform(request(folder), Control(clock())):
        if isinstance(event, Started):
            first = event.first_step
            board.mark("training", _TRAINING)
            board.count(first, first)
        elif isinstance(event, StepDone):
            board.count(first, event.step)


def warm_up(folder: Path) -> None:
    """Train a little, so that children do not each spend a second on what is slow but once."""
    control = Control(clock())
    for event in performing.perform(request(folder), control):
        if isinstance(event, StepDone):
            control.stop()


def forked(folder: Path, board: Board) -> int:
    """Train in a copy of this process, which has all that is slow to load; return its number."""
    board.clear()
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        log = os.open(folder / "child.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        train(folder, board)
        status = 0
    except BaseException:  # noqa: BLE001  nothing of the parent may run here
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)
