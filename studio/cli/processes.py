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

from studio.cli import lifeline
from studio.cli.signals import stopping
from studio.errors import SettingError, StudioError
from studio.runs.asking import asking
from studio.training.control import Control
from studio.wording import _

_GRACE = 30.0
"""Seconds that the others have to end once one of them has."""
_ENDING = 60.0
"""Seconds that the leading process has to save and end once it is asked to."""
_LOOK = 0.1
_SOME = 8
"""So many processes may be started even where there are fewer processors."""
_PATIENCE, _LONGEST = 600.0, 86_400
"""Seconds that a process may be silent, and the most that may be allowed."""


def is_one_of_several() -> bool:
    """Whether this process was started as one of several, as torchrun does."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what says how several processes train."""
    parser.add_argument(
        "--processes",
        metavar="N",
        type=int,
        default=1,
        help=_("Train in so many processes, each on a share of every batch and a GPU of its own."),
    )
    parser.add_argument(
        "--strategy",
        choices=("ddp", "fsdp"),
        help=_(
            "With several processes: whether each holds all weights (ddp, the default) or only a "
            "part of them (fsdp), for networks that are too large for one GPU."
        ),
    )
    parser.add_argument(
        "--patience",
        metavar="SECONDS",
        type=float,
        default=_PATIENCE,
        help=_("With several processes: after how long a silence one is given up, 600 by default."),
    )


def require_sense(args: argparse.Namespace) -> None:
    """Raise SettingError for what cannot be meant; torchrun starts as many as it likes."""
    if args.processes < 1:
        raise SettingError(_("--processes needs a number from 1 on."))
    most = max(_SOME, os.cpu_count() or 1)
    if args.processes > most:
        raise SettingError(
            _("--processes starts up to {most} processes on this computer.").format(most=most),
            _("Start fewer; torchrun starts them on several computers."),
        )
    if not 1 <= args.patience <= _LONGEST:
        raise SettingError(_("--patience needs from 1 to {most} seconds.").format(most=_LONGEST))
    several = args.processes > 1 or is_one_of_several()
    if args.strategy is not None and not several:
        raise SettingError(
            _("--strategy says how several processes train, but there is only one."),
            _("Add --processes N, or start it by torchrun."),
        )
    if args.more and several:
        raise SettingError(
            _("Several processes train one project at a time, but there are {count}.").format(
                count=1 + len(args.more)
            ),
            _("Train them one by one."),
        )


@contextlib.contextmanager
def together(args: argparse.Namespace) -> Iterator[Any]:
    """Give what is shared with the other processes inside the `with` block, if there are any.

    The others are told when the leading process is through.
    """
    if not is_one_of_several():
        yield None
        return
    lifeline.hold()
    # a process that is missed is told of in a sentence; torch would add where it noticed
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")
    joined = importlib.import_module("studio.training.sharing.joining").joined
    with joined(shards=args.strategy == "fsdp", patience=args.patience) as sharing:
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
    port = _free_port()
    processes: list[subprocess.Popen[bytes]] = []
    with _handing_on(processes) as asked, contextlib.ExitStack() as lifelines:
        for rank in range(args.processes):
            if not asked:
                started = _started(args.words, _place(rank, args.processes, port))
                processes.append(lifelines.enter_context(started))
        _awaited(processes, asked)
    status = processes[0].returncode if processes else 3
    return status if status in {0, 2, 3} else 3


def _started(words: Sequence[str], place: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Return one of several processes, which ends with this one; only the leading one answers."""
    return subprocess.Popen(
        [sys.executable, "-m", "studio", *words],
        env={**os.environ, **place, **lifeline.ENVIRONMENT},
        stdin=subprocess.PIPE,
        stdout=None if place["RANK"] == "0" else subprocess.DEVNULL,
        # a terminal's Ctrl+C reaches this process alone, which hands it on to the leading one
        start_new_session=True,
    )


def _awaited(processes: Sequence["subprocess.Popen[bytes]"], asked: list[int]) -> None:
    """Wait until all have ended; end those that do not follow the first within some time.

    All are ended that hang for some time once the first was `asked` to end.
    """
    until = float("inf")
    while any(process.poll() is None for process in processes):
        if any(process.poll() is not None for process in processes):
            until = min(until, time.monotonic() + _GRACE)
        if asked:
            until = min(until, time.monotonic() + _ENDING)
        if time.monotonic() > until:
            for process in processes:
                process.kill()
        time.sleep(_LOOK)


@contextlib.contextmanager
def _handing_on(processes: Sequence["subprocess.Popen[bytes]"]) -> Iterator[list[int]]:
    """Hand signals that ask for an end on to the first process, which tells the others.

    Gives those that came.
    """
    asked: list[int] = []

    def hand_on(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        for leading in processes[:1]:
            with contextlib.suppress(ProcessLookupError):
                leading.send_signal(number)

    before = {number: signal.signal(number, hand_on) for number in asking()}
    try:
        yield asked
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
