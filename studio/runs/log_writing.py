"""How events come into the log of a run, even where the disk is full for a while.

What cannot be written waits in memory and follows once the disk takes it again.
"""

import contextlib
import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from studio.runs.event_json import to_line
from studio.runs.log import LOG, sealed
from studio.storage import make_durable, unwritable
from studio.training.events import CheckpointSaved, Ended, EpochDone, Event, StepDone, Trouble
from studio.wording import _

_DURABLE = (EpochDone, CheckpointSaved, Ended)
_MOST_WAITING = 64 << 20
"""Bytes that wait at most; beyond, points of the curve are left out."""
_PATIENCE = 1.0
"""Seconds between two attempts."""


class LogWriter:
    """Appends events to a log; each is handed to the system at once, milestones to the disk."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = folder / LOG
        self._clock = clock
        self._stream: BinaryIO | None = None
        self._waiting = bytearray()
        self._left_out = 0
        self._has_lasting_name = False
        self._next = -float("inf")
        self._begun = False
        self.trouble = ""
        """Why events wait to be written, or nothing."""

    def append(self, event: Event) -> Trouble | None:
        """Write one event; return what is to be told when that begins to fail, or works again.

        Raises FileError if not even the first event can be written.
        """
        milestone = isinstance(event, _DURABLE)
        self._queue(event)
        if self.trouble and not milestone and self._clock() < self._next:
            return None
        try:
            self._flush(durable=milestone)
        except OSError as error:
            if not self._begun:
                raise unwritable(self._path, error, len(self._waiting)) from error
            return self._failed(getattr(event, "step", 0), error)
        self._begun = True
        return self._works_again(getattr(event, "step", 0))

    def close(self) -> None:
        """Try to write what still waits, and let go of the file."""
        if self._begun:
            with contextlib.suppress(OSError):
                self._flush(durable=bool(self._waiting))
        if self._stream is not None:
            self._stream.close()

    def _queue(self, event: Event) -> None:
        if isinstance(event, StepDone) and len(self._waiting) > _MOST_WAITING:
            self._left_out += 1
            return
        self._waiting += sealed(to_line(event).encode()) + b"\n"

    def _flush(self, *, durable: bool) -> None:
        stream = self._opened()
        while self._waiting:
            with memoryview(self._waiting) as view:
                written = stream.write(view)
            del self._waiting[:written]
        if durable:
            os.fsync(stream.fileno())
            if not self._has_lasting_name:
                make_durable(self._path.parent)
                self._has_lasting_name = True

    def _opened(self) -> BinaryIO:
        if self._stream is None:
            self._stream = self._path.open("a+b", buffering=0)
            _end_torn_line(self._stream)
        elif not _is_there(self._path, self._stream):
            self._stream = _moved(self._stream, self._path)
            self._has_lasting_name = False
        return self._stream

    def _failed(self, step: int, error: OSError) -> Trouble | None:
        told = bool(self.trouble)
        self._next = self._clock() + _PATIENCE
        self.trouble = unwritable(self._path, error, len(self._waiting)).problem
        remedy = _("Free some space; until then what happens is kept in memory.")
        return None if told else Trouble(step, f"{self.trouble} {remedy}", "log")

    def _works_again(self, step: int) -> Trouble | None:
        if not self.trouble:
            return None
        self.trouble = ""
        message = _("The log of the run is written again.")
        if self._left_out:
            message = _(
                "The log of the run is written again; {count} points of its curve are missing."
            ).format(count=self._left_out)
            self._left_out = 0
        return Trouble(step, message, "log", over=True)


def _is_there(path: Path, stream: BinaryIO) -> bool:
    """Whether the open file is still the one of that name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(stream.fileno()))
    except FileNotFoundError:
        return False


def _moved(old: BinaryIO, path: Path) -> BinaryIO:
    """Return the log in a folder that was deleted and came back, with all that was in it.

    Raises FileNotFoundError while the folder is gone: what somebody deleted is not made anew.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    stream = path.open("a+b", buffering=0)
    try:
        if not stream.seek(0, os.SEEK_END):
            old.seek(0)
            _write_all(stream, old.read())
        _end_torn_line(stream)
    except OSError:
        stream.close()
        path.unlink(missing_ok=True)
        raise
    old.close()
    return stream


def _end_torn_line(stream: BinaryIO) -> None:
    """Close a line that a kill left open, so that the next event gets a line of its own."""
    if stream.seek(0, os.SEEK_END):
        stream.seek(-1, os.SEEK_END)
        if stream.read(1) != b"\n":
            _write_all(stream, b"\n")


def _write_all(stream: BinaryIO, content: bytes) -> None:
    while content:
        content = content[stream.write(content) :]
