"""How a branch is begun from wherever a checkpoint is shown."""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from studio.errors import StudioError
from studio.ui.runs.branch_dialog import branched
from studio.ui.services import Services
from studio.wording import _
from studio.workspace import Notice


def branch(services: Services, run: Path | None, parent: QWidget, checkpoint: str = "") -> None:
    """Ask how to branch from a checkpoint of a run, and start the branch; a notice says why not."""
    workspace = services.workspace
    try:
        asked = branched(workspace.run_request(run), parent, checkpoint)
    except StudioError as refusal:
        workspace.refuse(refusal)
        return
    if asked is not None:
        services.training.start(asked)
        said = _("The branch has begun; the page “Train” shows how it goes.")
        workspace.notice.emit(Notice(said))
