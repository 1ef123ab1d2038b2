"""Which of several results is the best, and by which one runs are compared at a glance."""

import math
from collections.abc import Sequence

from studio.runs.store import RunSummary

_LOWER = ("loss", "mae", "mse", "rmse", "perplexity", "error", "hamming")
_HIGHER = (
    *("accuracy", "top", "precision", "recall", "f1", "r2", "auroc", "auc", "map", "iou"),
    *("kappa", "matthews", "specificity"),
)
PARTS = ("test", "validation", "train")
"""The parts of the data, the most telling first."""


def mark_of(run: RunSummary) -> tuple[str, str]:
    """Return the part of the data and the metric by which a run is compared with others."""
    part = next((name for name in PARTS if name in run.metrics), "test")
    known = run.metrics.get(part, {})
    return part, next((name for name in ("accuracy", "r2", "mae") if name in known), "accuracy")


def is_lower_better(metric: str) -> bool | None:
    """Whether less of a metric is better; None where neither is, or nobody knows."""
    word = metric.rpartition(".")[2].partition("_")[0].rstrip("0123456789") or metric
    if metric.startswith(_LOWER) or word in _LOWER:
        return True
    return False if metric.startswith(_HIGHER) or word in _HIGHER else None


def best(metric: str, values: Sequence[float | None]) -> frozenset[int]:
    """Return the places of the best values: several where they are equal, none where all are."""
    lower = is_lower_better(metric)
    known = [value for value in values if value is not None and math.isfinite(value)]
    if lower is None or len(known) < 2 or len(set(known)) < 2:
        return frozenset()
    wanted = min(known) if lower else max(known)
    return frozenset(place for place, value in enumerate(values) if value == wanted)
