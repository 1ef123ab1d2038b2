"""The numbers of a run as a CSV table: a row for each reported step, each epoch, and the end."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from studio.runs.history import History
from studio.storage import write_bytes
from studio.training.events import Metrics

SUFFIX = ".csv"
_PLAIN = ("row", "step", "epoch", "elapsed_s", "learning_rate", "samples_per_second", "loss")
"""Columns of every table. `row` says "step", "epoch" or "end"; `loss` is the mean training loss
since the step row before."""
_PARTS = ("train", "validation", "test")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_table(path: Path, history: History) -> None:
    """Write the table, whole or not at all; raises FileError if that fails."""
    write_bytes(path, table(history).encode("utf-8", errors="replace"))


def table(history: History) -> str:
    """Return the table as text (RFC 4180, commas, UTF-8).

    Numbers are written so that they are read back exactly; what is not finite is "nan", "inf" or
    "-inf". Metrics have a column for each part of the data, such as "validation_accuracy".
    """
    marks = _marks(history)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, (*_PLAIN, *marks), restval="", lineterminator="\r\n")
    # a program for tables would take a name such as "=cmd()" for a formula
    writer.writerow({name: _harmless(name) for name in writer.fieldnames})
    for _step, _kind, row in sorted(_rows(history), key=lambda found: found[:2]):
        writer.writerow(row)
    return stream.getvalue()


def _rows(history: History) -> Iterable[tuple[int, int, dict[str, object]]]:
    """Yield each row after the step it belongs to and its place among those of one step."""
    for step, epoch, loss, _mean, rate, speed, elapsed in history.curve.table.tolist():
        values = (int(step), epoch, elapsed, rate, speed, loss)
        yield int(step), 0, dict(zip(_PLAIN, ("step", *values), strict=True))
    for done in history.epochs:
        plain = {"row": "epoch", "step": done.step, "epoch": done.epoch}
        found = _columns({"train": done.train, "validation": done.validation})
        yield done.step, 1, {**plain, "elapsed_s": done.elapsed_s, **found}
    ended = history.ended
    if ended is not None:
        plain = {"row": "end", "step": ended.step, "elapsed_s": ended.seconds}
        speed = {"samples_per_second": ended.samples_per_second}
        yield ended.step, 2, {**plain, **speed, **_columns(ended.metrics)}


def _columns(metrics: Mapping[str, Metrics]) -> dict[str, float]:
    return {
        f"{part}_{name}": value for part, marks in metrics.items() for name, value in marks.items()
    }


def _marks(history: History) -> tuple[str, ...]:
    """Return the columns of all metrics, part by part, in the order in which they appear."""
    found: dict[str, None] = {}
    ends = history.ended.metrics if history.ended else {}
    for part in dict.fromkeys((*_PARTS, *ends)):
        marks = [getattr(done, part, {}) for done in history.epochs] if part != "test" else []
        for metrics in (*marks, ends.get(part, {})):
            found |= dict.fromkeys(f"{part}_{name}" for name in metrics)
    return tuple(found)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
