"""How events come into the log of a run, even where the disk is full for a while.

What cannot be written waits in memory and follows once the disk takes it again. Milestones outlast
a power cut soon after they are written; the training does not wait for that.
"""

import contextlib
import errno
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

from studio.runs.event_json import to_line
from studio.runs.log import LOG, sealed
from studio.storage import make_durable, unwritable
from studio.training.checkpoints.writing import Writer
from studio.training.events import CheckpointSaved, Ended, EpochDone, Event, StepDone, Trouble
from studio.wording import _

_DURABLE = (EpochDone, CheckpointSaved, Ended)
_MOST_WAITING = 64 << 20
"""Bytes that wait at most; beyond, points of the curve are left out."""
_PATIENCE = 1.0
"""Seconds between two attempts."""


def settle(folder: Path) -> None:
    """Have what is in the log of a run outlast a power cut, if the disk allows it."""
    with contextlib.suppress(OSError):
        _make_lasting(folder / LOG)


class LogWriter:
    """Appends events to a log; each is handed to the system at once.

    Milestones go on to the disk on a thread of their own, the end before it is handed on.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = folder / LOG
        self._clock = clock
        self._stream: BinaryIO | None = None
        self._waiting = bytearray()
        self._left_out = 0
        self._syncing = Writer("log")
        self._owes = False
        """Whether there are milestones that no writing to the disk has taken up yet."""
        self._next = -float("inf")
        self._begun = False
        self.trouble = ""
        """Why events wait to be written, or nothing."""

    @property
    def is_lasting(self) -> bool:
        """Whether all milestones outlast a power cut, unless there is trouble with the disk."""
        return bool(self.trouble) or not (self._owes or self._syncing.is_busy)

    def append(self, event: Event) -> Trouble | None:
        """Write one event; return what is to be told when that begins to fail, or works again.

        Raises FileError if not even the first event can be written.
        """
        milestone = isinstance(event, _DURABLE)
        self._queue(event)
        self._owes |= milestone
        if self.trouble and not milestone and self._clock() < self._next:
            return None
        try:
            self._flush()
            self._sync(wait=isinstance(event, Ended) or bool(self.trouble))
        except OSError as error:
            if not self._begun:
                raise unwritable(self._path, error, len(self._waiting)) from error
            return self._failed(getattr(event, "step", 0), error)
        self._begun = True
        return self._works_again(getattr(event, "step", 0))

    def close(self) -> None:
        """Try to write what still waits, and let go of the file."""
        if self._begun:
            self._owes |= bool(self._waiting)
            with contextlib.suppress(OSError):
                self._flush()
                self._sync(wait=True)
        self._syncing.close()
        if self._stream is not None:
            self._stream.close()

    def _queue(self, event: Event) -> None:
        if isinstance(event, StepDone) and len(self._waiting) > _MOST_WAITING:
            self._left_out += 1
            return
        self._waiting += sealed(to_line(event).encode()) + b"\n"

    def _flush(self) -> None:
        stream = self._opened()
        while self._waiting:
            with memoryview(self._waiting) as view:
                written = stream.write(view)
            del self._waiting[:written]

    def _sync(self, *, wait: bool) -> None:
        """Have what is owed go on to the disk; raises OSError when that failed, now or before."""
        try:
            self._syncing.finished(wait=wait)
            if self._owes and not self._syncing.is_busy:
                self._owes = False
                self._syncing.begin(partial(_make_lasting, self._path))
                self._syncing.finished(wait=wait)
        except OSError:
            self._owes = True
            raise

    def _opened(self) -> BinaryIO:
        if self._stream is None:
            self._stream = self._path.open("a+b", buffering=0)
            _end_torn_line(self._stream)
        elif not _is_there(self._path, self._stream):
            self._stream = _moved(self._stream, self._path)
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


def _make_lasting(log: Path) -> None:
    with log.open("r+b", buffering=0) as stream:
        os.fsync(stream.fileno())
    make_durable(log.parent)


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
