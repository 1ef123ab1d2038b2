"""Where `--events` sends what happens: nowhere, to the standard output, or to a file."""

import contextlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from studio.errors import SettingError
from studio.runs.event_json import to_line
from studio.storage import unwritable
from studio.training.events import Event
from studio.wording import _


class EventStream:
    """Writes events as JSON lines, each at once."""

    def __init__(self, target: TextIO | None, name: str = "") -> None:
        self._target = target
        self._name = name
        self.is_begun = False

    def write(self, event: Event) -> None:
        """Write one event; raises FileError if the disk is full."""
        if self._target is None:
            return
        try:
            if not self.is_begun and self._name and Path(self._name).is_file():
                self._target.truncate(0)
            self.is_begun = True
            self._target.write(to_line(event) + "\n")
            self._target.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise unwritable(Path(self._name), error) from error


@contextlib.contextmanager
def event_stream(
    asked: str | None, inputs: Iterable[str | Path | None] = ()
) -> Iterator[EventStream]:
    """Open what `--events` names; a file keeps what it holds until the first event.

    Raises FileError if it cannot be written, SettingError if it is or lies in one of the `inputs`.
    """
    if asked is None or asked == "-":
        yield EventStream(sys.stdout if asked else None)
        return
    path = Path(asked)
    _require_apart(path, inputs)
    is_new = not path.exists()
    try:
        target = path.open("a", encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error
    with target:
        stream = EventStream(target, asked)
        try:
            yield stream
        finally:
            if is_new and not stream.is_begun:
                path.unlink(missing_ok=True)


def _require_apart(path: Path, inputs: Iterable[str | Path | None]) -> None:
    target = path.resolve()
    for kept in (Path(name).resolve() for name in inputs if name is not None):
        if kept in (target, *target.parents):
            raise SettingError(
                _("--events {path} would overwrite what the run starts from.").format(path=path),
                _("Name another file."),
            )
