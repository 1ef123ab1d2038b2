"""How good answers are: from a confusion matrix for classes, from distances for numbers."""

from collections.abc import Sequence

import torch
from torch import Tensor

from studio.training.events import Metrics

Confusion = tuple[tuple[int, ...], ...]


def confusion(truth: Tensor, answers: Tensor, classes: int) -> Tensor:
    """Return counts [true class, answered class], int64, on the device of the answers."""
    pairs = truth.long() * classes + answers.clamp(0, classes - 1)
    return torch.bincount(pairs, minlength=classes * classes).view(classes, classes)


def sides(counts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return of each class how often it was answered rightly, occurs, and was answered."""
    return counts.diagonal(), counts.sum(1), counts.sum(0)


def class_sides(truth: Tensor, answers: Tensor, classes: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return the `sides` without a table, which many classes make too large."""
    right = truth[truth == answers]
    counted = (torch.bincount(values, minlength=classes) for values in (right, truth, answers))
    hits, support, answered = (column[:classes] for column in counted)
    return hits, support, answered


def class_metrics(hits: Tensor, support: Tensor, answered: Tensor) -> Metrics:
    """Return accuracy, and precision, recall and F1 as the plain mean over classes.

    A class that neither occurs nor was answered has no say in the means.
    """
    hits, support, answered = (c.to("cpu", torch.float64) for c in (hits, support, answered))
    met = (support + answered) > 0
    precision, recall, f1 = (values[met] for values in _ratios(hits, support, answered))
    return {
        "accuracy": _mean(hits.sum(), support.sum()),
        "precision": float(precision.mean()) if len(precision) else 0.0,
        "recall": float(recall.mean()) if len(recall) else 0.0,
        "f1": float(f1.mean()) if len(f1) else 0.0,
    }


def averages(hits: Tensor, support: Tensor, answered: Tensor) -> Metrics:
    """Return precision, recall and F1 of class counts, averaged in two more ways.

    "_micro" counts all samples in one, "_weighted" weighs each class by its samples.
    """
    columns = [column.to("cpu", torch.float64) for column in (hits, support, answered)]
    names = ("precision", "recall", "f1")
    together = _ratios(*(column.sum() for column in columns))
    shares = columns[1] / columns[1].sum().clamp_min(1)
    weighted = ((values * shares).sum() for values in _ratios(*columns))
    return {f"{name}_micro": float(value) for name, value in zip(names, together, strict=True)} | {
        f"{name}_weighted": float(value) for name, value in zip(names, weighted, strict=True)
    }


def per_class(counts: Tensor) -> tuple[Metrics, ...]:
    """Return precision, recall, F1 and support of each class; 0 where nothing can be said."""
    hits, support, answered = sides(counts.to("cpu", torch.float64))
    rows = zip(*_ratios(hits, support, answered), support, strict=True)
    names = ("precision", "recall", "f1", "support")
    return tuple(dict(zip(names, map(float, row), strict=True)) for row in rows)


def number_metrics(truth: Tensor, answers: Tensor) -> Metrics:
    """Return mean absolute error, mean squared error, its root, and R².

    All are means over the outputs; R² of an output that does not vary is 1 if it was met exactly,
    else 0.
    """
    true = truth.reshape(len(answers), -1).to("cpu", torch.float64)
    errors = answers.to("cpu", torch.float64) - true
    squared = errors.square().mean()
    spread, missed = (true - true.mean(0)).square().sum(0), errors.square().sum(0)
    explained = 1 - missed / spread.clamp_min(1e-300)
    r2 = torch.where(spread > 0, explained, (missed == 0).double())
    return {
        "mae": float(errors.abs().mean()),
        "mse": float(squared),
        "rmse": float(squared.sqrt()),
        "r2": float(r2.mean()),
    }


def as_table(counts: Tensor) -> Confusion:
    """Return counts as rows of plain numbers."""
    rows: Sequence[Sequence[int]] = counts.tolist()
    return tuple(tuple(row) for row in rows)


def _ratios(hits: Tensor, support: Tensor, answered: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return hits / answered.clamp_min(1), hits / support.clamp_min(1), _f1(hits, support, answered)


def _f1(hits: Tensor, support: Tensor, answered: Tensor) -> Tensor:
    return 2 * hits / (support + answered).clamp_min(1)


def _mean(part: Tensor, whole: Tensor) -> float:
    return float(part / whole) if float(whole) else 0.0
