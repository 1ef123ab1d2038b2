"""One program at a time writes a run; the lock of one that was killed is free at once."""

import mmap
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from studio.errors import FileError, TrainingError
from studio.runs import lock
from studio.runs.lock import LOCK, holder, locked
from studio.runs.perform import perform
from studio.runs.store import delete_run, list_runs
from studio.training.control import Control
from studio.training.events import Ended, EpochDone
from tests.unit.runs.projects import performed, request

ROOT = Path(__file__).resolve().parents[3]
RACES, RACERS = 10, 4
HOLD = (
    "import sys, time; from pathlib import Path; from studio.runs.lock import locked\n"
    "with locked(Path(sys.argv[1])): print('held', flush=True); time.sleep(600)"
)


def holding(run: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", HOLD, str(run)]
    child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_a_second_program_is_refused_in_a_sentence_that_names_the_first(tmp_path: Path) -> None:
    with holding(tmp_path) as child:
        assert holder(tmp_path) == child.pid
        with pytest.raises(TrainingError, match=rf"process {child.pid}\)") as refusal:
            locked(tmp_path).__enter__()
        assert str(refusal.value).count("\n") == 0
        child.kill()


def test_the_lock_of_a_killed_program_is_free_at_once(tmp_path: Path) -> None:
    with holding(tmp_path) as child:
        child.send_signal(signal.SIGKILL)
        child.wait()
    began = time.monotonic()
    with locked(tmp_path):
        assert time.monotonic() - began < 1.0
        assert holder(tmp_path) == os.getpid()
    assert holder(tmp_path) == 0
    assert not (tmp_path / LOCK).exists()


def test_the_same_program_is_refused_too(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(TrainingError, match="by another program"):
        locked(tmp_path).__enter__()
    with locked(tmp_path):
        pass


def test_who_only_looks_who_writes_a_run_keeps_nobody_from_it(tmp_path, monkeypatch) -> None:
    glances, take = iter([False, False]), lock._take
    monkeypatch.setattr(lock, "_take", lambda stream: next(glances, None) is None and take(stream))
    with locked(tmp_path):
        assert (tmp_path / LOCK).read_text() == str(os.getpid())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="racers are forked")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of forks beside threads
def test_of_many_that_race_one_is_inside_at_a_time(tmp_path: Path) -> None:
    board = mmap.mmap(-1, 64)  # racers inside, most at once, entries, refusals
    for _race in range(RACES):
        racers = [_racer(tmp_path, board, place) for place in range(RACERS)]
        board[60] = 1
        for racer in racers:
            _process, status = os.waitpid(racer, 0)
            assert status == 0
        board[60] = 0
    inside, refused = sum(board[0:RACERS]), sum(board[8 : 8 + RACERS])
    assert board[20] == 0, "two were inside at once"
    assert inside + refused == RACES * RACERS
    assert inside >= RACES
    assert refused > 0
    assert not (tmp_path / LOCK).exists()


def _racer(run: Path, board: mmap.mmap, place: int) -> int:
    """Fork a process that tries to be the one that writes a run."""
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        while not board[60]:
            pass
        try:
            with locked(run):
                board[30 + place] = 1
                time.sleep(0.03)  # longer than a glance is waited for
                board[20] |= sum(board[30 : 30 + RACERS]) != 1
                board[30 + place] = 0
                board[place] += 1
        except TrainingError:
            board[8 + place] += 1
        status = 0
    finally:
        os._exit(status)


def test_a_run_under_way_is_neither_resumed_nor_deleted(tmp_path: Path) -> None:
    control = Control()
    events = perform(request(tmp_path, epochs=9), control)
    next(event for event in events if isinstance(event, EpochDone))
    run = tmp_path / "run-0001"
    before = {path: path.read_bytes() for path in run.rglob("*.json*")}

    with pytest.raises(TrainingError, match=f"is being trained by another.*process {os.getpid()}"):
        performed(request(tmp_path, epochs=9, parent=run, resume=True))
    with pytest.raises(FileError, match="Stop it first"):
        delete_run(run)

    assert before == {path: path.read_bytes() for path in run.rglob("*.json*")}
    last = [*events][-1]
    assert isinstance(last, Ended)
    assert last.reason == "finished"
    assert not (run / LOCK).exists()
    delete_run(run)
    assert list_runs(tmp_path) == ()


def test_a_run_that_nobody_pulls_any_more_is_free(tmp_path: Path) -> None:
    events = perform(request(tmp_path), Control())
    next(events)
    assert holder(tmp_path / "run-0001") == os.getpid()
    events.close()  # type: ignore[attr-defined]
    assert holder(tmp_path / "run-0001") == 0
