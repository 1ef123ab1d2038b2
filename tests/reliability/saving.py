"""Everything the program saves, each as a few versions one after the other that can be told apart.

A version is a number; version 0 is the first. What a program reports as saved is said to `say`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import torch

from studio.graph.file import ProjectFile, read_project, write_project
from studio.runs.exporting.table import table, write_table
from studio.runs.history import History
from studio.runs.info import RunInfo, read_info, write_info
from studio.runs.log import LOG, read_log
from studio.runs.log_writing import LogWriter
from studio.runs.notes import Notes, read_notes, write_notes
from studio.runs.record import record
from studio.runs.store import new_run
from studio.storage import make_folder
from studio.training.checkpoints.checkpoint import Checkpoint, load
from studio.training.checkpoints.shelf import newest, shelve
from studio.training.events import CheckpointSaved, Ended, Event
from studio.training.plan import Plan
from studio.workspace import recovery
from studio.workspace.queue import RunQueue
from tests.unit.runs.events import ended, epoch, started, step
from tests.unit.runs.projects import flowers, request

Say = Callable[[int], None]
NOTHING = -1
"""The version of what is not there."""
KEPT = 2


class LostError(AssertionError):
    """What is on the disk is none of the versions, or is broken."""


@dataclass(frozen=True)
class Kind:
    """One kind of thing that is saved."""

    save: Callable[[Path, int, Say], None]
    """Save that version below a folder that holds all versions before."""
    found: Callable[[Path], int]
    """Return the version that is there; raises LostError or StudioError for anything else."""
    versions: int = 4


def _project(version: int) -> ProjectFile:
    return ProjectFile(flowers(version + 1), {"type": "iris"}, {"epochs": version + 1})


def _save_project(root: Path, version: int, say: Say) -> None:
    write_project(root / "mine" / "a.layerwise", _project(version))
    say(version)


def _found_project(root: Path) -> int:
    path = root / "mine" / "a.layerwise"
    return _which(_project, read_project(path)) if path.exists() else NOTHING


def _save_aside(root: Path, version: int, say: Say) -> None:
    with mock.patch.object(recovery, "home", return_value=root / "home"):
        recovery.keep_aside("a", root / "a.layerwise", _project(version))
    say(version)


def _found_aside(root: Path) -> int:
    with (
        mock.patch.object(recovery, "home", return_value=root / "home"),
        mock.patch.object(recovery, "is_running", return_value=False),
    ):
        left = recovery.left_behind()
    if not left:
        if list((root / "home" / "recovery").glob("*.json")):
            raise LostError("it is passed over")
        return NOTHING
    return _which(_project, left[0].project)


def _info(version: int) -> RunInfo:
    return RunInfo(_project(version), created=f"2026-01-0{version + 1}", classes=("a", "b"))


def _save_info(root: Path, version: int, say: Say) -> None:
    write_info(root / "run-0001", _info(version))
    say(version)


def _found_info(root: Path) -> int:
    path = root / "run-0001"
    return _which(_info, read_info(path)) if (path / "run.json").exists() else NOTHING


def _notes(version: int) -> Notes:
    return Notes.of(f"name {version}", ("one", "two"), "a note\n" * (version + 1))


def _save_notes(root: Path, version: int, say: Say) -> None:
    make_folder(root / "run-0001")
    write_notes(root / "run-0001", _notes(version))
    say(version)


def _found_notes(root: Path) -> int:
    path = root / "run-0001"
    return _which(_notes, read_notes(path)) if (path / "notes.json").exists() else NOTHING


def _names(version: int) -> tuple[str, ...]:
    return tuple(f"run {number}" for number in range(version + 1))


def _save_queue(root: Path, version: int, say: Say) -> None:
    RunQueue(root / "a.runs").add(request(root / "a.runs"), _names(version)[-1])
    say(version)


def _found_queue(root: Path) -> int:
    queue = RunQueue(root / "a.runs")
    plain = request(root / "a.runs")
    if any(entry.request != plain for entry in queue.entries):
        raise LostError("a run that waits is another one")
    return len(queue.entries) - 1


def _history(version: int) -> History:
    return History().extend([started(), *(step(n) for n in range(1, 9 * version + 9))])


def _save_table(root: Path, version: int, say: Say) -> None:
    write_table(root / "out" / "a.csv", _history(version))
    say(version)


def _found_table(root: Path) -> int:
    path = root / "out" / "a.csv"
    if not path.exists():
        return NOTHING
    return _which(lambda version: table(_history(version)).encode(), path.read_bytes())


def checkpoint(version: int) -> Checkpoint:
    """Return a small checkpoint: every other one is at the end of an epoch."""
    chance = torch.Generator().manual_seed(version)
    weights = {name: torch.randn(40, generator=chance) for name in ("first.weight", "last.weight")}
    state = {"random": torch.randint(0, 255, (64,), generator=chance, dtype=torch.uint8)}
    middle = version % 2
    return Checkpoint(
        *(weights, {"first.weight/exp_avg": weights["first.weight"] / 3}, state, Plan()),
        step=10 * (version + 1),
        epoch=version // 2 + 1 - middle,
        position=5 * middle,
    )


def _save_checkpoint(root: Path, version: int, say: Say) -> None:
    folder = root / "run-0001" / "checkpoints"
    new = checkpoint(version)
    flight = {"last": new} if version % 2 else {"best": new, "last": new}
    shelve(folder, flight, KEPT, expected=version > 0)
    say(version)


def _found_checkpoint(root: Path) -> int:
    folder = root / "run-0001" / "checkpoints"
    if not list(folder.glob("*.json")):
        return NOTHING
    if not (folder / "last.json").exists():  # the first one was being written
        return _which_checkpoint(load(folder, "best")) - 1
    for path in folder.glob("*.json"):
        _which_checkpoint(load(folder, path.stem))
    found, remark = newest(folder)
    if remark:
        raise LostError(remark)
    return _which_checkpoint(found)


def _which_checkpoint(found: Checkpoint) -> int:
    version = found.step // 10 - 1
    wanted = checkpoint(version)
    for mine, its in ((found.weights, wanted.weights), (found.state, wanted.state)):
        if mine.keys() != its.keys() or not all(torch.equal(mine[n], its[n]) for n in its):
            raise LostError("other numbers")
    return version


EVENTS: tuple[Event, ...] = (
    started(),
    *(step(n) for n in range(1, 5)),
    epoch(1),
    CheckpointSaved(5, "last"),
    *(step(n) for n in range(5, 9)),
    epoch(2),
    step(9, float("nan")),
    ended(),
)


def _save_run(root: Path, version: int, say: Say) -> None:
    assert version == 0
    run = new_run(root / "a.runs")
    events = record(iter(EVENTS), run, _info(0))
    for event in events:
        if isinstance(event, CheckpointSaved):
            say(EVENTS.index(event) + 1)
    say(len(EVENTS))
    assert isinstance(event, Ended)


def _found_run(root: Path) -> int:
    """Return how many events there are without a gap, from 1 for a run without any."""
    run = root / "a.runs" / "run-0001"
    if not (run / "run.json").exists():
        if (run / LOG).exists():
            raise LostError("the log of nothing")
        return NOTHING
    if read_info(run) != _info(0):
        raise LostError("another run")
    found = list(map(repr, read_log(run)[0]))
    expected = list(map(repr, EVENTS))
    if [line for line in expected if line in found] != found:
        raise LostError("other events")
    log = LogWriter(run)
    log.append(step(77))
    log.close()
    if read_log(run)[0][-1] != step(77):
        raise LostError("it cannot go on")
    return next((n for n, line in enumerate(expected) if line not in found), len(expected))


def _which(made: Callable[[int], object], found: object) -> int:
    """Return which version was found."""
    for version in range(9):
        if made(version) == found:
            return version
    raise LostError("no version that was ever saved")


KINDS: Mapping[str, Kind] = {
    "project": Kind(_save_project, _found_project),
    "recovery file": Kind(_save_aside, _found_aside),
    "run.json": Kind(_save_info, _found_info),
    "notes": Kind(_save_notes, _found_notes),
    "queue": Kind(_save_queue, _found_queue),
    "export": Kind(_save_table, _found_table),
    "checkpoint": Kind(_save_checkpoint, _found_checkpoint, 8),
    "run": Kind(_save_run, _found_run, 1),
}
