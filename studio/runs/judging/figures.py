"""What answers tell of a network: counts, curves, calibration, and how thresholds change them.

Curves follow scikit-learn, so that anybody's script finds the same numbers.
"""

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.runs.judging.answers import Answers, Floats

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Curve:
    """A curve for one class against all others, with the threshold of each of its points."""

    x: Floats
    y: Floats
    thresholds: Floats
    area: float
    """Under the curve: AUROC, or average precision."""


@dataclass(frozen=True)
class Marks:
    """How well one class is told from the others."""

    precision: float
    recall: float
    f1: float
    support: int
    """How many samples are of this class."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """How often answers of a confidence are right: equal in each bin where it can be trusted."""

    confidence: Floats
    """[bins] mean confidence; NaN where there is no answer."""
    accuracy: Floats
    """[bins] share of right answers."""
    counts: Counts
    error: float
    """Expected calibration error: the mean distance of the two, weighed by the counts (Guo et al.
    2017, “On Calibration of Modern Neural Networks”, equation 3)."""


def make_ready() -> None:
    """Load what curves are worked out with, which takes a second, before one is asked for."""
    _sklearn()


def confusion(answers: Answers) -> Counts:
    """Return how often each true class (row) was taken for each class (column)."""
    answers.require_classes()
    size = len(answers.classes)
    places = answers.truth * size + answers.answered
    return np.bincount(places, minlength=size * size).reshape(size, size)


def marks(counts: Counts) -> tuple[Marks, ...]:
    """Return precision, recall, F1 and support of each class; 0 where nothing is to divide by."""
    hits, support, answered = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    precision, recall = _ratio(hits, answered), _ratio(hits, support)
    f1 = _ratio(2 * hits, support + answered)
    rows = zip(precision.tolist(), recall.tolist(), f1.tolist(), support.tolist(), strict=True)
    return tuple(Marks(*row) for row in rows)


def roc(answers: Answers, number: int) -> Curve | None:
    """Return recall (y) over the share of false alarms (x) of a class; None if all are alike."""
    truth, shares = _one(answers, number)
    if truth.all() or not truth.any():
        return None
    x, y, thresholds = _sklearn().roc_curve(truth, shares)
    return Curve(x, y, thresholds, float(_sklearn().auc(x, y)))


def precision_recall(answers: Answers, number: int) -> Curve | None:
    """Return precision (y) over recall (x) of a class; None if it has no sample."""
    truth, shares = _one(answers, number)
    if not truth.any():
        return None
    precision, recall, thresholds = _sklearn().precision_recall_curve(truth, shares)
    area = float(_sklearn().average_precision_score(truth, shares))
    return Curve(recall, precision, np.append(thresholds, 1.0), area)


def at_threshold(answers: Answers, number: int, threshold: float) -> Counts:
    """Return [[true no, false alarm], [missed, hit]] if a class is answered from `threshold` on."""
    truth, shares = _one(answers, number)
    said = shares >= threshold
    return np.bincount(2 * truth + said, minlength=4).reshape(2, 2)


def calibration(answers: Answers, bins: int = 10) -> Calibration:
    """Return how confidence and accuracy agree in `bins` stretches of equal width."""
    confidence, right = answers.confidence.astype(np.float64), answers.is_right
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    counts = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(place, confidence, bins) / counts
        share = np.bincount(place, right, bins) / counts
    gap = np.where(counts > 0, np.abs(mean - share), 0.0)
    error = float((gap * counts).sum() / max(1, len(answers)))
    return Calibration(mean.astype(np.float32), share.astype(np.float32), counts, error)


def residuals(answers: Answers) -> Floats:
    """Return [n, outputs] what was predicted minus what is true."""
    return np.asarray(answers.scores - answers.truth, dtype=np.float32)


def explained(answers: Answers) -> npt.NDArray[np.float64]:
    """Return [outputs] R²: the share of the spread of each number that is predicted.

    0 where all samples have the same number, as in the marks of a run.
    """
    off, truth = residuals(answers).astype(np.float64), answers.truth.astype(np.float64)
    spread = np.square(truth - truth.mean(axis=0)).sum(axis=0)
    missed = np.square(off).sum(axis=0)
    share = 1 - np.divide(missed, spread, out=np.ones_like(missed), where=spread > 0)
    return np.asarray(share)


def _one(answers: Answers, number: int) -> tuple[npt.NDArray[np.bool_], Floats]:
    answers.require_classes()
    return answers.truth == number, answers.scores[:, number]


def _ratio(part: Counts, whole: Counts) -> npt.NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _sklearn() -> Any:
    """Return scikit-learn's metrics, imported when they are asked for."""
    return importlib.import_module("sklearn.metrics")
