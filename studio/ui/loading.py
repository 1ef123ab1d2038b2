"""What is loaded behind the open window: the engine, and the samples the project names."""

import gc
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.datasets.corrections import corrected
from studio.datasets.dataset import Dataset, Split
from studio.datasets.inspecting import recognized, strange
from studio.datasets.opening import opened
from studio.datasets.source import Source
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


@dataclass(frozen=True, eq=False)
class _Found:
    """Samples as they are in their files, with the source that read them."""

    source: Source
    dataset: Dataset
    split: Split


class DatasetLoader(QObject):
    """Reads and splits the samples of the workspace's source whenever it changes.

    What was read is kept: where a sample is corrected, nothing is read again.
    """

    began = Signal()
    loaded = Signal()
    failed = Signal(object)
    """The StudioError that says what is wrong with the source and what would help."""
    recognized = Signal()
    """It is known as what else the present file or folder could be read."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._task: Task | None = None
        self._asking: Task | None = None
        self._watch = Watch()
        self._found: _Found | None = None
        self.error: StudioError | None = None
        self.kinds: tuple[Source, ...] = ()
        """The sources that can read the present file or folder, the surest first."""
        follow(self, workspace.source_changed, lambda _source: self._follow_source())

    @property
    def is_loading(self) -> bool:
        """Whether samples are being read, or a file or folder is looked at."""
        return self._task is not None or self._asking is not None

    @property
    def progress(self) -> tuple[int, int]:
        """How many of how many samples are read; (0, 0) while that is not known."""
        return self._watch.progress

    def start(self) -> None:
        """Read the present source, also when it was read before."""
        self._found = None
        self._follow_source()

    def _follow_source(self) -> None:
        source = self._workspace.resolved_source
        self._load(source)
        if source is not None and source.is_own and not self.knows(source):
            self._know(())
            if source.lies_at:
                self._ask(Path(source.lies_at), self._know, _in_silence)

    def knows(self, source: Source) -> bool:
        """Whether `kinds` are those of the file or folder that a source reads."""
        return any(kind.lies_at == source.lies_at for kind in self.kinds)

    def bring(self, path: Path) -> None:
        """Take the samples from a file or folder; what it holds is found out meanwhile.

        Until then, and if it holds nothing that is known, all stays as it is.
        """
        self.error = None
        self._ask(path, self._take, self._decline)
        self.began.emit()

    def cancel(self) -> None:
        """Read no further; `failed` says so."""
        was_loading = self.is_loading
        self._forget_asking()
        self._stop()
        if was_loading:
            self._refuse(CancelledError(_("Reading was cancelled.")))

    def _ask(
        self,
        path: Path,
        answered: Callable[[tuple[Source, ...]], None],
        declined: Callable[[StudioError], None],
    ) -> None:
        self._forget_asking()

        def done(kinds: tuple[Source, ...]) -> None:
            self._asking = None
            answered(kinds)

        def refused(error: StudioError) -> None:
            self._asking = None
            declined(error)

        self._asking = Task(lambda: _kinds_of(path), done, refused, self)
        self._asking.start()

    def _forget_asking(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._watch.cancel()
            self._task = None
        self.error = None

    def _take(self, kinds: tuple[Source, ...]) -> None:
        source = kinds[0]
        self._know(kinds)
        if source == self._workspace.source:
            self.start()
        self._workspace.set_source(source)

    def _decline(self, error: StudioError) -> None:
        if self._workspace.source is None:
            self._refuse(error)
            return
        self._workspace.refuse(error)

    def _know(self, kinds: tuple[Source, ...]) -> None:
        self.kinds = kinds
        self.recognized.emit()

    def _load(self, source: Source | None) -> None:
        self._stop()
        if source is not None:
            watch = self._watch = Watch()
            found = self._found = self._kept(source)
            self._task = Task(lambda: _read(source, found, watch), self._accept, self._refuse, self)
            self.began.emit()
            self._task.start()

    def _kept(self, source: Source) -> _Found | None:
        """Return what was read of a source before, if only corrections are new."""
        found = self._found
        known = found is not None and found.source == source.changed(corrections={})
        return found if known else None

    def _accept(self, answer: tuple[_Found, Dataset, Split]) -> None:
        self._task = None
        self._found, dataset, split = answer
        self._workspace.accept_dataset(dataset, split)
        self.loaded.emit()

    def _refuse(self, error: StudioError) -> None:
        self._task = None
        self.error = error
        self.failed.emit(error)


def _kinds_of(path: Path) -> tuple[Source, ...]:
    """Return the sources that can read a file or folder; raises DataError if there is none."""
    found = recognized(path)
    if not found:
        raise strange(path)
    return found


def _in_silence(_error: StudioError) -> None:
    """Say nothing: reading tells what is wrong."""


def _read(source: Source, found: _Found | None, watch: Watch) -> tuple[_Found, Dataset, Split]:
    """Return the samples of a source as they were `found`, or are now, and as corrected."""
    plain = source.changed(corrections={})
    found = found or _Found(plain, *opened(plain, watch=watch))
    return found, *corrected(found.dataset, found.split, source.corrected)


def _load_engine() -> str:
    pages.prepare()
    idling.be_brief()
    torch = importlib.import_module("torch")
    # the first optimizer pulls in half of torch; better now than when Train is pressed
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1)
    importlib.import_module("studio.runs.perform")
    # the collector would go through half a million objects of libraries again and again, and hold
    # the window for half a second each time; they stay for good
    gc.freeze()
    return str(torch.__version__)
