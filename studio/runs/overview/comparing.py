"""How runs differ: their settings, their data, and the numbers they ended with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.families import written
from studio.graph.file import ProjectFile
from studio.runs.history import History
from studio.runs.info import RunInfo
from studio.runs.notes import Notes, read_notes
from studio.runs.overview.ranking import PARTS, best
from studio.runs.store import open_run
from studio.training.plan import Plan

MISSING = object()
"""Stands where a run has no such setting."""
_FIRST = (
    *("loss", "perplexity", "accuracy", "top5", "precision", "recall", "f1", "auroc"),
    *("r2", "mae", "mse"),
)


@dataclass(frozen=True, eq=False)
class Compared:
    """One of the runs that are compared."""

    folder: Path
    info: RunInfo
    history: History
    notes: Notes

    @classmethod
    def opened(cls, folder: Path) -> "Compared":
        """Return the run of a folder; raises FileError if it cannot be read."""
        return cls(folder, *open_run(folder), read_notes(folder))

    @classmethod
    def planned(cls, project: ProjectFile) -> "Compared":
        """Return what a run of a project would be, before there is one."""
        return cls(Path(), RunInfo(project), History(), Notes())

    @property
    def label(self) -> str:
        """What the run is called."""
        return self.notes.name or self.folder.name


@dataclass(frozen=True)
class Difference:
    """A setting in which not all runs agree."""

    path: str
    """Its place, as "optimizer.learning_rate"."""
    values: tuple[Any, ...]
    """For each run, MISSING where it has no such setting."""


@dataclass(frozen=True)
class Mark:
    """One metric of one part of the data, for every run."""

    part: str
    metric: str
    values: tuple[float | None, ...]

    @property
    def best(self) -> frozenset[int]:
        """Which of the runs did best."""
        return best(self.metric, self.values)


def plans_differ(runs: Sequence[Compared]) -> tuple[Difference, ...]:
    """Return the settings of the plans that differ, one row each."""
    return differences([{**_DEFAULTS, **run.info.project.plan} for run in runs])


def data_differ(runs: Sequence[Compared]) -> tuple[Difference, ...]:
    """Return the settings of the data that differ, one row each."""
    return differences([_by_sample(run.info.project.data) for run in runs])


def marks(runs: Sequence[Compared]) -> tuple[Mark, ...]:
    """Return every final metric that any of the runs has, test first, the familiar ones first."""
    found = [run.history.metrics for run in runs]
    rows = []
    for part in PARTS:
        names = {name for metrics in found for name in metrics.get(part, {})} - {"support"}
        for name in sorted(names, key=lambda name: (_rank(name), name)):
            rows.append(Mark(part, name, tuple(m.get(part, {}).get(name) for m in found)))
    return tuple(rows)


def differences(values: Sequence[Mapping[str, Any]]) -> tuple[Difference, ...]:
    """Return the leaves in which JSON objects differ, sorted by their paths.

    An object or list of one that is missing in another counts leaf by leaf.
    """
    flat = [dict(_leaves("", one)) for one in values]
    paths = {path for one in flat for path in one}
    placed = sorted(
        paths, key=lambda path: path.removesuffix(".type")
    )  # a kind before its settings
    rows = (Difference(path, tuple(one.get(path, MISSING) for one in flat)) for path in placed)
    return tuple(row for row in rows if any(value != row.values[0] for value in row.values[1:]))


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, part in value.items():
            yield from _leaves(f"{path}.{name}" if path else str(name), part)
    elif isinstance(value, list | tuple) and any(isinstance(part, Mapping) for part in value):
        for place, part in enumerate(value, 1):
            yield from _leaves(f"{path}.{place}", part)
    elif path:
        yield path, tuple(value) if isinstance(value, list) else value


def _by_sample(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return settings of data in which each sample that is left out is a setting of its own."""
    corrections = data.get("corrections")
    if not isinstance(corrections, Mapping) or not corrections.get("exclude"):
        return data
    left_out = dict.fromkeys(corrections["exclude"], True)
    return {**data, "corrections": {**corrections, "exclude": left_out}}


def _rank(metric: str) -> int:
    return _FIRST.index(metric) if metric in _FIRST else len(_FIRST)


_DEFAULTS = written(Plan())
"""What a plan written by an older version means by the settings it does not name."""
