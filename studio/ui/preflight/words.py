"""How a verdict, its remedies and what was measured are put into words."""

from collections.abc import Mapping

import numpy as np

from studio.analysis.loading import is_streamed
from studio.analysis.preflight import Kind, Preflight, Remedy, Verdict
from studio.analysis.report import Report
from studio.datasets.dataset import Dataset
from studio.runs.history import History
from studio.training.plan import Plan
from studio.wording import _, byte_size, duration, full, marked

VERDICTS: Mapping[Verdict, tuple[str, str, str]] = {
    "fits": (marked("Fits"), "ok", marked("A training step fits into the memory with room left.")),
    "tight": (
        marked("Tight"),
        "warn",
        marked("A training step fits, but other programs may be pushed out of the memory."),
    ),
    "does not fit": (
        marked("Does not fit"),
        "error",
        marked("A training step takes more memory than is free: the run would fail."),
    ),
}
"""Word, color and sentence of each verdict."""

_KINDS: Mapping[Kind, tuple[str, str]] = {
    "batch size": (
        marked("Batches of {count}"),
        marked("The largest batch that fits with room left."),
    ),
    "mixed precision": (
        marked("Mixed precision"),
        marked("Layers compute in 16 bits: their answers take half the memory."),
    ),
    "gradient checkpointing": (
        marked("Gradient checkpointing"),
        marked("Repeated blocks compute their answers twice instead of keeping them."),
    ),
}


def remedy_name(remedy: Remedy) -> str:
    """Return what a remedy is called: "Batches of 64"."""
    return _(_KINDS[remedy.kind][0]).format(count=full(remedy.changes.get("batch_size", 0)))


def remedy_text(remedy: Remedy) -> str:
    """Return a remedy with what a step takes after it."""
    return f"{remedy_name(remedy)} · {byte_size(remedy.needed.total)}"


def remedy_hint(remedy: Remedy, before: Preflight) -> str:
    """Return what a remedy does, and its predicted effect."""
    effect = _("A step then takes {after} instead of {before}: {verdict}.").format(
        after=byte_size(remedy.needed.total),
        before=byte_size(before.total),
        verdict=_(VERDICTS[remedy.verdict][0]).lower(),
    )
    return f"{_(_KINDS[remedy.kind][1])}\n{effect}"


def need_text(found: Preflight) -> str:
    """Return what a step takes of what is free."""
    needed = byte_size(found.total)
    if found.free is None:
        return needed
    return _("{needed} of {free} free").format(needed=needed, free=byte_size(found.free))


def samples_text(
    dataset: Dataset | None, plan: Plan, device: str, free: int | None
) -> tuple[str, str]:
    """Return how samples will reach the device and a sentence on that; nothing if none are read."""
    if dataset is None:
        return "", ""
    size = dataset.inputs.nbytes
    is_there = device == "cpu" and not isinstance(dataset.inputs, np.memmap)
    if is_streamed(plan.loading, 0 if is_there else size, free):
        return _("{size}, streamed").format(size=byte_size(size)), _(
            "Samples are brought to the device batch by batch while steps are computed: they take "
            "hardly any memory, and results are the same bits."
        )
    return byte_size(size), _("All samples will lie in the memory of the device.")


def disk_hint(found: Preflight) -> str:
    """Return what the checkpoints of a run take on disk."""
    lines = [
        _("One checkpoint: {size}. A run keeps the last and the best one.").format(
            size=byte_size(found.checkpoint)
        )
    ]
    if found.disk_free is not None:
        lines.append(_("Free on the disk: {size}.").format(size=byte_size(found.disk_free)))
    if not found.disk_fits:
        lines.append(_("That is not enough: make room, or save the project on another disk."))
    return "\n".join(lines)


def epoch_seconds(history: History | None, report: Report) -> float | None:
    """Return how long an epoch takes, by the run that is shown, if that is a run of this network.

    With an epoch behind it that is its time with the evaluation, before that the time of its steps.
    """
    started = history.started if history is not None else None
    if history is None or started is None or started.parameters != report.parameters:
        return None
    if len(history.epochs) > 1:
        first, last = history.epochs[0], history.epochs[-1]
        return (last.elapsed_s - first.elapsed_s) / max(1, last.epoch - first.epoch)
    speeds = history.speeds[-20:]
    measured = sorted(float(speed) for speed in speeds if speed > 0)
    return started.samples / measured[len(measured) // 2] if measured else None


def epoch_text(seconds: float | None) -> str:
    """Return a time per epoch at reading size."""
    if seconds is None:
        return "–"
    return _("{seconds} s").format(seconds=f"{seconds:.1f}") if seconds < 60 else duration(seconds)


def measured_text(history: History | None) -> tuple[str, str]:
    """Return what the last run measured beside what was predicted, and the same in a sentence."""
    started = history.started if history is not None else None
    ended = history.ended if history is not None else None
    if started is None or ended is None or not ended.memory_peak or not started.memory_predicted:
        return "", ""
    off = started.memory_predicted / ended.memory_peak - 1
    sizes = {
        "measured": byte_size(ended.memory_peak),
        "predicted": byte_size(started.memory_predicted),
    }
    sentence = _(
        "The run that is shown took {measured} at its fullest moment; {predicted} were predicted."
    )
    return f"{round(off * 100, 1) + 0.0:+.1f} %", sentence.format(**sizes)
