"""The log of a run: one JSON line for each event, readable after a kill at any moment.

Each line ends with a checksum of itself; lines of earlier versions have none.
"""

import os
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from studio.errors import FileError
from studio.runs.event_json import from_line
from studio.runs.rows import Rows, in_rows
from studio.training.events import Ended, EpochDone, Event, StepDone
from studio.wording import Plural, _

LOG = "events.jsonl"
_SEAL = b',"crc":"'
_SUM = re.compile(_SEAL + rb'([0-9a-f]{8})"\}\s*')
_GLANCE = 1 << 13
_LONG_LOOK = 1 << 20


def read_log(folder: Path) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """Return the events of a run and remarks on lines that had to be skipped.

    A last line that was being written when the program was killed is dropped without a remark.
    Raises FileError if there is a log that cannot be read; a run without one has no events.
    """
    skipped: list[int] = []
    return tuple(_events(folder, skipped)), _remarks(skipped)


def each_piece(folder: Path) -> Iterator[Event | Rows]:
    """Yield the same events, steps together: in a fraction of the time and memory.

    Raises FileError as above.
    """
    path = folder / LOG
    if path.exists():
        yield from in_rows((line for _number, line in _lines(path)), _read)


def _read(line: bytes) -> Event | None:
    """Return the event of a line, or nothing if it cannot be read or is of a newer version."""
    try:
        return from_line(unsealed(line))
    except ValueError:
        return None


def _events(folder: Path, skipped: list[int]) -> Iterator[Event]:
    """Yield the events of a run; numbers of lines that cannot be read are added to `skipped`."""
    path = folder / LOG
    if not path.exists():
        return
    for number, line in _lines(path):
        try:
            event = from_line(unsealed(line))
        except ValueError:
            if line.endswith(b"\n"):
                skipped.append(number)
            continue
        if event is not None:
            yield event


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
    return (event for event in map(_read, lines) if event is not None)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the text of each line that is not empty."""
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if not line.isspace():
                    yield number, line
    except OSError as error:
        raise FileError(
            _("Cannot read {path}: {reason}.").format(path=path, reason=error.strerror or error)
        ) from error


def _remarks(skipped: list[int]) -> tuple[str, ...]:
    if not skipped:
        return ()
    return (
        Plural(
            "{count} line of the log was skipped as unreadable, line {line}.",
            "{count} lines of the log were skipped as unreadable, the first is line {line}.",
        ).of(len(skipped), line=skipped[0]),
    )


def sealed(line: bytes) -> bytes:
    """Return a line, a JSON object, with a checksum as its last field."""
    return b'%s,"crc":"%08x"}' % (line[:-1], zlib.crc32(line))


def unsealed(line: bytes) -> bytes:
    """Return a line without its checksum; raises ValueError if that is not the one of the line."""
    place = line.rfind(_SEAL)
    if place < 0 or (found := _SUM.fullmatch(line, place)) is None:
        return line
    plain = line[:place] + b"}"
    if zlib.crc32(plain) != int(found[1], 16):
        raise ValueError(line)
    return plain
