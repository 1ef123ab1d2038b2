"""A run in a process of its own is the same run, and obeys, outlives and is found again."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import torch

from studio.errors import TrainingError
from studio.runs.isolated import attached, cool, isolated, running, warm
from studio.runs.isolated.life import exists, living
from studio.runs.isolated.process import kill_group
from studio.runs.log import read_log
from studio.runs.perform import perform
from studio.runs.request_json import request_json
from studio.runs.store import list_runs, open_run
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.events import (
    CheckpointSaved,
    Ended,
    Event,
    FreezeChanged,
    RateChanged,
    Started,
    StepDone,
)
from tests.unit.runs.events import in_turn
from tests.unit.runs.isolated.following import Followed
from tests.unit.runs.projects import request

ROOT = Path(__file__).resolve().parents[4]
CLOCKS = {"elapsed_s", "seconds", "samples_per_second", "time", "memory_peak"}
ENDLESS = 1_000_000


@pytest.fixture(autouse=True)
def _loads_beside_the_test() -> None:
    warm()


@pytest.fixture(autouse=True)
def _nobody_lives_on(tmp_path: Path) -> Iterator[None]:
    """End what a test that failed left behind."""
    yield
    for found in tmp_path.rglob("process.json"):
        if (life := living(found.parent)) and life.is_alive:
            kill_group(life.pid)


@pytest.fixture(scope="module", autouse=True)
def _none_left_over() -> Iterator[None]:
    yield
    cool()


def facts(events: list[Event]) -> list[tuple[str, dict[str, Any]]]:
    """Return what follows from the seed: points of the curve and writings depend on the clock."""
    return [
        (
            type(event).__name__,
            {f.name: getattr(event, f.name) for f in fields(event) if f.name not in CLOCKS},
        )
        for event in events
        if not isinstance(event, StepDone | CheckpointSaved)
    ]


def test_an_isolated_run_is_the_same_run(tmp_path: Path) -> None:
    here = list(perform(request(tmp_path / "here"), Control()))
    there = list(isolated(request(tmp_path / "there"), Control()))

    assert facts(there) == facts(here)
    assert in_turn(there) == in_turn(read_log(tmp_path / "there" / "run-0001")[0])
    once, again = (
        load(tmp_path / place / "run-0001" / "checkpoints", "last").weights
        for place in ("here", "there")
    )
    assert all(torch.equal(once[name], again[name]) for name in once)
    names = [
        {path.name for path in (tmp_path / place / "run-0001").iterdir()}
        for place in ("here", "there")
    ]
    assert names[0] == names[1]


def test_what_is_refused_there_is_refused_here(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="The batch size is 1000") as refused:
        list(isolated(request(tmp_path, batch_size=1000), Control()))

    assert refused.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_orders_are_followed_and_refusals_come_back(tmp_path: Path) -> None:
    control = Control()
    run = Followed(isolated(request(tmp_path, epochs=ENDLESS), control))
    run.wait(StepDone)
    control.set_frozen({"linear_1": True})
    control.scale_rate(0.5)
    assert run.wait(FreezeChanged).frozen == ("linear_1",)
    assert run.wait(RateChanged).scale == 0.5

    control.set_frozen({"linear_2": True})
    wait_until(lambda: bool(control.refusal))
    assert "learn" in control.refusal

    control.pause()
    wait_until(lambda: [life.paused for life in running(tmp_path)] == [True])
    time.sleep(0.2)
    held = len(run.events)
    time.sleep(0.5)
    assert len(run.events) == held
    control.resume()
    run.wait(StepDone, after=held)
    (life,) = running(tmp_path)
    control.stop()
    ended = run.end()[-1]
    assert isinstance(ended, Ended)
    assert ended.reason == "stopped"
    assert not exists(life.pid)
    assert list_runs(tmp_path)[0].status == "stopped"


def test_a_run_that_is_left_alone_is_found_again(tmp_path: Path) -> None:
    control = Control()
    run = Followed(isolated(request(tmp_path, epochs=ENDLESS), control))
    run.wait(StepDone)
    control.leave()
    assert not any(isinstance(event, Ended) for event in run.end())

    (life,) = running(tmp_path)
    folder, again = life.folder, Control()
    found = Followed(attached(folder, again))
    found.wait(StepDone)
    seen = len(found.events)
    found.wait(StepDone, after=seen)
    again.set_frozen({"linear_1": True, "linear_2": True})
    wait_until(lambda: "learn" in again.refusal)
    again.pause()
    wait_until(lambda: [one.paused for one in running(tmp_path)] == [True])
    third = Control()
    other = Followed(attached(folder, third))
    wait_until(lambda: third.is_paused)
    third.resume()
    again.resume()
    third.finish_early()

    events = found.end()
    assert isinstance(events[-1], Ended)
    assert events[-1].reason == "finished early"
    assert events == other.end() == list(read_log(folder)[0])
    assert running(tmp_path) == ()
    with pytest.raises(TrainingError, match="Nobody is training run-0001"):
        next(attached(folder, Control()))


PARENT = """
import json, os, signal, sys
from studio.runs.isolated import isolated
from studio.runs.request_json import read_request
from studio.training.control import Control
from studio.training.events import CheckpointSaved
for event in isolated(read_request(json.load(sys.stdin)), Control()):
    if isinstance(event, CheckpointSaved):
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_run_whose_program_was_killed_saves_and_stops(tmp_path: Path) -> None:
    asked = json.dumps(request_json(request(tmp_path, epochs=ENDLESS)))
    done = subprocess.run(
        [sys.executable, "-c", PARENT], input=asked, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL

    wait_until(lambda: list_runs(tmp_path)[0].status == "stopped")

    ended = open_run(tmp_path / "run-0001")[1].ended
    assert ended is not None
    assert load(tmp_path / "run-0001" / "checkpoints", "last").step == ended.step
    wait_until(lambda: running(tmp_path) == ())


def test_closing_saves_and_stops_and_a_stopped_run_goes_on(tmp_path: Path) -> None:
    control = Control()
    control.pause()  # else it may have finished by then
    events = isolated(request(tmp_path, epochs=6), control)
    first = next(events)
    events.close()  # type: ignore[attr-defined]
    assert isinstance(first, Started)
    assert list_runs(tmp_path)[0].status == "stopped"

    more = list(isolated(request(tmp_path, resume=True, parent=tmp_path / "run-0001"), Control()))

    list(perform(request(tmp_path / "whole", epochs=6), Control()))
    assert isinstance(more[-1], Ended)
    assert more[-1].reason == "finished"
    once = load(tmp_path / "run-0001" / "checkpoints", "last").weights
    again = load(tmp_path / "whole" / "run-0001" / "checkpoints", "last").weights
    assert all(torch.equal(once[name], again[name]) for name in once)


def wait_until(holds: Callable[[], bool], patience_s: float = 60.0) -> None:
    deadline = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
