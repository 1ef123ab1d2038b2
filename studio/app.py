"""The desktop program: the only place where everything meets."""

import logging
import sys
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from studio import __version__
from studio.runs.isolated import cool, warm
from studio.ui import preferences, theme
from studio.ui.bridge import TrainingBridge
from studio.ui.icons import icon
from studio.ui.loading import DatasetLoader, EngineLoader
from studio.ui.quitting import Quitting
from studio.ui.services import Services
from studio.ui.unexpected import recorded
from studio.ui.window import MainWindow
from studio.wording import LANGUAGES, system_language, use_language
from studio.workspace import Notice, Workspace, recovery

FIRST_PROJECT = "digits-cnn"
_AUTOSAVE_MS = 15_000


class Studio:
    """The running program: what is open, and the window that shows it."""

    def __init__(self, app: QApplication) -> None:
        self.app = app
        self.chosen = preferences.load()
        self._qt_texts = QTranslator(app)
        self._use(self.chosen.language or system_language())
        theme.apply(app, _scheme(self.chosen.scheme))
        workspace = Workspace()
        workspace.is_isolating = self.chosen.isolated
        self.services = Services(
            workspace,
            TrainingBridge(workspace, app),
            EngineLoader(app),
            DatasetLoader(workspace, app),
        )
        self.services.training.ended.connect(self._make_ready)
        self.window = self._new_window()
        self._autosave = QTimer(app)
        self._autosave.timeout.connect(self._keep_aside)
        self._autosave.start(_AUTOSAVE_MS)

    def start(self, project: Path | None) -> None:
        """Show the window with unsaved work, with `project`, or with the first example."""
        self.window.resize(self.chosen.width, self.chosen.height)
        self.window.show()
        self._show_first(project)
        if not self.chosen.welcomed:
            self.window.show_welcome()
        QTimer.singleShot(0, self._load_engine)

    def _show_first(self, project: Path | None) -> None:
        """Show the project that is asked for, as it was left if that was never saved."""
        workspace = self.services.workspace
        left = recovery.left_behind(project)
        if left:
            workspace.recover(left[0])
        elif project is None:
            workspace.new_from(FIRST_PROJECT)
        else:
            template = str(project).removeprefix("template:")
            known = template != str(project)
            opened = workspace.new_from(template) if known else workspace.open(project)
            if not opened:
                workspace.new_from(FIRST_PROJECT)

    def close(self) -> None:
        """End the timers and ask a run to stop; the window is closed by whoever shows it."""
        self._autosave.stop()
        cool()
        self.services.training.shut_down(lambda: None)

    def quit_now(self) -> None:
        """End the program without a question: the run is saved, unsaved work is kept aside."""
        self._autosave.stop()
        self._keep_aside()
        # `quit` would close the window, which asks about unsaved work
        self.services.training.shut_down(lambda: self.app.exit(0))

    def _keep_aside(self) -> None:
        self.window.files.keep_aside()

    def _load_engine(self) -> None:
        self.window.repaint()  # the first picture before the engine takes the interpreter
        self.services.engine.start()
        self._make_ready()

    def _make_ready(self) -> None:
        """Have a process ready for the next run, if runs get one of their own."""
        if self.services.workspace.is_isolating:
            warm()

    def _use(self, language: str) -> None:
        """Speak a language, in Qt's own dialogs too."""
        use_language(language if language in LANGUAGES else "en")
        self.app.removeTranslator(self._qt_texts)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._qt_texts.load(f"qtbase_{language}", folder):
            self.app.installTranslator(self._qt_texts)

    def _new_window(self) -> MainWindow:
        window = MainWindow(self.services)
        window.language_asked.connect(self._speak)
        return window

    def _speak(self, language: str) -> None:
        """Show the same work in another language, in a new window at the same place."""
        self._use(language)
        preferences.update(language=language)
        self.services.workspace.analyze_anew()
        self._tell_problems_anew()
        old = self.window
        self.window = self._new_window()
        self.window.take_the_place_of(old)

    def _tell_problems_anew(self) -> None:
        """Read the data again if something was said of them: it is said where it is found."""
        dataset, data = self.services.workspace.dataset, self.services.data
        has_remarks = dataset is not None and bool(dataset.problems or dataset.notes)
        if has_remarks or data.error is not None:
            data.start()


def main(arguments: list[str] | None = None) -> int:
    """Open the window, with the project named in `arguments` if any; return the exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    app = QApplication([sys.argv[0]])
    app.setApplicationName("Layerwise")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("layerwise")
    app.setWindowIcon(icon("layerwise", "accent"))
    studio = Studio(app)
    sys.excepthook = lambda kind, error, trace: _report(studio, kind, error, trace)
    quitting = Quitting(studio.quit_now, app)
    studio.start(Path(words[0]) if words else None)
    status: int = app.exec()
    quitting.close()
    return status


def _report(
    studio: Studio, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Keep the work aside and say what happened; the traceback goes to the failure log."""
    if not isinstance(error, Exception):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger(__name__).error("unexpected", exc_info=(kind, error, trace))
    studio.window.files.keep_aside()
    studio.services.workspace.notice.emit(Notice(str(recorded(error)), "error"))


def _scheme(word: str) -> theme.Scheme:
    return "light" if word == "light" else "dark" if word == "dark" else "system"
