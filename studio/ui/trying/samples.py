"""Where test samples to ask about come from: those that are loaded, or those of the run, read."""

from collections.abc import Callable, Mapping

import numpy as np
from PySide6.QtCore import QObject

from studio.datasets.dataset import Array, Dataset, Split
from studio.datasets.opening import opened
from studio.datasets.source import read_source
from studio.errors import DataError, StudioError
from studio.runs.info import RunInfo
from studio.ui.bridge import Task
from studio.ui.pictures import label_of
from studio.ui.trying.sentence import ARROW
from studio.ui.trying.telling import number, spelled
from studio.wording import _
from studio.workspace import Workspace

Sampled = Callable[[Dataset, int], None]


class RunSamples(QObject):
    """Gives samples of the test part of a run, each at random; its data are read once."""

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._info: RunInfo | None = None
        self._samples: tuple[Dataset, Split] | None = None
        self._reading: Task | None = None
        self._random = np.random.default_rng()

    @property
    def is_reading(self) -> bool:
        """Whether samples are being read."""
        return self._reading is not None

    def turn_to(self, info: RunInfo | None) -> None:
        """Give the samples of another run from now on."""
        if self._info is None or info is None or info.project.data != self._info.project.data:
            self._samples = None
        self._info = info
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def take(self, given: Sampled, refused: Callable[[StudioError], None]) -> bool:
        """Call `given` with the data and the number of a sample, at once or when they are read.

        Return whether they are still to be read.
        """
        info = self._info
        if info is None or self._reading is not None:
            return info is not None
        self._samples = self._samples or self._loaded(info)
        if self._samples is not None:
            self._give(given, refused)
            return False

        def accept(samples: tuple[Dataset, Split]) -> None:
            self._reading, self._samples = None, samples
            self._give(given, refused)

        def refuse(refusal: StudioError) -> None:
            self._reading = None
            refused(refusal)

        self._reading = Task(lambda: _read(info), accept, refuse, self)
        self._reading.start()
        return True

    def _give(self, given: Sampled, refused: Callable[[StudioError], None]) -> None:
        assert self._samples is not None, "what is given was read before"
        dataset, split = self._samples
        part = split.test if len(split.test) else split.validation
        if len(part):
            given(dataset, int(self._random.choice(part)))
        else:
            refused(DataError(_("This run kept no samples to test with.")))

    def _loaded(self, info: RunInfo) -> tuple[Dataset, Split] | None:
        """Return the samples that are loaded, if they are those of the run."""
        dataset, split = self._workspace.dataset, self._workspace.split
        if dataset is None or split is None or dataset.learned != info.learned:
            return None
        try:
            same = read_source(info.project.data) == self._workspace.resolved_source
        except StudioError:
            return None
        return (dataset, split) if same else None


def samples_at(dataset: Dataset, index: int, inputs: list[str]) -> dict[str, Array]:
    """Return what the Inputs are given of one sample; the first takes the sample itself."""
    more = dataset.more_inputs
    return {
        name: dataset.inputs[index] if place == 0 else more[name][index]
        for place, name in enumerate(inputs)
    }


def truths_of(dataset: Dataset, index: int) -> Mapping[str, str]:
    """Return the right answers for one sample: the first under "", others by their names."""
    found = {"": _first_truth(dataset, index)}
    for name, answer in dataset.more_targets.items():
        values = np.atleast_1d(answer.values[index]).tolist()
        found[name] = ", ".join(
            spelled(answer.classes[one]) if answer.classes else number(one) for one in values
        )
    return {name: truth for name, truth in found.items() if truth}


def _first_truth(dataset: Dataset, index: int) -> str:
    """Return the first right answer; of a text, what follows it, or what is written."""
    target = dataset.targets[index]
    if not dataset.classes or not target.ndim:
        return label_of(dataset, index)
    if dataset.more_inputs and len(dataset.texts):
        return dataset.texts[index].rpartition(ARROW)[2]
    known = target[target >= 0].ravel()
    return spelled(dataset.classes[known[-1]]) if len(known) else ""


def _read(info: RunInfo) -> tuple[Dataset, Split]:
    return opened(read_source(info.project.data), info.learned or None)
