"""Which samples train, which watch, which judge: seeded, and with every class in every part."""

from collections.abc import Iterable, Sequence

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
    as it has one for each, training first. Samples of one group lie in one part; samples that
    follow each other in time train first and judge last. Where all classes are so small that a part
    would be empty, classes do not count. Parts fixed by the publisher are kept as they are. Raises
    DataError when a part that was asked for would be empty.
    """
    fixed = {"validation": dataset.validation, "test": dataset.test}
    given = [indices for indices in fixed.values() if indices is not None]
    rest = np.arange(len(dataset), dtype=np.int64)
    if given:
        rest = np.setdiff1d(rest, np.concatenate(given))
    shares = [0.0 if fixed[name] is not None else getattr(source, name) for name in fixed]
    train, *parts = _dealt(dataset, rest, shares, source.split_seed)
    found = [
        part if (indices := fixed[name]) is None else np.sort(indices.astype(np.int64))
        for name, part in zip(fixed, parts, strict=True)
    ]
    wanted = [fixed[name] is not None or bool(getattr(source, name)) for name in fixed]
    _require(len(dataset), (True, *wanted), (train, *found))
    return Split(train, *found)


def _dealt(
    dataset: Dataset, rest: Indices, shares: Sequence[float], seed: int
) -> tuple[Indices, ...]:
    """Return which of `rest` train, watch and judge, in ascending order."""
    if dataset.is_ordered:
        return _cut(rest, shares)
    random = np.random.default_rng(seed)
    strata = _strata(dataset, rest) if dataset.groups is None else _groups(dataset, rest)
    parts = _parts(strata, shares, random) if strata else (rest, rest, rest)
    lacks = any(share and not len(part) for share, part in zip(shares, parts[1:], strict=True))
    if strata and lacks:
        parts = _parts([_joined(strata)], shares, random)  # classes of one or two samples each
    if dataset.groups is None:
        return parts
    return tuple(rest[np.isin(dataset.groups[rest], names)] for names in parts)


def _parts(
    strata: Iterable[Indices], shares: Sequence[float], random: np.random.Generator
) -> tuple[Indices, ...]:
    """Return what trains, watches and judges, each stratum dealt by itself."""
    cuts = [_cut(random.permutation(members), shares) for members in strata]
    return tuple(map(_joined, zip(*cuts, strict=True)))


def _strata(dataset: Dataset, rest: Indices) -> list[Indices]:
    """Return the samples of each class, or all where a sample has no one class."""
    if not dataset.classes or dataset.targets.ndim > 1:
        return [rest]
    labels = dataset.targets[rest]
    return [rest[labels == label] for label in np.unique(labels)]


def _groups(dataset: Dataset, rest: Indices) -> list[Indices]:
    """Return the names of the groups, those apart that begin with a sample of another class."""
    assert dataset.groups is not None
    names, first = np.unique(dataset.groups[rest], return_index=True)
    if not dataset.classes or dataset.targets.ndim > 1:
        return [names]
    labels = dataset.targets[rest[first]]
    return [names[labels == label] for label in np.unique(labels)]


def _cut(members: Indices, shares: Sequence[float]) -> tuple[Indices, ...]:
    """Cut a row of members into those that train, watch and judge."""
    count = len(members)
    watch, judge = _counts(count, *shares)
    return tuple(np.split(members, [count - watch - judge, count - judge]))


def _counts(samples: int, validation: float, test: float) -> tuple[int, int]:
    """Return how many of `samples` watch and judge; at least one is left to train."""
    watch, judge = (max(1, round(samples * share)) if share else 0 for share in (validation, test))
    while watch + judge >= samples and watch + judge > 0:
        if watch >= judge:
            watch -= 1
        else:
            judge -= 1
    return watch, judge


def _joined(parts: Iterable[Indices]) -> Indices:
    return np.sort(np.concatenate(list(parts)))


def _require(samples: int, wanted: Iterable[bool], parts: Iterable[Indices]) -> None:
    if any(asked and not len(part) for asked, part in zip(wanted, parts, strict=True)):
        raise DataError(
            _("The data set has {samples} samples, too few for the parts asked for.").format(
                samples=samples
            ),
            _("Add samples, or set the validation or the test share to 0."),
        )
