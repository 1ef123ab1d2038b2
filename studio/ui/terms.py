"""Under which terms the open project would be trained here, as far as they bear on memory."""

from studio.analysis.memory import Terms
from studio.workspace import Workspace


def terms_of(workspace: Workspace, device: str = "cpu") -> Terms:
    """Return the terms of the present plan on "cpu" or "cuda"."""
    task = workspace.task
    return Terms.of(workspace.plan, device, classes=task is None or task.classes is not None)
