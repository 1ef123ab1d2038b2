"""The data that ticks switch to, read and checked before a run starts."""

from collections.abc import Iterable, Mapping

from studio.datasets.dataset import Dataset
from studio.datasets.normalization import Scaling
from studio.datasets.opening import opened
from studio.errors import TrainingError
from studio.training.data.batches import DeviceData
from studio.training.ticks.sources import sources_of
from studio.training.ticks.tick import Tick
from studio.wording import _


def read_later(ticks: Iterable[Tick], first: Dataset, scaling: Scaling) -> Mapping[str, DeviceData]:
    """Return the data that ticks switch to, by their identity; `first` are those of the start.

    They are normalized by the `scaling` of the first ones. Raises TrainingError for data of another
    shape or kind, DataError or FileError for some that cannot be read.
    """
    found: dict[str, DeviceData] = {}
    for name, source in sources_of(ticks).items():
        dataset, parts = opened(source)
        require_alike(first, dataset)
        found[name] = DeviceData.of(dataset, parts, scaling)
    return found


def require_alike(first: Dataset, other: Dataset) -> None:
    """Raise TrainingError unless a network can go on with other data as if they were the first."""
    differences = (
        (
            _shown(first),
            _shown(other),
            _("A tick switches to “{data}”, whose samples are {given} instead of {wanted}."),
        ),
        (
            str(len(first.classes)),
            str(len(other.classes)),
            _("A tick switches to “{data}”, which has {given} classes instead of {wanted}."),
        ),
        (
            _answer(first),
            _answer(other),
            _("A tick switches to “{data}”, whose answers are {given} instead of {wanted}."),
        ),
    )
    for wanted, given, sentence in differences:
        if wanted != given:
            raise TrainingError(
                sentence.format(data=other.name, given=given, wanted=wanted),
                _("Choose data of the same shape and with as many classes."),
            )


def _shown(dataset: Dataset) -> str:
    """Return what a sample is, in signs."""
    further = (f", {name}: {shape}" for name, shape in dataset.facts.more.items())
    return f"{dataset.sample} {dataset.inputs.dtype.name}{''.join(further)}"


def _answer(dataset: Dataset) -> str:
    """Return the shape of the truth of one sample, in signs."""
    axes = " × ".join(map(str, dataset.targets.shape[1:])) or "1"
    return f"{axes} {dataset.targets.dtype.name}"
