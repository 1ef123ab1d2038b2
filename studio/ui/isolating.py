"""Whether runs get a process of their own: chosen once, kept, and told to whoever shows it."""

from studio.runs.isolated import cool, warm
from studio.signals import Signal
from studio.ui import preferences
from studio.wording import _
from studio.workspace import Workspace

changed: Signal[bool] = Signal()


def choose(workspace: Workspace, *, on: bool) -> None:
    """Have runs begin in a process of their own from now on, or in this one."""
    if on == workspace.is_isolating:
        return
    workspace.is_isolating = on
    preferences.update(isolated=on)
    if on:
        warm()
    else:
        cool()
    changed.emit(on)


def lesson() -> str:
    """Return what a process of its own is good for."""
    return _(
        "Gives each run a process of its own. If it crashes or is killed, the window lives on and "
        "the run resumes with one click; it may also go on after the window is closed."
    )
