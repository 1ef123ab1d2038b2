"""How a run is watched to the bit, cut where it hurts, and resumed by a process of its own."""

import hashlib
import itertools
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.events import Ended, EpochDone, Event, StepDone, TickFired
from studio.training.plan import read_plan
from studio.training.trainer import train
from tests.reliability.resume_networks import KINDS
from tests.reliability.resume_setups import BATCH, EPOCHS, SETUPS, TICK, Setup
from tests.unit.training.ticking import Hasty
from tests.unit.training.toys import device_data, made

Trace = dict[str, Any]
"""What a run told and left behind, every number to the bit, as JSON."""


def straight(setup: str, folder: Path) -> Trace:
    """Return what the run does that nobody cuts."""
    return _trace(_run(setup, folder), folder)


def cut_off(setup: str, cut: str, folder: Path) -> Trace:
    """Return what a run did until it was stopped at a cut, its checkpoint left in `folder`."""
    return _trace(_run(setup, folder, cut), folder)


def resumed(setup: str, folder: Path) -> Trace:
    """Go on from the checkpoint in `folder`, and return what happened."""
    torch.manual_seed(123)  # whatever else the process did meanwhile
    return _trace(_run(setup, folder, start=True, seed=9), folder)


def resumed_elsewhere(jobs: Iterable[tuple[str, Path]]) -> list[Trace]:
    """Resume (set-up, folder) in one fresh process, and return what happened in each."""
    asked = json.dumps([(setup, str(folder)) for setup, folder in jobs])
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.reliability.resume_running"],
        input=asked, capture_output=True, text=True, check=False,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]
    found: list[Trace] = json.loads(run.stdout.splitlines()[-1])
    return found


def differences(whole: Trace, first: Trace, second: Trace) -> list[str]:
    """Return in what a run that was cut differs from the one that was not."""
    found = []
    if first["losses"] + second["losses"] != whole["losses"]:
        found.append("losses")
    if second["epochs"] != whole["epochs"][len(whole["epochs"]) - len(second["epochs"]) :]:
        found.append("epochs")
    come = [tick for tick in first["ticks"] if tick[0] < first["step"]]
    if come + second["ticks"] != whole["ticks"]:
        found.append("ticks")
    kinds = ("weights", "optimizer", "state", "end")
    return found + [kind for kind in kinds if second[kind] != whole[kind]]


def _run(
    setup: str, folder: Path, cut: str = "", *, start: bool = False, seed: int = 0
) -> list[Event]:
    """Train a set-up with every step reported, and stop at the cut."""
    wanted = SETUPS[setup]
    kind = KINDS[wanted.kind]
    settings = {"epochs": EPOCHS, "batch_size": BATCH, "threads": 1, "device": "cpu"}
    plan, network, control = read_plan({**settings, **wanted.plan}), made(kind.graph(), seed), None
    control = Control(Hasty())
    events: list[Event] = []
    if cut in {"validation", "parts"}:
        network.register_forward_pre_hook(_Stop(cut, wanted, control, events))
    data = device_data(kind.data(), validation=80)
    now = cut_step(setup, cut) if cut in {"first", "middle", "border"} else None
    begun = load(folder, "last") if start else None
    for event in train(network, data, plan, control, folder=folder, start=begun):
        events.append(event)
        if isinstance(event, StepDone) and event.step == now:
            control.stop()
    return events


def cut_step(setup: str, cut: str) -> int:
    """Return how many steps are done when a run is cut."""
    border = SETUPS[setup].border
    steps = {"first": 1, "middle": 8, "border": border, "validation": border, "parts": TICK}
    return steps[cut]


class _Stop:
    """Stops a run from inside a forward pass: while it validates, or between parts of a batch."""

    def __init__(self, cut: str, setup: Setup, control: Control, events: list[Event]) -> None:
        self._cut, self._control, self._events = cut, control, events
        self._parts, self._border = setup.plan.get("accumulate", 1), setup.border
        self._passes = itertools.count(1)

    def __call__(self, module: torch.nn.Module, _inputs: Any) -> None:
        done = max((event.step for event in self._events if isinstance(event, StepDone)), default=0)
        if self._cut == "validation":
            wanted = not module.training and done == self._border
        else:
            # the second part of a step if it has several, else in its midst
            within = module.training and done == TICK - 1
            wanted = within and next(self._passes) == min(2, self._parts)
        if wanted:
            self._control.stop()


def _trace(events: list[Event], folder: Path) -> Trace:
    end = events[-1]
    assert isinstance(end, Ended)
    assert (end.reason in {"finished", "stopped"}, end.message) == (True, ""), end.message
    kept = load(folder, "last")
    return {
        "losses": [e.loss.hex() for e in events if isinstance(e, StepDone)],
        "epochs": [
            [e.epoch, e.step, _hexed(e.train), _hexed(e.validation), [*map(list, e.confusion)]]
            for e in events
            if isinstance(e, EpochDone)
        ],
        "ticks": [[e.step, e.number, dict(e.tick)] for e in events if isinstance(e, TickFired)],
        "step": end.step,
        "weights": _hashed(kept.weights),
        "optimizer": _hashed(kept.optimizer),
        "state": _hashed(kept.state),
        "end": [end.reason, {part: _hexed(found) for part, found in end.metrics.items()}],
    }


def _hexed(metrics: Mapping[str, float]) -> dict[str, str]:
    return {name: float(value).hex() for name, value in metrics.items()}


def _hashed(tensors: Mapping[str, Tensor]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tensors):
        value = tensors[name]
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        digest.update(value.detach().contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


if __name__ == "__main__":
    torch.set_num_threads(1)
    traces = [resumed(setup, Path(folder)) for setup, folder in json.load(sys.stdin)]
    sys.stdout.write(f"\n{json.dumps(traces)}\n")
