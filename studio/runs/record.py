"""How a run comes to lie on disk while it happens."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from studio.runs.info import RunInfo, write_info
from studio.runs.log_writing import LogWriter
from studio.training.events import CheckpointSaved, Ended, Event
from studio.wording import _


def record(events: Iterable[Event], folder: Path, info: RunInfo | None = None) -> Iterator[Event]:
    """Write events to the folder of a run and hand them on.

    `info` is written before the first event is asked for; None continues a run that has it already.
    A checkpoint is handed on once its line outlasts a power cut: with one of the next events.
    Raises FileError when not even the first event can be written. A disk that is full later is told
    by an event of its own, and by the last one if it still is.
    """
    if info is not None:
        write_info(folder, info)
    log, saved = LogWriter(folder), list[Event]()
    try:
        for event in events:
            trouble = log.append(event)
            yield from _told(event, log, saved)
            if trouble is not None and not isinstance(event, Ended):
                log.append(trouble)
                yield trouble
    finally:
        log.close()
        close = getattr(events, "close", None)
        if close is not None:
            close()


def _told(event: Event, log: LogWriter, saved: list[Event]) -> Iterator[Event]:
    """Hand on an event; checkpoints that were `saved` come once their lines last."""
    if isinstance(event, CheckpointSaved):
        saved.append(event)
    if log.is_lasting:
        yield from saved
        saved.clear()
    if isinstance(event, Ended):
        yield _ended(event, log)
    elif not isinstance(event, CheckpointSaved):
        yield event


def _ended(event: Ended, log: LogWriter) -> Ended:
    """Return the end of a run, which says so if the log does not know of it."""
    if not log.trouble:
        return event
    missing = _("What happened since is missing there; the last checkpoint is whole.")
    return replace(event, message=" ".join(filter(None, (event.message, log.trouble, missing))))
