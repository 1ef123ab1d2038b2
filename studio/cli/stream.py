"""Where `--events` sends what happens: nowhere, to the standard output, or to a file."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from studio.runs.event_json import to_line
from studio.storage import unwritable
from studio.training.events import Event


class EventStream:
    """Writes events as JSON lines, each at once."""

    def __init__(self, target: TextIO | None, name: str = "") -> None:
        self._target = target
        self._name = name

    def write(self, event: Event) -> None:
        """Write one event; raises FileError if the disk is full."""
        if self._target is None:
            return
        try:
            self._target.write(to_line(event) + "\n")
            self._target.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise unwritable(Path(self._name), error) from error


@contextlib.contextmanager
def event_stream(asked: str | None) -> Iterator[EventStream]:
    """Open what `--events` names; raises FileError if it cannot be written."""
    if asked is None or asked == "-":
        yield EventStream(sys.stdout if asked else None)
        return
    try:
        target = Path(asked).open("w", encoding="utf-8")  # noqa: SIM115  closed below
    except OSError as error:
        raise unwritable(Path(asked), error) from error
    with target:
        yield EventStream(target, asked)
