"""What is loaded behind the open window: the engine, and the samples the project names."""

import importlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.datasets.dataset import Dataset, Split
from studio.datasets.inspecting import source_of
from studio.datasets.source import Source
from studio.datasets.split import split
from studio.datasets.watching import CancelledError, Watch
from studio.errors import StudioError
from studio.training import idling
from studio.ui import pages
from studio.ui.binding import follow
from studio.ui.bridge import Task
from studio.wording import _
from studio.workspace import Workspace


class EngineLoader(QObject):
    """Loads torch behind the painted window, so that Train starts at once."""

    ready = Signal(str)
    """The version of the engine."""
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: Task | None = None

    def start(self) -> None:
        """Load the engine; a second call does nothing."""
        if self._task is None:
            self._task = Task(_load_engine, self.ready.emit, self._refuse, self)
            self._task.start()

    def _refuse(self, error: StudioError) -> None:
        self.failed.emit(str(error))


class DatasetLoader(QObject):
    """Reads and splits the samples of the workspace's source whenever it changes."""

    began = Signal()
    loaded = Signal()
    failed = Signal(object)
    """The StudioError that says what is wrong with the source and what would help."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._task: Task | None = None
        self._watch = Watch()
        self.error: StudioError | None = None
        follow(self, workspace.source_changed, lambda _source: self.start())

    @property
    def is_loading(self) -> bool:
        """Whether samples are being read."""
        return self._task is not None

    @property
    def progress(self) -> tuple[int, int]:
        """How many of how many samples are read; (0, 0) while that is not known."""
        return self._watch.progress

    def start(self) -> None:
        """Load the present source, also when it was tried before."""
        self._load(self._workspace.resolved_source)

    def bring(self, path: Path) -> None:
        """Take the samples from a file or folder; what it holds is found out meanwhile."""
        self._stop()
        self._task = Task(lambda: source_of(path), self._take, self._refuse, self)
        self.began.emit()
        self._task.start()

    def cancel(self) -> None:
        """Read no further; `failed` says so."""
        if self._task is not None:
            self._stop()
            self._refuse(CancelledError(_("Reading was cancelled.")))

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._watch.cancel()
            self._task = None
        self.error = None

    def _take(self, source: Source) -> None:
        self._task = None
        if source == self._workspace.source:
            self.start()
        self._workspace.set_source(source)

    def _load(self, source: Source | None) -> None:
        self._stop()
        if source is not None:
            watch = self._watch = Watch()
            self._task = Task(lambda: _read(source, watch), self._accept, self._refuse, self)
            self.began.emit()
            self._task.start()

    def _accept(self, answer: tuple[Dataset, Split]) -> None:
        self._task = None
        self._workspace.accept_dataset(*answer)
        self.loaded.emit()

    def _refuse(self, error: StudioError) -> None:
        self._task = None
        self.error = error
        self.failed.emit(error)


def _read(source: Source, watch: Watch) -> tuple[Dataset, Split]:
    dataset = source.load(watch=watch)
    return dataset, split(dataset, source)


def _load_engine() -> str:
    pages.prepare()
    idling.be_brief()
    torch = importlib.import_module("torch")
    # the first optimizer pulls in half of torch; better now than when Train is pressed
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1)
    importlib.import_module("studio.runs.perform")
    return str(torch.__version__)
