"""How much of its speed training keeps beside the open window, and how late the window is then.

Run `python -m tests.benchmarks.bench_beside [cnn mlp gpt gru]`. Each workload trains in three ways,
in turns: without a window, in a process that only pulls events; in the thread of the open window,
whose train page draws the curves; and in a process of its own, followed by the thread of such a
window. What counts are whole epochs with their evaluations and checkpoints, from the second one on,
and the ratios of each round. Then training goes on for as long while a timer of 60 Hz in the window
measures how late it is: not before, since on two cores that timer takes two parts in a hundred of
the training itself. The same window is measured before each run, too, when it has nothing to do.
"""

import argparse
import importlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.datasets.source import read_source, source_json
from studio.graph.file import ProjectFile, read_project, write_project
from studio.paths import runs_of
from studio.runs.history import History
from studio.runs.isolated import process
from studio.runs.request import RunRequest
from studio.training import idling
from studio.training.control import Control
from studio.training.events import EpochDone, Started
from studio.training.plan import plan_json, read_plan
from studio.ui import preferences
from tests.benchmarks.arrays import written
from tests.benchmarks.lateness import Lateness
from tests.benchmarks.turns import Contender, ratios, rounds

GOALS = {"window": 0.85, "isolated": 0.97}
LATE_MS = 16.0
NAMES = ("cnn", "mlp", "gpt", "gru")
_LONGER = 2
"""Epochs are so many times as long as those of `bench_workloads`: one or two seconds."""
_WARM_S = 1.0
_PATIENCE_S = 180.0


@dataclass(frozen=True)
class Task:
    """A project to train, for so many seconds after warming up."""

    project: Path
    seconds: float
    isolated: bool = False


@dataclass(frozen=True)
class Found:
    """What one run reached."""

    rate: float
    """Samples per second."""
    late: Sequence[float] = ()
    """How late the timer of the window was, in milliseconds."""
    idle: Sequence[float] = ()
    """The same before the run."""


class Stretch:
    """The whole epochs that count: from the first border after warming up, for some seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._first: EpochDone | None = None
        self._last: EpochDone | None = None

    def follow(self, done: EpochDone) -> bool:
        """Hear of an epoch; return whether that is enough."""
        if self._first is None:
            self._first = done if done.elapsed_s >= _WARM_S else None
            return False
        self._last = done
        return done.elapsed_s - self._first.elapsed_s >= self._seconds

    def rate(self, samples: int) -> float:
        """Return the samples per second, if an epoch has so many."""
        first, last = self._first, self._last
        assert first is not None, "the run ended before it was warm"
        assert last is not None, "the run ended before it was measured"
        return samples * (last.epoch - first.epoch) / (last.elapsed_s - first.elapsed_s)


def main() -> None:
    """Print for each workload what it keeps of its speed, and how late the window is."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LAYERWISE_HOME"] = folder
        preferences.update(welcomed=True)
        for name in arguments.workloads:
            found = _measured(name, Path(folder), arguments)
            sys.stdout.write("\n".join(_report(name, found)) + "\n")
            sys.stdout.flush()


def headless(task: Task) -> Callable[[], Found]:
    """Train as a program without a window does."""
    idling.be_brief()
    perform = importlib.import_module("studio.runs.perform").perform
    project = read_project(task.project)
    plan, source = read_plan(project.plan), read_source(project.data)
    request = RunRequest(project.graph, source, plan, runs_of(task.project))

    def measure() -> Found:
        stretch, control, samples = Stretch(task.seconds), Control(), 0
        for event in perform(request, control):
            if isinstance(event, Started):
                samples = event.samples
            elif isinstance(event, EpochDone) and stretch.follow(event):
                control.stop()
        return Found(stretch.rate(samples))

    return measure


def beside(task: Task) -> Callable[[], Found]:
    """Train beside the open window, in its thread or in a process of its own."""
    process.CHILD = "tests.benchmarks.child"
    app = QApplication([sys.argv[0]])
    studio = Studio(app)
    ready: list[str] = []
    studio.services.engine.ready.connect(ready.append)
    studio.start(task.project)
    studio.window.resize(1600, 1000)
    studio.window.show_page("train")
    until = time.monotonic() + _PATIENCE_S
    while not ready or studio.services.workspace.dataset is None:
        assert time.monotonic() < until, "the window does not get ready"
        app.processEvents()
        time.sleep(0.01)  # the engine is loaded meanwhile, and needs the interpreter

    def measure() -> Found:
        idle, late = Lateness(), Lateness()
        _wait(task.seconds, idle)
        return Found(_trained(studio, task, late), late.found, idle.found)

    return measure


def _trained(studio: Studio, task: Task, late: Lateness) -> float:
    """Train in the window; return samples per second, then measure `late` for as long."""
    workspace, training = studio.services.workspace, studio.services.training
    stretch, loop, heard = Stretch(task.seconds), QEventLoop(), 0

    def follow(history: History | None) -> None:
        nonlocal heard
        epochs = () if history is None else history.epochs
        for done in epochs[heard:]:
            if not late.is_running and stretch.follow(done):
                late.start()
                QTimer.singleShot(round(task.seconds * 1e3), workspace.stop)
        heard = len(epochs)

    workspace.is_isolating = task.isolated
    request = workspace.run_request()
    workspace.is_isolating = False  # no process is to get ready while others are measured
    training.start(request)
    forget = workspace.history_changed.connect(follow)
    training.ended.connect(loop.quit)
    loop.exec()
    late.stop()
    forget()
    training.ended.disconnect(loop.quit)
    history = workspace.history
    assert history is not None
    assert history.started is not None
    return stretch.rate(history.started.samples)


def _wait(seconds: float, late: Lateness) -> None:
    """Let the window do what it does when nothing is asked of it."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1e3), loop.quit)
    late.start()
    loop.exec()
    late.stop()


def _measured(
    name: str, folder: Path, arguments: argparse.Namespace
) -> Sequence[Mapping[str, Found]]:
    task = Task(_project(name, folder, arguments.threads), arguments.seconds)
    with ExitStack() as stack:
        ways = {
            "headless": stack.enter_context(Contender(headless, task)),
            "window": stack.enter_context(Contender(beside, task)),
            "isolated": stack.enter_context(Contender(beside, replace(task, isolated=True))),
        }
        for way in ways.values():
            way.run()  # warms up
        return list(rounds(ways, arguments.rounds, foreign=arguments.foreign, tries=3))


def _project(name: str, folder: Path, threads: int) -> Path:
    """Write the project of a workload with its samples, and return where it lies.

    The engine is loaded for that; the programs that are measured load it as they always do.
    """
    workload = importlib.import_module("tests.benchmarks.workloads").WORKLOADS[name]
    path = folder / name / f"{name}.layerwise"
    path.parent.mkdir()
    source = written(workload.data(_LONGER * workload.batch * workload.steps), path.parent)
    plan = {"epochs": 100_000, "batch_size": workload.batch, "threads": threads, "device": "cpu"}
    project = ProjectFile(workload.graph(), source_json(source), plan_json(read_plan(plan)))
    write_project(path, project)
    return path


def _report(name: str, found: Sequence[Mapping[str, Found]]) -> Iterator[str]:
    """Yield lines that say what was found of a workload."""
    rates = [{way: one.rate for way, one in each.items()} for each in found]
    base = statistics.median(each["headless"] for each in rates)
    yield f"{name}: headless {base:,.0f} samples/s"
    for way, goal in GOALS.items():
        lower, middle, upper = statistics.quantiles(ratios(rates, way, "headless"), n=4)
        late = _lateness([ms for each in found for ms in each[way].late])
        idle = _lateness([ms for each in found for ms in each[way].idle])
        missed = lower < goal or late[1] >= LATE_MS
        yield f"  {way}: {middle:.3f} of that (lower quartile {lower:.3f}, upper {upper:.3f})"
        yield f"    late by {_shown(late)}; idle {_shown(idle)}{'  MISSED' if missed else ''}"


def _lateness(found: Sequence[float]) -> tuple[float, float, float]:
    """Return the middle, the highest of 99 of 100, and the highest of all."""
    ticks = sorted(found)
    return ticks[len(ticks) // 2], ticks[int(len(ticks) * 0.99)], ticks[-1]


def _shown(late: tuple[float, float, float]) -> str:
    return f"p50 {late[0]:.2f}, p99 {late[1]:.2f}, max {late[2]:.2f} ms"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workloads", nargs="*", default=[*NAMES])
    parser.add_argument("--rounds", type=int, default=5, help="2 at least")
    parser.add_argument("--seconds", type=float, default=6.0, help="of each run, after warming up")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--foreign", type=float, default=0.1, help="share others may take of the machine"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
