"""What becomes of files that are dropped on the window: a project is opened, data are taken."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from studio.paths import SUFFIX


class Drops(QObject):
    """Takes one file or folder that is dropped anywhere on a window."""

    def __init__(
        self,
        window: QWidget,
        open_project: Callable[[Path], object],
        bring: Callable[[Path], object],
    ) -> None:
        super().__init__(window)
        self._open_project, self._bring = open_project, bring
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QDropEvent):
            return super().eventFilter(watched, event)
        path = dropped(event)
        if path is None:
            return super().eventFilter(watched, event)
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            take = self._open_project if path.suffix == SUFFIX else self._bring
            take(path)
        return True


def dropped(event: QDropEvent) -> Path | None:
    """Return the file or folder that is carried, if it is one that lies on this computer."""
    places = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
    return Path(places[0]) if len(places) == 1 else None
