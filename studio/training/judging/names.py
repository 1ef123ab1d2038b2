"""Which metrics a run measures, told before it has measured any."""

from collections.abc import Mapping

from studio.training.judging.ranking import FEW

_CLASSES = ("loss", "accuracy", "precision", "recall", "f1")
_NUMBERS = ("loss", "mae", "mse", "rmse", "r2")
_AVERAGED = ("precision", "recall", "f1")


def measured(classes: int, *, sequences: bool) -> Mapping[str, tuple[str, ...]]:
    """Return the names of all metrics by part, of so many classes; 0 where numbers are predicted.

    `sequences` says that a sample has an answer for each of its places. Some of these are left out
    in an epoch that has nothing to tell them from.
    """
    if not classes:
        return dict.fromkeys(("train", "validation"), _NUMBERS)
    trained = (*_CLASSES, *(("perplexity",) if sequences else ()))
    averages = tuple(f"{name}_{kind}" for kind in ("micro", "weighted") for name in _AVERAGED)
    ranks = (*(("top5",) if classes > FEW else ()), "auroc")
    return {"train": trained, "validation": (*trained, *averages, *ranks)}
