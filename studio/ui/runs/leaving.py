"""Runs that were deleted and can still be taken back; they go for good when the time is over."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from studio.workspace import Workspace

UNDO_MS = 6000
"""How long a run that was deleted can be taken back."""


class Leaving:
    """The runs on their way out; when their page closes, they go at once."""

    def __init__(self, workspace: Workspace, owner: QWidget) -> None:
        self._workspace = workspace
        self.folders: frozenset[Path] = frozenset()
        self.clock = QTimer(owner)
        self.clock.setSingleShot(True)
        self.clock.setInterval(UNDO_MS)
        owner.destroyed.connect(lambda _owner=None: self.carry_out())

    def begin(self, folders: Iterable[Path]) -> None:
        """Let these runs go, and those before them for good."""
        self.carry_out()
        self.folders = frozenset(folders)
        self.clock.start()

    def take_back(self) -> None:
        """Keep the runs."""
        self.folders = frozenset()
        self.clock.stop()

    def carry_out(self) -> None:
        """Delete the runs that are on their way out, if there are any."""
        folders, self.folders = self.folders, frozenset()
        for folder in sorted(folders):
            self._workspace.delete_run(folder)
