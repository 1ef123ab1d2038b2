"""From where in a run a new one can branch, read without torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from studio.errors import FileError
from studio.runs.resuming import CHECKPOINTS
from studio.storage import read_json
from studio.training.events import Metrics


@dataclass(frozen=True)
class Point:
    """A checkpoint of a run."""

    name: str
    """"best", "last" or what else lies there."""
    step: int
    epoch: int
    """Epochs that were complete."""
    validation: Metrics = field(default_factory=dict)
    """What was measured on the validation part there; empty in the middle of an epoch."""


def points(run: Path) -> tuple[Point, ...]:
    """Return the checkpoints of a run whose files are there, the best first, then the last."""
    try:
        manifests = sorted((run / CHECKPOINTS).glob("*.json"))
    except OSError:
        return ()
    found = [point for path in manifests if (point := _point(path)) is not None]
    order = {"best": 0, "last": 1}
    return tuple(sorted(found, key=lambda point: (order.get(point.name, 2), point.step)))


def _point(manifest: Path) -> Point | None:
    """Return what a manifest tells, or None where it or its tensors cannot be used."""
    try:
        values = read_json(manifest)
    except FileError:
        return None
    if not isinstance(values, Mapping) or not isinstance(values.get("file"), str):
        return None
    step, epoch, facts = values.get("step"), values.get("epoch"), values.get("facts")
    if not (isinstance(step, int) and isinstance(epoch, int)):
        return None
    if not (manifest.parent / Path(values["file"]).name).is_file():
        return None
    told = facts.get("validation") if isinstance(facts, Mapping) else None
    marks = told if isinstance(told, Mapping) else {}
    numbers = {str(k): float(v) for k, v in marks.items() if isinstance(v, int | float)}
    return Point(manifest.stem, step, epoch, numbers)
