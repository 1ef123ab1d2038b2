"""One process of a pair that trains all cases: `python -m tests.unit.training.sharing_pair OUT`."""

import functools
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any
from unittest import mock

import safetensors.torch
import torch

from studio.runs.event_json import to_line
from studio.training import pausing
from studio.training.checkpoints.checkpoint import Checkpoint, load, weights_of
from studio.training.control import Control
from studio.training.events import EpochDone, FreezeChanged, StepDone
from studio.training.plan import read_plan
from studio.training.sharing.alone import ALONE, Sharing
from studio.training.sharing.joining import joined
from studio.training.sharing.sharding import Sharded
from studio.training.sharing.together import Together
from studio.training.tensors.away import Away
from studio.training.trainer import train
from tests.unit.training.sharing_cases import BROKEN, CASES, KEPT, SHARDED, cnn
from tests.unit.training.toys import device_data, made, pictures

Kept = tuple[dict[str, torch.Tensor], list[dict[str, Any]]]
"""The weights and the events of a run."""
_CUT = 9
"""The step from which on a run is stopped."""


@functools.cache
def trained(
    name: str, sharing: Sharing = ALONE
) -> tuple[dict[str, torch.Tensor], list[dict[str, Any]]]:
    """Return the weights and the events of a case."""
    case = CASES.get(name, BROKEN)
    network = made(case.graph)
    plan = read_plan({"threads": 1} | case.plan)
    events = list(train(network, device_data(case.dataset), plan, Control(), sharing=sharing))
    return weights_of(network), [json.loads(to_line(event)) for event in events]


def steered(sharing: Sharing) -> Kept:
    """Train while the leading process, and it alone, is asked for this and that.

    In the pause the run leaves the processor as it would leave a GPU.
    """
    network, control, events = made(cnn()), Control(), []
    plan = read_plan({"threads": 1, "epochs": 100_000, "batch_size": 16})
    for event in train(network, device_data(pictures()), plan, control, sharing=sharing):
        events.append(json.loads(to_line(event)))
        if sharing.leads and isinstance(event, EpochDone) and event.epoch == 2:
            control.pause()
            control.scale_rate(0.5)
            control.set_frozen({"conv": True})
            threading.Timer(1.0, control.resume).start()
        if sharing.leads and isinstance(event, FreezeChanged):
            control.finish_early()
    return weights_of(network), events


def kept(
    name: str,
    folder: Path,
    sharing: Sharing = ALONE,
    *,
    start: Checkpoint | None = None,
    cut: bool = False,
) -> Kept:
    """Train a case that writes checkpoints all the time; `cut` stops it in the middle."""
    control, events = Control(clock=lambda: 50 * time.monotonic()), []
    case = KEPT[name]
    network, plan = made(case.graph), read_plan({"threads": 1} | case.plan)
    data = device_data(case.dataset)
    run = train(network, data, plan, control, folder=folder, start=start, sharing=sharing)
    for event in run:
        events.append(json.loads(to_line(event)))
        if cut and sharing.leads and isinstance(event, StepDone) and event.step >= _CUT:
            control.stop()
    return weights_of(network), events


def kept_in_parts(folder: Path, parts: Sharded) -> None:
    """Train whole runs, cut ones, and those that go on with them or with one of one process."""
    rank = torch.distributed.get_rank()
    for name in KEPT:
        keep(folder / f"{name}-kept-{rank}", *kept(name, folder / f"{name}-whole", parts))
        keep(folder / f"{name}-cut-{rank}", *kept(name, folder / f"{name}-cut", parts, cut=True))
        for before in ("cut", "alone"):
            start = load(folder / f"{name}-{before}", "last")
            found = kept(name, folder / f"{name}-{before}-later", parts, start=start)
            keep(folder / f"{name}-{before}-later-{rank}", *found)


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    with joined(patience=60) as sharing:
        rank = torch.distributed.get_rank()
        for name in CASES:
            keep(folder / f"{name}-{rank}", *trained(name, sharing))
        keep(folder / f"broken-{rank}", *trained("broken", sharing))
        with (
            mock.patch.multiple(pausing, LEFT=frozenset({"cpu"}), SOON=0.05),
            mock.patch.object(Away, "leave", autospec=True, side_effect=Away.leave) as left,
        ):
            keep(folder / f"steered-{rank}", *steered(sharing))
        assert left.called, "the pause was too short"
        if isinstance(sharing, Together):
            parts = Sharded(sharing.team)
            for name in SHARDED:
                keep(folder / f"{name}-sharded-{rank}", *trained(name, parts))
            kept_in_parts(folder, parts)


def keep(path: Path, weights: dict[str, torch.Tensor], events: list[dict[str, Any]]) -> None:
    safetensors.torch.save_file(weights, path.with_suffix(".safetensors"))
    path.with_suffix(".json").write_text(json.dumps(events))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
