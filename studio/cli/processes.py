"""How `train` becomes several processes: started by it, or by torchrun, and who of them speaks.

Each process computes its share of every batch; only the leading one writes and answers.
"""

import argparse
import contextlib
import importlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any

from studio.cli.signals import stopping
from studio.errors import StudioError
from studio.training.control import Control

_GRACE = 30.0
"""Seconds that the others have to end once one of them has."""
_LOOK = 0.1


def is_one_of_several() -> bool:
    """Whether this process was started as one of several, as torchrun does."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


@contextlib.contextmanager
def together() -> Iterator[Any]:
    """Give what is shared with the other processes inside the `with` block, if there are any.

    The others are told when the leading process is through.
    """
    if not is_one_of_several():
        yield None
        return
    with importlib.import_module("studio.training.sharing.joining").joined() as sharing:
        yield sharing
        if sharing.leads:
            sharing.dismiss()


def helped(sharing: Any) -> int:
    """Help the leading process without a word; return the exit status."""
    control = Control()
    try:
        with stopping(control, quiet=True):
            help_out = importlib.import_module("studio.runs.helping").help_out
            return 3 if help_out(sharing, control) in {"stopped", "failed"} else 0
    except StudioError:
        return 2  # the leading process says it


def launched(args: argparse.Namespace) -> int:
    """Run this command in `args.processes` processes; return the status of the leading one.

    They see by the environment that they are several, and pass over the option.
    """
    free = _free_port()
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "studio", *args.words],
            env={**os.environ, **_place(rank, args.processes, free)},
            stdout=None if rank == 0 else subprocess.DEVNULL,
            stdin=None if rank == 0 else subprocess.DEVNULL,
            # a terminal's Ctrl+C reaches this process alone, which hands it on to the leading one
            start_new_session=True,
        )
        for rank in range(args.processes)
    ]
    with _handing_on(processes[0]):
        _awaited(processes)
    status = processes[0].returncode
    return status if status in {0, 2, 3} else 3


def _awaited(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Wait until all have ended; end those that do not follow the first within some time."""
    until = float("inf")
    while any(process.poll() is None for process in processes):
        if until == float("inf") and any(process.poll() is not None for process in processes):
            until = time.monotonic() + _GRACE
        if time.monotonic() > until:
            for process in processes:
                process.kill()
        time.sleep(_LOOK)


@contextlib.contextmanager
def _handing_on(leading: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Hand signals that ask for an end on to the leading process, which tells the others."""

    def hand_on(number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            leading.send_signal(number)

    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP")]
    before = {number: signal.signal(number, hand_on) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _place(rank: int, size: int, port: int) -> dict[str, str]:
    return {
        "RANK": str(rank),
        "LOCAL_RANK": str(rank),
        "WORLD_SIZE": str(size),
        "LOCAL_WORLD_SIZE": str(size),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
    }


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
