"""A polite kill, Ctrl+C or a closed terminal ends a training within seconds, saved and whole.

LAYERWISE_SIGNALS=60 sends as many.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.runs.lock import holder
from studio.runs.store import list_runs
from studio.training.checkpoints.checkpoint import load

ROOT = Path(__file__).resolve().parents[2]
ASKING = ("SIGTERM", "SIGINT", "SIGHUP")
SIGNALS = int(os.environ.get("LAYERWISE_SIGNALS", "3"))
PATIENCE = 5.0
"""Seconds that the end may take where the program has a processor for itself."""
WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from studio import app
from studio.ui import preferences

preferences.update(welcomed=True)
first = app.Studio.start


def start(studio, project):
    first(studio, project)
    workspace = studio.services.workspace
    workspace.path = Path(sys.argv[1]) / "digits.layerwise"
    workspace.set_plan(workspace.plan.changed(epochs=100000, threads=1))
    QTimer.singleShot(0, lambda: studio.services.training.start(workspace.run_request()))


app.Studio.start = start
sys.exit(app.main([]))
"""


def patience() -> float:
    """Return the seconds that the end may take on a machine as busy as it is now."""
    return PATIENCE * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def environment(home: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "LAYERWISE_HOME": str(home)}


def wait_for_checkpoint(folder: Path, child: subprocess.Popen[bytes]) -> Path:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and child.poll() is None:
        for found in folder.rglob("last.json"):
            return found.parents[1]
        time.sleep(0.02)
    raise AssertionError(child.communicate())


def ended(child: subprocess.Popen[bytes], name: str) -> tuple[float, str]:
    """Send a signal; return the seconds until the end, and what was said."""
    began = time.monotonic()
    child.send_signal(getattr(signal, name))
    _out, err = child.communicate(timeout=60)
    return time.monotonic() - began, err.decode()


def whole(run: Path) -> None:
    """Assert that a run ended as one that was stopped, and can go on."""
    assert list_runs(run.parent)[0].status == "stopped"
    assert holder(run) == 0
    log = (run / "events.jsonl").read_text().splitlines()
    assert load(run / "checkpoints", "last").step == json.loads(log[-1])["step"]
    assert list(run.rglob("*.part")) == []


def rounds() -> Iterator[tuple[int, str]]:
    for number in range(SIGNALS):
        yield number, ASKING[number % len(ASKING)]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such signals")
def test_a_signal_ends_a_training_of_the_command_line_with_status_3(tmp_path: Path) -> None:
    for number, name in rounds():
        folder = tmp_path / f"{number}"
        command = [sys.executable, "-m", "studio", "train", "template:mlp", "--runs", str(folder)]
        command += ["--set", "plan.epochs=1000000", "--set", "plan.threads=1"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path)
        ) as child:
            run = wait_for_checkpoint(folder, child)
            took, said = ended(child, name)
        assert child.returncode == 3, said
        assert took < patience()
        assert "Traceback" not in said
        whole(run)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such signals")
def test_a_signal_closes_the_window_in_the_middle_of_a_training(tmp_path: Path) -> None:
    for number, name in rounds():
        folder = tmp_path / f"{number}"
        folder.mkdir()
        with subprocess.Popen(
            [sys.executable, "-c", WINDOW, str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(folder),
        ) as child:
            run = wait_for_checkpoint(folder, child)
            took, said = ended(child, name)
        assert child.returncode == 0, said
        assert took < patience()
        assert "Destroyed while" not in said
        assert "Traceback" not in said
        whole(run)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
def test_a_terminal_that_is_closed_costs_nothing(tmp_path: Path) -> None:
    import pty

    near, far = pty.openpty()
    command = [sys.executable, "-m", "studio", "train", "template:mlp", "--runs", str(tmp_path)]
    command += ["--set", "plan.epochs=1000000", "--set", "plan.threads=1"]
    child = subprocess.Popen(
        command,
        stdin=far,
        stdout=far,
        stderr=far,
        env=environment(tmp_path),
        start_new_session=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509  no other thread is there yet
    )
    os.close(far)
    os.set_blocking(near, False)
    while not list(tmp_path.rglob("last.json")):
        assert child.poll() is None
        _drained(near)
        time.sleep(0.02)
    run = next(tmp_path.rglob("last.json")).parents[1]
    os.close(near)  # the system sends SIGHUP, and nothing can be written any more
    assert child.wait(timeout=60) == 3
    whole(run)


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _drained(terminal: int) -> None:
    try:
        os.read(terminal, 65536)
    except BlockingIOError:
        return
