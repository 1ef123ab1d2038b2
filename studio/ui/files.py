"""How projects are opened, saved and begun from the window, and nothing is lost on the way."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.errors import StudioError
from studio.ui import preferences
from studio.ui.gallery import GalleryDialog
from studio.ui.leaving_run import ask_about_run
from studio.ui.question import ask
from studio.ui.services import Services
from studio.wording import _
from studio.workspace import Notice, Workspace, recovery

_FILTER = "Layerwise (*.layerwise)"


class Files:
    """The verbs of the File menu."""

    def __init__(self, services: Services, window: QWidget) -> None:
        self._workspace: Workspace = services.workspace
        self._training = services.training
        self._window = window
        self._aside: tuple[object, object, object] = (None, None, None)

    def choose_template(self) -> None:
        """Let the user pick a network of the gallery to begin with."""
        dialog = GalleryDialog(self._window)
        if dialog.exec() and dialog.chosen:
            template = dialog.chosen
            self._leave(lambda: self._workspace.new_from(template))

    def choose_project(self) -> None:
        """Let the user pick a project file."""
        start = str(self._workspace.path.parent if self._workspace.path else Path.home())
        name, _kind = QFileDialog.getOpenFileName(self._window, _("Open project"), start, _FILTER)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Open a project unless the present one should be kept."""
        self._leave(lambda: self._open(path))

    def save(self) -> bool:
        """Save the project, asking for a place the first time."""
        if self._workspace.path is None:
            return self.save_as()
        return self._written(self._workspace.save())

    def save_as(self) -> bool:
        """Save the project under a name the user picks."""
        suggestion = self._workspace.path or Path.home() / f"{self._workspace.name}.layerwise"
        dialog = QFileDialog(self._window, _("Save project"), str(suggestion.parent), _FILTER)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("layerwise")  # so that it asks before it replaces that very file
        dialog.selectFile(suggestion.name)
        if not dialog.exec():
            return False
        return self._written(self._workspace.save(Path(dialog.selectedFiles()[0])))

    def _leave(self, turn: Callable[[], object]) -> None:
        """Ask what becomes of the run and of unsaved work, then `turn` to another project."""
        workspace, leave = self._workspace, False
        if workspace.is_training:
            answer = ask_about_run(self._window, workspace, "open")
            if answer == "stay":
                return
            leave = answer == "leave"
        if workspace.is_modified and not self.ask_to_save():
            return
        if not self._training.is_running():
            turn()
            return
        if not leave:
            workspace.notice.emit(Notice(_("Saving the run, then opening the project…")))
        self._training.shut_down(lambda: QTimer.singleShot(0, self._window, turn), leave=leave)

    def ask_to_save(self) -> bool:
        """Ask whether to save the changes; False means neither: stay."""
        answer = ask(
            self._window,
            _("Save the changes to {name}?").format(name=self._workspace.name),
            _("What is not saved is lost when the project is closed."),
            [("save", _("Save")), ("discard", _("Do not save")), ("cancel", _("Cancel"))],
        )
        return self.save() if answer == "save" else answer == "discard"

    def keep_aside(self) -> None:
        """Write unsaved work to the side file, or remove that file when all is saved."""
        work = (self._workspace.document.graph, self._workspace.plan, self._workspace.source)
        if all(now is before for now, before in zip(work, self._aside, strict=True)):
            return
        self._aside = work
        try:
            if self._workspace.is_modified:
                recovery.keep_aside(
                    self._workspace.name, self._workspace.path, self._workspace.as_file()
                )
            else:
                recovery.forget()
        except (StudioError, OSError):
            return  # the disk may be full; saving by hand says so

    def _open(self, path: Path) -> None:
        if self._workspace.open(path):
            self._remember(path)

    def _written(self, saved: object) -> bool:
        if saved and self._workspace.path:
            recovery.forget()
            self._remember(self._workspace.path)
        return bool(saved)

    def _remember(self, path: Path) -> None:
        preferences.store(preferences.load().opened(path))
