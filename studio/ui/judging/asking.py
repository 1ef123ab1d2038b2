"""How a run is asked behind the window, with progress, and how that is cancelled."""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Signal

from studio.datasets.inspecting import source_of
from studio.datasets.source import Source
from studio.datasets.watching import Watch
from studio.errors import StudioError
from studio.runs.judging import figures
from studio.ui.bridge import Task

WHOLE = "train"
"""The part that samples of another file or folder are in, which nothing divides."""


@dataclass(frozen=True)
class Question:
    """What a run is asked about."""

    run: Path
    part: str
    other: Path | Source | None = None
    """Another file or folder, or the source of another judgment; its own data without."""


class Asker(QObject):
    """Asks one question at a time; a new one takes the place of the former."""

    answered = Signal(object)
    """The `Judgment`."""
    refused = Signal(object)
    """The StudioError that says why there is none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: Task | None = None
        self._watch = Watch()

    @property
    def is_asking(self) -> bool:
        """Whether a run is being asked."""
        return self._task is not None

    @property
    def progress(self) -> tuple[int, int]:
        """How many of how many samples are answered; (0, 0) while data are read."""
        return self._watch.progress

    def ask(self, question: Question) -> None:
        """Ask a run, and forget what was asked before."""
        self.cancel()
        watch = self._watch = Watch()
        outlives = QCoreApplication.instance() or self  # a thread must not end with its view
        task = self._task = Task(
            lambda: _answer(question, watch), self._done, self._refuse, outlives
        )
        for stop in (watch.cancel, task.cancel):
            self.destroyed.connect(stop)
        task.start()

    def cancel(self) -> None:
        """Want no answer any more; the work stops at the next batch."""
        if self._task is not None:
            self._task.cancel()
            self._watch.cancel()
            self._task = None

    def _done(self, judgment: Any) -> None:
        self._task = None
        self.answered.emit(judgment)

    def _refuse(self, error: StudioError) -> None:
        self._task = None
        self.refused.emit(error)


def _answer(question: Question, watch: Watch) -> Any:
    source = question.other
    if isinstance(source, Path):
        source = source_of(source).changed(validation=0.0, test=0.0)
    asking = importlib.import_module("studio.runs.judging.asking")
    judgment = asking.judgment_of(question.run, question.part, source, watch=watch)
    if judgment.found.classes:
        figures.make_ready()
    return judgment
