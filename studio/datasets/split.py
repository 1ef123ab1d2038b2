"""Which samples train, which watch, which judge: seeded, and with every class in every part."""

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Dataset, Split
from studio.datasets.source import Source
from studio.errors import DataError
from studio.wording import _

Indices = npt.NDArray[np.int64]


def split(dataset: Dataset, source: Source) -> Split:
    """Return the parts of a data set, each in ascending order and without overlap.

    Classes keep their shares in every part; a class of few samples is still in every part as long
    as it has one for each, training first. A test part fixed by the publisher is kept as it is.
    Raises DataError when a part that was asked for would be empty.
    """
    fixed = dataset.test is not None
    rest = np.arange(len(dataset), dtype=np.int64)
    if dataset.test is not None:
        rest = np.setdiff1d(rest, dataset.test)
    shares = (source.validation, 0.0 if fixed else source.test)
    random = np.random.default_rng(source.split_seed)
    parts: tuple[list[Indices], ...] = ([], [], [])
    for members in _strata(dataset, rest):
        shuffled = random.permutation(members)
        watch, judge = _counts(len(members), *shares)
        cuts = np.split(shuffled, [len(members) - watch - judge, len(members) - judge])
        for part, indices in zip(parts, cuts, strict=True):
            part.append(indices)
    train, validation, test = (_joined(part) for part in parts)
    if dataset.test is not None:
        test = np.sort(dataset.test.astype(np.int64))
    wanted = (1.0, source.validation, float(fixed) or source.test)
    _require(len(dataset), wanted, (train, validation, test))
    return Split(train, validation, test)


def _strata(dataset: Dataset, rest: Indices) -> list[Indices]:
    if not dataset.classes:
        return [rest]
    labels = dataset.targets[rest]
    return [rest[labels == label] for label in np.unique(labels)]


def _counts(samples: int, validation: float, test: float) -> tuple[int, int]:
    """Return how many of `samples` watch and judge; at least one is left to train."""
    watch, judge = (max(1, round(samples * share)) if share else 0 for share in (validation, test))
    while watch + judge >= samples and watch + judge > 0:
        if watch >= judge:
            watch -= 1
        else:
            judge -= 1
    return watch, judge


def _joined(parts: list[Indices]) -> Indices:
    return np.sort(np.concatenate(parts)) if parts else np.empty(0, dtype=np.int64)


def _require(samples: int, wanted: tuple[float, ...], parts: tuple[Indices, ...]) -> None:
    if any(share > 0 and not len(part) for share, part in zip(wanted, parts, strict=True)):
        raise DataError(
            _("The data set has {samples} samples, too few for the parts asked for.").format(
                samples=samples
            ),
            _("Add samples, or set the validation or the test share to 0."),
        )
