"""What is asked when the window closes, or turns to another project, over a run."""

from typing import Literal

from PySide6.QtWidgets import QWidget

from studio.ui.question import ask
from studio.wording import Plural, _, marked
from studio.workspace import State, Workspace

Answer = Literal["leave", "stop", "stay"]
Way = Literal["close", "open"]
"""Where the user is about to go: out of the program, or to another project."""
_LEAVE = {
    "close": marked("Leave the run alone and close?"),
    "open": marked("Leave the run alone and open another project?"),
}
_STOP = {
    "close": marked("Stop the run and close?"),
    "open": marked("Stop the run and open another project?"),
}
_STOPPING = {"close": marked("Stop, save and close"), "open": marked("Stop, save and open")}


def ask_about_run(parent: QWidget, workspace: Workspace, way: Way) -> Answer:
    """Ask what becomes of the run under way; only one with its own process can be left alone."""
    can_leave = workspace.can_leave and workspace.state is not State.STOPPING
    answers = [("stop", _(_STOPPING[way])), ("stay", _("Keep training"))]
    if can_leave:
        answers.insert(0, ("leave", _("Leave it running")))
    title = _(_LEAVE[way] if can_leave else _STOP[way])
    answer = ask(parent, title, _sentence(workspace, can_leave=can_leave), answers)
    return "leave" if answer == "leave" else "stop" if answer == "stop" else "stay"


def _sentence(workspace: Workspace, *, can_leave: bool) -> str:
    said = (
        _(
            "The run has a process of its own and can go on by itself. "
            "Open this project again to watch it."
        )
        if can_leave
        else _("The run is saved as it is and can be opened again.")
    )
    waiting = len(workspace.queue.waiting)
    if not waiting:
        return said
    more = Plural(
        "One run in the queue keeps its place until you start the queue again.",
        "{count} runs in the queue keep their places until you start it again.",
    ).of(waiting)
    return f"{said}\n\n{more}"
