"""Kills trainings at random moments, and says whether each went on as if nothing had happened.

    python -m tests.reliability.kill 1000

A process that has loaded all that is slow forks a child for each kill; see `kill_child`.
"""

import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch

from studio.runs.lock import holder
from studio.runs.store import list_runs, open_run
from studio.training.checkpoints.shelf import newest
from studio.training.events import Ended, EpochDone
from tests.reliability.kill_child import PHASES, Board, forked, has_checkpoint, warm_up

KILLS_EACH = 10
"""Kills of one project before it may finish."""
_LONGEST = 0.6
"""Seconds after which a child is killed at the latest."""
WANTED = PHASES[1:]


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the same for runs that are equal to the bit."""

    losses: tuple[tuple[int, str], ...]
    epochs: tuple[str, ...]
    metrics: str
    tensors: tuple[str, str]
    """The hashes of the files of the last and of the best checkpoint."""


@dataclass
class Tally:
    """What happened in all trials."""

    phases: Counter[str] = field(default_factory=Counter)
    lost: list[int] = field(default_factory=list)
    """Steps that a kill cost."""
    projects: int = 0
    differing: list[str] = field(default_factory=list)


def outcome(run: Path) -> Outcome:
    """Return what a finished run came to."""
    _info, history = open_run(run)
    ended = history.ended
    assert isinstance(ended, Ended), "it did not finish"
    assert (ended.reason, ended.message) == ("finished", "")
    return Outcome(
        tuple(
            (int(step), float(loss).hex())
            for step, loss in zip(history.steps, history.losses, strict=True)
        ),
        tuple(_spelled(done) for done in history.epochs),
        json.dumps({part: dict(found) for part, found in ended.metrics.items()}, sort_keys=True),
        (_hash(run, "last"), _hash(run, "best")),
    )


def trials(folder: Path, kills: int, seed: int = 0) -> Tally:
    """Kill so many children and let every project finish; what differs is named in the tally."""
    torch.set_num_threads(1)
    warm_up(folder / "warm")
    board, found, chance = Board(), Tally(), random.Random(seed)
    expected = outcome(_finished(folder / "undisturbed", board))
    while found.phases.total() < kills:
        project = folder / f"{found.projects:04}"
        left = min(KILLS_EACH, kills - found.phases.total())
        for phase, lost in _killed(project, board, chance, left):
            found.phases[phase] += 1
            found.lost.append(lost)
        if outcome(_finished(project, board)) != expected:
            found.differing.append(project.name)
        found.projects += 1
    return found


def _killed(
    project: Path, board: Board, chance: random.Random, kills: int
) -> Iterator[tuple[str, int]]:
    """Kill children of a project; yield in which phase each was, and how many steps it cost."""
    project.mkdir(parents=True, exist_ok=True)
    for _kill in range(kills):
        if any(run.status == "finished" for run in list_runs(project)):
            return
        process = forked(project, board)
        _wait(board, chance)
        os.kill(process, signal.SIGKILL)
        _process, status = os.waitpid(process, 0)
        if not os.WIFSIGNALED(status):
            assert os.WEXITSTATUS(status) == 0, (project / "child.log").read_text()
            return  # it had finished
        phase, (first, last) = board.phase, board.steps
        yield phase, last - max(first, _whole(project)) if last else 0


def _wait(board: Board, chance: random.Random) -> None:
    """Wait for a random moment, or for one within a phase that is short."""
    began = time.monotonic()
    if chance.random() < 0.4:
        time.sleep(chance.uniform(0.0, _LONGEST))
        return
    wanted, rest = chance.choice(WANTED), chance.uniform(0.0, _LONGEST / 2)
    time.sleep(0 if wanted == "loading" else rest)
    while board.phase != wanted and time.monotonic() < began + 2 * _LONGEST:
        time.sleep(5e-5)
    time.sleep(chance.choice((0.0, 1e-4, 1e-3)))


def _whole(project: Path) -> int:
    """Open all that a kill left; return the step from which the run can go on."""
    assert all(run.status in {"interrupted", "finished"} for run in list_runs(project))
    steps = [0]
    for run in list_runs(project):
        assert holder(run.folder) == 0, "the lock outlived its process"
        open_run(run.folder)
        if has_checkpoint(run.folder):
            start, remark = newest(run.folder / "checkpoints")
            assert remark == "", remark
            steps.append(start.step)
    return max(steps)


def _finished(project: Path, board: Board) -> Path:
    """Let a project finish undisturbed; return its run."""
    project.mkdir(parents=True, exist_ok=True)
    while not (done := [run.folder for run in list_runs(project) if run.status == "finished"]):
        _process, status = os.waitpid(forked(project, board), 0)
        assert status == 0, (project / "child.log").read_text()
    return done[0]


def _hash(run: Path, name: str) -> str:
    return str(json.loads((run / "checkpoints" / f"{name}.json").read_text())["sha256"])


def _spelled(done: EpochDone) -> str:
    marks = {"train": dict(done.train), "validation": dict(done.validation)}
    return json.dumps([done.epoch, done.step, marks], sort_keys=True)


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as place:
        started = time.monotonic()
        told = trials(Path(place), asked)
    took = time.monotonic() - started
    print(f"{told.phases.total()} kills in {told.projects} projects, {took:.0f} s")  # noqa: T201
    print(dict(told.phases.most_common()))  # noqa: T201
    print(f"steps lost: at most {max(told.lost)}")  # noqa: T201
    print(f"projects that differ: {told.differing or 'none'}")  # noqa: T201
    sys.exit(bool(told.differing))
