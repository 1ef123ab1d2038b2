"""The numbers of a run as a file of events that TensorBoard shows."""

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from studio.runs.exporting.summaries import scalar_event, version_event
from studio.runs.exporting.tfrecord import record
from studio.runs.history import History
from studio.runs.info import RunInfo
from studio.storage import replacing
from studio.training.events import Metrics

_FILE = "events.out.tfevents.{seconds:010}.layerwise"


def write_events(folder: Path, info: RunInfo, history: History) -> Path:
    """Write a run into `folder`, one directory for each run, and return the file.

    The same run gives the same bytes under the same name. Times are those of the training. Raises
    FileError if the file cannot be written; an earlier one is whole then.
    """
    begin = _begin(info)
    path = folder / _FILE.format(seconds=int(begin))
    with replacing(path) as stream:
        stream.write(record(version_event(begin)))
        for elapsed, step, scalars in sorted(_rows(history), key=lambda row: row[1]):
            if scalars:
                stream.write(record(scalar_event(begin + elapsed, step, scalars)))
    return path


def _rows(history: History) -> Iterator[tuple[float, int, dict[str, float]]]:
    """Yield seconds since the start, the step, and the numbers known there by their tags."""
    for step, epoch, loss, mean, rate, speed, elapsed in history.curve.table.tolist():
        tags = ("loss/step", "loss/smoothed", "learning_rate", "samples_per_second", "epoch")
        yield elapsed, int(step), dict(zip(tags, (loss, mean, rate, speed, epoch), strict=True))
    yield from _heat(history)
    for done in history.epochs:
        found = _tagged({"train": done.train, "validation": done.validation})
        yield done.elapsed_s, done.step, found
    ended = history.ended
    if ended is not None:
        yield ended.seconds, ended.step, _tagged({"test": ended.metrics.get("test", {})})


def _heat(history: History) -> Iterator[tuple[float, int, dict[str, float]]]:
    """Yield the gradient norm and update ratio of each layer where they were measured."""
    seconds = dict(zip(history.steps.tolist(), history.elapsed.tolist(), strict=True))
    layers = history.layers
    norms = [f"gradient_norm/{layer}" for layer in layers]
    ratios = [f"update_ratio/{layer}" for layer in layers]
    for step, *values in history.heat.table.tolist():
        pairs = zip((*norms, *ratios), values, strict=True)
        known = {tag: value for tag, value in pairs if not math.isnan(value)}
        yield seconds.get(step, 0.0), int(step), known


def _tagged(metrics: Mapping[str, Metrics]) -> dict[str, float]:
    return {
        f"{name}/{part}": value for part, marks in metrics.items() for name, value in marks.items()
    }


def _begin(info: RunInfo) -> float:
    """Return when the run began, in seconds since 1970; 0 where that is not known."""
    try:
        moment = datetime.fromisoformat(info.created)
    except ValueError:
        return 0.0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, aware.timestamp())
