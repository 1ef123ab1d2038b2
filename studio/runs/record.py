"""How a run comes to lie on disk while it happens."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from studio.runs.info import RunInfo, write_info
from studio.runs.log import LogWriter
from studio.training.events import Event


def record(events: Iterable[Event], folder: Path, info: RunInfo | None = None) -> Iterator[Event]:
    """Write events to the folder of a run and hand them on.

    `info` is written before the first event is asked for; None continues a run that has it already.
    Raises FileError when the disk is full or the folder gone.
    """
    if info is not None:
        write_info(folder, info)
    log = LogWriter(folder)
    try:
        for event in events:
            log.append(event)
            yield event
    finally:
        log.close()
        close = getattr(events, "close", None)
        if close is not None:
            close()
