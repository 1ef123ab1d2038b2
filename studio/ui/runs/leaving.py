"""A run that was deleted and can still be taken back; it goes for good when the time is over."""

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from studio.workspace import Workspace

UNDO_MS = 6000
"""How long a run that was deleted can be taken back."""


class Leaving:
    """At most one run on its way out; when its page closes, it goes at once."""

    def __init__(self, workspace: Workspace, owner: QWidget) -> None:
        self._workspace = workspace
        self.folder: Path | None = None
        self.clock = QTimer(owner)
        self.clock.setSingleShot(True)
        self.clock.setInterval(UNDO_MS)
        owner.destroyed.connect(lambda _owner=None: self.carry_out())

    def begin(self, folder: Path) -> None:
        """Let this run go, and the one before it for good."""
        self.carry_out()
        self.folder = folder
        self.clock.start()

    def take_back(self) -> None:
        """Keep the run."""
        self.folder = None
        self.clock.stop()

    def carry_out(self) -> None:
        """Delete the run that is on its way out, if there is one."""
        folder, self.folder = self.folder, None
        if folder is not None:
            self._workspace.delete_run(folder)
