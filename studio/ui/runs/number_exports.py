"""How the window writes the numbers of runs down: as CSV tables and as TensorBoard events."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from studio.errors import StudioError
from studio.runs.exporting.table import write_table
from studio.runs.exporting.tensorboard import write_events
from studio.runs.store import RunSummary, open_run
from studio.ui import preferences
from studio.ui.bridge import Task
from studio.wording import _
from studio.workspace import Notice, Workspace

Chosen = Callable[[], Sequence[RunSummary]]


class NumberExports:
    """The export menu of the runs page; files are written behind the window."""

    def __init__(self, workspace: Workspace, owner: QWidget, chosen: Chosen) -> None:
        self._workspace, self._owner, self._chosen = workspace, owner, chosen
        self.menu = QMenu(owner)
        self.menu.addAction(_("Metrics as CSV…")).triggered.connect(self._choose_table)
        self.menu.addAction(_("TensorBoard events…")).triggered.connect(self._choose_events)

    def write_tables(self, runs: Sequence[RunSummary], path: Path) -> None:
        """Write one run to a file, or several into a folder."""
        if len(runs) == 1:
            pairs = [(runs[0].folder, path)]
        else:
            pairs = [(run.folder, path / f"{run.name}.csv") for run in runs]

        def work() -> None:
            for folder, target in pairs:
                write_table(target, open_run(folder)[1])

        self._write(work, path)

    def write_events(self, runs: Sequence[RunSummary], directory: Path) -> None:
        """Write runs into a log directory of TensorBoard, a folder for each."""
        folders = [run.folder for run in runs]

        def work() -> None:
            for folder in folders:
                write_events(directory / folder.name, *open_run(folder))

        self._write(work, directory)

    def _write(self, work: Callable[[], None], path: Path) -> None:
        def done(_answer: object) -> None:
            text = _("Written to {path}.").format(path=path)
            self._workspace.notice.emit(Notice(text, "info"))

        def refused(error: StudioError) -> None:
            self._workspace.refuse(error)

        Task(work, done, refused, self._owner).start()

    def _choose_table(self) -> None:
        runs = self._chosen()
        if len(runs) != 1:
            self._choose_folder(lambda folder: self.write_tables(runs, folder))
            return
        start = str(_home() / f"{runs[0].name}.csv")
        kinds = _("CSV tables (*.csv)")
        name, _kind = QFileDialog.getSaveFileName(self._owner, _("Export metrics"), start, kinds)
        if name:
            path = Path(name)
            self.write_tables(runs, path if path.suffix else path.with_suffix(".csv"))

    def _choose_events(self) -> None:
        runs = self._chosen()
        self._choose_folder(lambda folder: self.write_events(runs, folder))

    def _choose_folder(self, write: Callable[[Path], None]) -> None:
        title = _("Choose a folder for the files")
        name = QFileDialog.getExistingDirectory(self._owner, title, str(_home()))
        if name:
            write(Path(name))


def _home() -> Path:
    remembered = preferences.load().export_folder
    return Path(remembered) if remembered and Path(remembered).is_dir() else Path.home()
