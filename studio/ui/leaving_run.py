"""What is asked when the window closes over a run."""

from typing import Literal

from PySide6.QtWidgets import QWidget

from studio.ui.question import ask
from studio.wording import _
from studio.workspace import State, Workspace

Answer = Literal["leave", "stop", "stay"]


def ask_about_run(parent: QWidget, workspace: Workspace) -> Answer:
    """Ask what becomes of the run under way; only one with its own process can be left alone."""
    can_leave = workspace.can_leave and workspace.state is not State.STOPPING
    answers = [("stop", _("Stop, save and close")), ("stay", _("Keep training"))]
    if can_leave:
        answers.insert(0, ("leave", _("Leave it running")))
    title = _("Leave the run alone and close?") if can_leave else _("Stop the run and close?")
    answer = ask(parent, title, _sentence(workspace, can_leave=can_leave), answers)
    return "leave" if answer == "leave" else "stop" if answer == "stop" else "stay"


def _sentence(workspace: Workspace, *, can_leave: bool) -> str:
    said = (
        _(
            "The run has a process of its own and can go on without the window. "
            "Open this project again to watch it."
        )
        if can_leave
        else _("The run is saved as it is and can be opened again.")
    )
    waiting = len(workspace.queue.waiting)
    if not waiting:
        return said
    more = (
        _("One run in the queue keeps its place until you start the queue again.")
        if waiting == 1
        else _("{count} runs in the queue keep their places until you start it again.")
    )
    return f"{said}\n\n{more.format(count=waiting)}"
