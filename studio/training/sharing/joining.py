"""How a process joins the others of its run, as `torchrun` or `layerwise train --processes` says.

Both set RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT. Processors speak by gloo, GPUs
by NCCL, one GPU for each process of a computer.
"""

import contextlib
import importlib
import os
from collections.abc import Iterator
from datetime import timedelta

import torch
import torch.distributed as dist

from studio.errors import TrainingError
from studio.training.sharing.alone import ALONE, Sharing
from studio.training.sharing.team import Team
from studio.training.sharing.together import Together
from studio.wording import _


@contextlib.contextmanager
def joined(*, patience: float, shards: bool = False) -> Iterator[Sharing]:
    """Train with the other processes of the run, if there are any, inside the `with` block.

    Another process is given up after `patience` seconds of silence; one that has ended is noticed
    at once. Each holds all weights, or only a part of them if it `shards`. Raises TrainingError
    when the others are not found.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        yield ALONE
        return
    number, gpus = int(os.environ.get("LOCAL_RANK", "0")), torch.cuda.device_count()
    if number < gpus:
        torch.cuda.set_device(number)
    silence = timedelta(seconds=patience)
    try:
        dist.init_process_group("cpu:gloo,cuda:nccl" if gpus else "gloo", timeout=silence)
    except (RuntimeError, ValueError) as error:
        raise TrainingError(
            _("The other processes of the run were not found: {reason}.").format(
                reason=str(error).strip().splitlines()[0].rstrip(".")
            ),
            _("Start them by torchrun, or by layerwise train --processes."),
        ) from error
    team = Team()
    try:
        yield _sharded(team) if shards else Together(team)
    except BaseException as error:
        team.leave(str(error))
        raise
    finally:
        with contextlib.suppress(RuntimeError):  # the others may have gone before
            dist.destroy_process_group()


def _sharded(team: Team) -> Sharing:
    # torch takes a while to load this
    module = importlib.import_module("studio.training.sharing.sharding")
    found: Sharing = module.Sharded(team)
    return found
