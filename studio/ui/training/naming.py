"""What metrics, endings and parts of the data are called in the window."""

from collections.abc import Mapping

from studio.runs.history import History
from studio.wording import _, duration, in_percent

_SHARES = frozenset({"accuracy", "top5", "auroc", "precision", "recall", "f1"})


def main_metric(history: History) -> str:
    """Return the metric that matters most in a run: accuracy, or R² when numbers are predicted."""
    known: Mapping[str, float] = history.epochs[-1].train if history.epochs else {}
    if history.started is not None and history.started.classes:
        return "accuracy"
    return next((name for name in ("accuracy", "r2", "mae", "mse") if name in known), "accuracy")


def metric_name(metric: str) -> str:
    """Return the name of a metric for people."""
    names = {
        "loss": _("Loss"),
        "accuracy": _("Accuracy"),
        "top5": _("Among the first five"),
        "auroc": _("Area under ROC"),
        "perplexity": _("Perplexity"),
        "precision": _("Precision"),
        "recall": _("Recall"),
        "f1": _("F1"),
        "r2": _("R²"),
        "mae": _("Mean error"),
        "mse": _("Mean squared error"),
        "support": _("Samples"),
    }
    name, _mark, average = metric.partition("_")
    averages = {
        "micro": _("{metric}, all samples in one"),
        "weighted": _("{metric}, classes by size"),
    }
    if name in names and average in averages:
        return averages[average].format(metric=names[name])
    return names.get(metric, metric)


def is_share(metric: str) -> bool:
    """Whether a metric is read in percent."""
    return metric.removesuffix("_micro").removesuffix("_weighted") in _SHARES


def metric_text(metric: str, value: float) -> str:
    """Return a value as it is read: shares in percent, other numbers short."""
    if value != value:  # noqa: PLR0124  not a number
        return "–"
    if is_share(metric):
        return in_percent(value, 2) if value < 1 else "100 %"
    if metric == "support":
        return f"{value:,.0f}"
    return f"{value:.3g}"


def loss_text(history: History) -> str:
    """Return the present training loss, the noise of single batches averaged out."""
    return metric_text("loss", float(history.smoothed[-1])) if len(history.curve) else "–"


def time_text(seconds: float) -> str:
    """Return a time span as it is read: seconds with a fraction at first, then a clock."""
    return _("{seconds} s").format(seconds=f"{seconds:.1f}") if seconds < 10 else duration(seconds)


def part_name(part: str) -> str:
    """Return the name of a part of the data for people."""
    return {"train": _("Training"), "validation": _("Validation"), "test": _("Test")}.get(
        part, part
    )


def ending_name(reason: str) -> str:
    """Return how a run ended, for people."""
    return {
        "finished": _("Finished"),
        "finished early": _("Finished early"),
        "stopped": _("Stopped"),
        "failed": _("Failed"),
        "running": _("Running"),
    }.get(reason, reason)
