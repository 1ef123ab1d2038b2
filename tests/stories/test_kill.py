"""A kill at any moment of training and saving harms neither the project nor the run.

LAYERWISE_KILLS=100 makes as many kills; a few are made otherwise.
"""

import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from studio.datasets.builtin import Iris
from studio.graph.file import ProjectFile, read_project, write_project
from studio.graph.model import Graph
from studio.graph.spelling import graph_from_json
from studio.runs.history import History
from studio.runs.perform import perform
from studio.runs.request import RunRequest
from studio.runs.store import list_runs, open_run
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.events import Ended
from studio.training.plan import Plan, read_plan

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("LAYERWISE_KILLS", "4"))
AT_ONCE = 2


def network() -> Graph:
    """Wide layers, so that much of the time goes into writing checkpoints of some 30 MB."""
    return graph_from_json(
        {
            "flower": {"type": "input", "shape": [4]},
            "linear_1": {"type": "linear", "out_features": 1500, "from": ["flower"]},
            "relu_1": {"type": "relu", "from": ["linear_1"]},
            "linear_2": {"type": "linear", "out_features": 1500, "from": ["relu_1"]},
            "linear_3": {"type": "linear", "out_features": 3, "from": ["linear_2"]},
            "scores": {"type": "output", "from": ["linear_3"]},
        }
    )


def project(path: Path) -> Path:
    plan = {"epochs": 100_000, "batch_size": 32, "threads": 1}
    write_project(path, ProjectFile(network(), {"type": "iris"}, plan))
    return path


def kill_once(folder: Path, seed: int) -> Path:
    """Train in a process of its own and kill it at a random moment; return its folder."""
    chance = random.Random(seed)
    file = project(folder / f"{seed:03}" / "flowers.layerwise")
    runs = file.with_name("flowers.runs")
    command = [sys.executable, str(Path(__file__).with_name("kill_child.py")), str(file), str(runs)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as child:
        if chance.random() < 0.9:  # the others are killed while they still start
            wait_for_steps(runs, child)
        time.sleep(chance.uniform(0, 4))
        assert child.poll() is None, "it ended by itself"
        child.kill()
    return file


def wait_for_steps(runs: Path, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and child.poll() is None:
        if any(log.stat().st_size for log in runs.glob("run-*/events.jsonl")):
            return
        time.sleep(0.01)
    raise AssertionError("the training did not start")


def inspect(file: Path) -> tuple[int, int]:
    """Open everything a kill left; return the number of checkpoints and of half-written files."""
    assert read_project(file).graph == network()
    runs = list_runs(file.with_name("flowers.runs"))
    assert [run.status for run in runs] == ["interrupted"] * len(runs)
    checkpoints = 0
    for run in runs:
        info, history = open_run(run.folder)
        assert info.graph == network()
        if history.started is None:  # killed before the first event
            assert not list((run.folder / "checkpoints").glob("*"))
            continue
        assert list(history.steps) == sorted(set(history.steps))
        checkpoints += inspect_checkpoints(run.folder / "checkpoints", history)
    parts = len(list(file.parent.rglob("*.part")))
    return checkpoints, parts


def inspect_checkpoints(folder: Path, history: History) -> int:
    announced = {event.name: event.step for event in history.checkpoints}
    on_disk = {manifest.stem for manifest in folder.glob("[!.]*.json")}
    assert announced.keys() <= on_disk
    for name in on_disk:  # `load` compares the hash
        assert load(folder, name).step >= announced.get(name, 0)
    return len(on_disk)


def test_killed_processes_leave_whole_projects_and_whole_checkpoints(tmp_path: Path) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        files = list(pool.map(lambda seed: kill_once(tmp_path, seed), range(KILLS)))

    found = [inspect(file) for file in files]

    checkpoints, parts = (sum(column) for column in zip(*found, strict=True))
    sys.stdout.write(f"{KILLS} kills, {checkpoints} checkpoints, {parts} half-written files\n")
    assert len(found) == KILLS
    assert checkpoints > 0

    resumed = next(file for file, (saved, _) in zip(files, found, strict=True) if saved)
    assert goes_on(resumed)


def goes_on(file: Path) -> bool:
    """Resume a killed run for two epochs, in the same folder and log."""
    (run,) = list_runs(file.with_name("flowers.runs"))
    start = load(run.folder / "checkpoints", "last")
    plan: Plan = read_plan(read_project(file).plan).changed(epochs=start.epoch + 2)
    request = RunRequest(network(), Iris(), plan, run.folder.parent, run.folder, resume=True)

    events = list(perform(request, Control(), own_plan=False))

    _, history = open_run(run.folder)
    last = events[-1]
    assert isinstance(last, Ended)
    assert history.ended == last
    return last.reason == "finished" and last.step > start.step
