"""How what goes wrong in a run is passed on to whoever looks at the window."""

from studio.training.events import BatchSplit, Broken, Trouble
from studio.workspace.editing import Notice


def notice_of(event: Trouble | Broken | BatchSplit) -> Notice:
    """Return what is to be said of an event."""
    over = isinstance(event, Trouble) and event.over
    return Notice(event.message, "info" if over else "warning")


def waits(event: Trouble | Broken | BatchSplit) -> bool:
    """Whether the run waits for an answer from then on."""
    return isinstance(event, Broken) and event.action == "pause"
