"""What the log of a run holds that was not told otherwise."""

from collections.abc import Iterator
from pathlib import Path

from studio.runs.event_json import from_line
from studio.runs.isolated.orders import Lines
from studio.runs.log import LOG, unsealed
from studio.training.events import Ended, Event, Started


class LogTail:
    """The events of a log that were not read yet, from its beginning or in its last session."""

    def __init__(self, run: Path) -> None:
        self._lines = Lines(run / LOG)

    def new(self) -> list[Event]:
        """Return what was added since the last call; what is no event is passed over."""
        return [event for line in self._lines.new() if (event := _event(line)) is not None]

    def since_start(self, told: int) -> list[Event]:
        """Return the events since the run began or went on last, but for the first `told`."""
        events = self.new()
        starts = [number for number, event in enumerate(events) if isinstance(event, Started)]
        return events[starts[-1] + told :] if starts else []


def without_old_ends(events: list[Event]) -> Iterator[Event]:
    """Yield events but for ends after which the run went on; one at the end is yielded."""
    held: Event | None = None
    for event in events:
        if held is not None and not isinstance(event, Started):
            yield held
        held = None
        if isinstance(event, Ended):
            held = event
        else:
            yield event
    if held is not None:
        yield held


def _event(line: bytes) -> Event | None:
    try:
        return from_line(unsealed(line))
    except ValueError:
        return None
