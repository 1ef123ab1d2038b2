"""G17: however the process of a run dies, it is told soon, and one call lets the run go on."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.runs.isolated import attached, cool, isolated, running, warm
from studio.runs.isolated.life import living
from studio.runs.isolated.patience import LIMIT_S
from studio.runs.isolated.process import kill_group
from studio.runs.request import RunRequest
from studio.runs.store import list_runs, open_run
from studio.training.control import Control
from studio.training.events import CheckpointSaved, Ended, StepDone
from tests.unit.runs.isolated.following import Followed
from tests.unit.runs.projects import request

HANG_S = 3.0
"""How long a hang is borne here; in the window it is half a minute."""
FAULTS = {
    "KILL": ("killed from outside", 2.0),
    "SEGV": ("segmentation fault", 2.0),
    "BUS": ("bus error", 2.0),
    "ABRT": ("gave up", 2.0),
    "_exit": ("status 9", 2.0),
    "STOP": ("no sign of life", HANG_S + 3.0),
}
EXIT = """
import os, pathlib, threading, time
def leave(word):
    while not word.exists():
        time.sleep(0.01)
    os._exit(9)
word = pathlib.Path(os.environ["LAYERWISE_TEST_EXIT"] + str(os.getpid()))
threading.Thread(target=leave, args=(word,), daemon=True).start()
"""


@pytest.fixture(scope="module", autouse=True)
def word(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give processes begun here a thread that ends them silently once a file of theirs appears."""
    site = tmp_path_factory.mktemp("site")
    (site / "sitecustomize.py").write_text(EXIT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(site))
        patch.setenv("LAYERWISE_TEST_EXIT", str(site / "exit-"))
        cool()
        yield site
        cool()


@pytest.fixture(autouse=True)
def _nobody_lives_on(tmp_path: Path) -> Iterator[None]:
    """End what a test that failed left behind."""
    yield
    for found in tmp_path.rglob("process.json"):
        if (life := living(found.parent)) and life.is_alive:
            kill_group(life.pid)


def strike(fault: str, pid: int, site: Path) -> None:
    if fault == "_exit":
        (site / f"exit-{pid}").touch()
    else:
        os.kill(pid, getattr(signal, f"SIG{fault}"))


def endless(folder: Path) -> RunRequest:
    return request(folder, epochs=1_000_000)


def died(fault: str, folder: Path, site: Path) -> tuple[Ended, float]:
    """Let a run die after a checkpoint; return what was told, and after how many seconds."""
    patience_s = HANG_S if fault == "STOP" else LIMIT_S
    run = Followed(isolated(endless(folder), Control(), patience_s=patience_s))
    run.wait(CheckpointSaved)
    run.wait(StepDone)
    (life,) = running(folder)
    warm()  # for the next one
    struck = time.monotonic()
    strike(fault, life.pid, site)
    ended = run.wait(Ended)
    told = time.monotonic() - struck
    assert run.end()[-1] == ended
    return ended, told


@pytest.mark.parametrize("fault", FAULTS)
def test_a_death_is_told_and_the_run_can_be_resumed(tmp_path: Path, word: Path, fault: str) -> None:
    words, limit_s = FAULTS[fault]
    folder = tmp_path / "runs"

    ended, told_s = died(fault, folder, word)

    assert told_s < limit_s
    assert ended.reason == "failed"
    assert words in ended.message
    assert "Resume the run: it goes on from step" in ended.message
    (found,) = list_runs(folder)
    assert found.status == "interrupted"
    assert running(folder) == ()
    assert open_run(found.folder)[1].ended is None
    crash = (found.folder / "crash.log").read_text()
    assert ("File " in crash) is (fault not in {"KILL", "_exit"})


def test_a_run_that_died_goes_on_with_one_call(tmp_path: Path, word: Path) -> None:
    ended, _told = died("SEGV", tmp_path / "runs", word)
    run = tmp_path / "runs" / "run-0001"
    control = Control()
    more = Followed(isolated(request(run.parent, parent=run, resume=True), control))

    point = more.wait(StepDone)
    control.stop()

    assert f"from step {more.events[0].first_step}." in ended.message  # type: ignore[union-attr]
    assert point.step > 0
    assert isinstance(more.end()[-1], Ended)
    assert list_runs(run.parent)[0].status == "stopped"
    assert not (run / "crash.log").exists()


def test_the_death_of_a_run_left_alone_is_told_to_who_found_it(tmp_path: Path) -> None:
    control = Control()
    run = Followed(isolated(endless(tmp_path), control))
    run.wait(CheckpointSaved)
    control.leave()
    run.end()
    (life,) = running(tmp_path)
    found = Followed(attached(life.folder, Control()))
    found.wait(StepDone)
    struck = time.monotonic()
    os.kill(life.pid, signal.SIGSEGV)

    ended = found.wait(Ended)

    assert time.monotonic() - struck < 2.0
    assert "Segmentation fault" in ended.message
    assert "goes on from step" in ended.message


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_a_hundred_deaths_are_all_told(tmp_path: Path, word: Path, fault: str) -> None:
    for number in range(17):
        ended, told_s = died(fault, tmp_path / f"runs-{number}", word)
        assert (ended.reason, told_s < FAULTS[fault][1]) == ("failed", True)
