"""How many samples of each part have a class, or a value in some stretch of numbers."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array, Dataset, Split
from studio.wording import _, full, humanized, measured

_BINS = 12
MOST_BARS = 50


@dataclass(frozen=True)
class Bar:
    """One class, or one stretch of numbers, and how many samples of it each part has."""

    name: str
    train: int
    validation: int
    test: int

    @property
    def total(self) -> int:
        """Samples in all parts."""
        return self.train + self.validation + self.test


@dataclass(frozen=True)
class Summary:
    """What the values of a column come to."""

    low: float
    mean: float
    high: float
    missing: int
    """Values that are no numbers."""


def span(values: Array) -> str:
    """Return the least and the greatest of some values, as they are said."""
    low, high = (measured(float(value)) for value in (values.min(), values.max()))
    return _("{low} to {high}").format(low=low, high=high)


def counted(dataset: Dataset, split: Split) -> tuple[Bar, ...]:
    """Return the samples of each class, or of twelve stretches of the predicted number."""
    if not dataset.classes:
        return spread(dataset.targets.reshape(len(dataset), -1)[:, 0], split)
    return _bars(dataset.classes, dataset.targets.astype(np.int64), split)


def spread(values: Array, split: Split) -> tuple[Bar, ...]:
    """Return the samples in twelve stretches of their values [samples], or at each of a few."""
    numbers = values.astype(np.float64)
    usable = numbers[np.isfinite(numbers)]
    if not len(usable):
        return ()
    distinct = np.unique(usable)
    if len(distinct) <= _BINS:
        names = tuple(f"{value:.4g}" for value in distinct)
        labels = np.searchsorted(distinct, numbers)
    else:
        edges = np.linspace(usable.min(), usable.max(), _BINS + 1)
        names = tuple(f"{_short(low)} – {_short(high)}" for low, high in pairwise(edges))
        labels = np.clip(np.digitize(numbers, edges[1:-1]), 0, _BINS - 1)
    return _bars(names, np.where(np.isfinite(numbers), labels, -1), split)


def summary(values: Array) -> Summary | None:
    """Return what values [samples] come to; None where none is a number."""
    numbers = values.astype(np.float64)
    usable = numbers[np.isfinite(numbers)]
    if not len(usable):
        return None
    low, high = float(usable.min()), float(usable.max())
    return Summary(low, float(usable.mean()), high, len(numbers) - len(usable))


def most_frequent(bars: tuple[Bar, ...]) -> tuple[tuple[Bar, ...], str]:
    """Return the bars that are shown, and a sentence on the others if there are any."""
    if len(bars) <= MOST_BARS:
        return bars, ""
    ranked = sorted(bars, key=lambda bar: -bar.total)
    said = _("The {shown} most frequent of {all} classes; the others have {most} samples at most.")
    most = full(ranked[MOST_BARS].total)
    return tuple(ranked[:MOST_BARS]), said.format(shown=MOST_BARS, all=full(len(bars)), most=most)


def _short(number: float) -> str:
    return humanized(number) if abs(number) >= 10_000 else f"{number:.3g}"


def _bars(names: tuple[str, ...], labels: npt.NDArray[np.int64], split: Split) -> tuple[Bar, ...]:
    """Return a bar for each name; places without an answer, below 0, do not count."""
    parts = (labels[part] for part in (split.train, split.validation, split.test))
    counts = [np.bincount(part[part >= 0], minlength=len(names)).tolist() for part in parts]
    seen = (name if name.strip() else "␣" * len(name) for name in names)
    return tuple(Bar(*line) for line in zip(seen, *counts, strict=True))
