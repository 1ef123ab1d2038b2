"""What becomes of files that are dropped on the window: a project is opened, data are taken."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from studio.errors import DataError, StudioError
from studio.paths import SUFFIX
from studio.wording import _, full


class Drops(QObject):
    """Takes a file or folder that is dropped anywhere on a window; refuses several at once."""

    def __init__(
        self,
        window: QWidget,
        open_project: Callable[[Path], object],
        bring: Callable[[Path], object],
        refuse: Callable[[StudioError], object],
    ) -> None:
        super().__init__(window)
        self._open_project, self._bring, self._refuse = open_project, bring, refuse
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QDropEvent):
            return super().eventFilter(watched, event)
        paths = dropped(event)
        if not paths:
            return super().eventFilter(watched, event)
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self._take(paths)
        return True

    def _take(self, paths: list[Path]) -> None:
        if len(paths) > 1:
            self._refuse(_too_many(paths))
            return
        take = self._open_project if paths[0].suffix == SUFFIX else self._bring
        take(paths[0])


def dropped(event: QDropEvent) -> list[Path]:
    """Return the files and folders that are carried, if they all lie on this computer."""
    urls = event.mimeData().urls()
    local = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return local if len(local) == len(urls) else []


def _too_many(paths: list[Path]) -> DataError:
    folders = {path.parent for path in paths}
    remedy = _("Drop the folder that holds them: {folder}.").format(folder=folders.pop())
    return DataError(
        _("{count} files were dropped at once.").format(count=full(len(paths))),
        remedy if not folders else _("Put them into one folder, and drop that."),
    )
