"""Why a run that goes on will not be bit for bit what it would have been without the break."""

from collections.abc import Iterator, Mapping
from typing import Any

import torch

from studio.training.checkpoints.checkpoint import Checkpoint
from studio.training.device import Machine
from studio.training.plan import Plan, plan_json
from studio.wording import _, marked

_HARMLESS = frozenset(
    {
        "epochs",
        "checkpoint_every",
        "checkpoints_kept",
        "pause_leaves_device",
        "ticks",
        "threads",
        "device",
    }
)
"""Settings that change no step of the epochs that both plans have, or are told by another name."""
_NAMES = {
    "processes": marked("The run was trained by {before} processes so far, and is by {now} now."),
    "strategy": marked("The run was trained by the strategy {before} so far, and is by {now} now."),
    "threads": marked("The run computed with {before} threads so far, and now with {now}."),
    "torch": marked("The run computed with PyTorch {before} so far, and now with {now}."),
    "device": marked("The run computed on {before} so far, and now on {now}."),
    "precision": marked("The run computed in {before} so far, and now in {now}."),
    "processor": marked("The run computed with {before} instructions so far, and now with {now}."),
}


def surroundings(machine: Machine) -> dict[str, Any]:
    """Return what, besides plan and data, decides about the last bits of a run, as JSON."""
    return {
        "threads": machine.threads,
        "processes": machine.processes,
        "strategy": "fsdp" if machine.shards else "ddp",
        "torch": str(torch.__version__),
        "device": machine.name,
        "precision": machine.numbers,
        "processor": torch.backends.cpu.get_cpu_capability(),
    }


def differences(start: Checkpoint, machine: Machine, plan: Plan) -> str:
    """Return in sentences what is not as it was at a checkpoint; "" where all is.

    Checkpoints of earlier versions tell only the version of PyTorch.
    """
    moved = _moved(start.facts, surroundings(machine))
    return " ".join([*moved, *_edited(start.plan, plan)])


def _moved(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name, sentence in _NAMES.items():
        if name in before and before[name] != now[name]:
            yield _(sentence).format(before=before[name], now=now[name])


def _edited(before: Plan, now: Plan) -> Iterator[str]:
    if before.batch_size != now.batch_size:
        yield _("The batch size was {before} so far, and is {now} now.").format(
            before=before.batch_size, now=now.batch_size
        )
    old, new = plan_json(before), plan_json(now)
    changed = sorted(name for name in new if old.get(name) != new[name])
    names = [name for name in changed if name not in _HARMLESS | {"batch_size", "precision"}]
    if names:
        yield _("The plan was edited: {names}.").format(names=", ".join(names))
