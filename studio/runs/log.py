"""The log of a run: one JSON line for each event, readable after a kill at any moment."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from studio.errors import FileError
from studio.runs.event_json import from_line, to_line
from studio.storage import unwritable
from studio.training.events import CheckpointSaved, Ended, EpochDone, Event, StepDone
from studio.wording import _

LOG = "events.jsonl"
_DURABLE = (EpochDone, CheckpointSaved, Ended)
_GLANCE = 1 << 13
_LONG_LOOK = 1 << 20


class LogWriter:
    """Appends events to a log; each is handed to the system at once, milestones to the disk."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOG
        self._stream: BinaryIO | None = None

    def append(self, event: Event) -> None:
        """Write one event; raises FileError if the disk is full or the folder gone."""
        try:
            if self._stream is None:
                self._stream = self._path.open("ab", buffering=0)
                self._end_torn_line()
            _write_all(self._stream, to_line(event).encode() + b"\n")
            if isinstance(event, _DURABLE):
                os.fsync(self._stream.fileno())
        except OSError as error:
            raise unwritable(self._path, error) from error

    def close(self) -> None:
        """Let go of the file."""
        if self._stream is not None:
            self._stream.close()

    def _end_torn_line(self) -> None:
        """Close a line that a kill left open, so that the next event gets a line of its own."""
        if self._path.stat().st_size:
            with self._path.open("rb") as stream:
                stream.seek(-1, os.SEEK_END)
                if stream.read(1) != b"\n" and self._stream is not None:
                    _write_all(self._stream, b"\n")


def read_log(folder: Path) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """Return the events of a run and remarks on lines that had to be skipped.

    A last line that was being written when the program was killed is dropped without a remark.
    Raises FileError if there is a log that cannot be read; a run without one has no events.
    """
    path = folder / LOG
    if not path.exists():
        return (), ()
    events: list[Event] = []
    skipped: list[int] = []
    for number, line, complete in _lines(path):
        try:
            event = from_line(line)
        except ValueError:
            if complete:
                skipped.append(number)
            continue
        if event is not None:
            events.append(event)
    return tuple(events), _remarks(skipped)


def last_events(folder: Path) -> tuple[Event, ...]:
    """Return the events at the end of the log: enough to see how a run ended."""
    path = folder / LOG
    try:
        with path.open("rb") as stream:
            end = stream.seek(0, os.SEEK_END)
            size = _GLANCE
            found = _tail(stream, end, size)
            # a confusion matrix of many classes makes a line that is longer than a glance
            while size < end and not _says_enough(found, size):
                size *= 2
                found = _tail(stream, end, size)
            return found
    except OSError:
        return ()


def _tail(stream: BinaryIO, end: int, size: int) -> tuple[Event, ...]:
    """Return the events in the last `size` bytes of a log that ends at `end`."""
    stream.seek(max(0, end - size))
    lines = stream.read().split(b"\n")
    return tuple(_readable(lines if end <= size else lines[1:]))


def _says_enough(events: tuple[Event, ...], size: int) -> bool:
    """Whether these tell where a run is, and its metrics unless they lie very far back."""
    if any(isinstance(event, EpochDone) or getattr(event, "metrics", None) for event in events):
        return True
    return size >= _LONG_LOOK and any(isinstance(event, StepDone | Ended) for event in events)


def _readable(lines: Iterable[bytes]) -> Iterator[Event]:
    for line in lines:
        try:
            event = from_line(line)
        except ValueError:
            continue
        if event is not None:
            yield event


def _lines(path: Path) -> Iterator[tuple[int, bytes, bool]]:
    """Yield line number, text, and whether the line is complete."""
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield number, line, line.endswith(b"\n")
    except OSError as error:
        raise FileError(
            _("Cannot read {path}: {reason}.").format(path=path, reason=error.strerror or error)
        ) from error


def _remarks(skipped: list[int]) -> tuple[str, ...]:
    if not skipped:
        return ()
    return (
        _("{count} lines of the log were skipped as unreadable, the first is line {line}.").format(
            count=len(skipped), line=skipped[0]
        ),
    )


def _write_all(stream: BinaryIO, content: bytes) -> None:
    while content:
        content = content[stream.write(content) :]
