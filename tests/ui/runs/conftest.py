"""Runs on disk for tests of the Runs page, without training."""

from pathlib import Path

import pytest

from studio.datasets.source import source_json
from studio.graph.edits.settings import set_frozen
from studio.graph.file import ProjectFile
from studio.runs.info import RunInfo
from studio.runs.notes import Notes, write_notes
from studio.runs.record import record
from studio.runs.store import new_run
from studio.training.events import Ended, EpochDone, Event, StepDone
from studio.training.plan import plan_json
from studio.ui.runs.panel import RunsPanel
from tests.unit.runs.events import started


@pytest.fixture
def shelf(services):
    """Four runs of the open project: two roots, a branch, and a branch of the branch."""
    workspace = services.workspace
    home = workspace.runs_folder
    for number, parent in enumerate(("", "run-0001", "run-0002", ""), 1):
        keep(home, workspace, number, parent)
    write_notes(home / "run-0001", Notes("Baseline", ("good", "first"), "It went well."))
    return home


@pytest.fixture
def panel(shown, services, shelf):
    return shown(RunsPanel(services), 1400, 800)


def keep(home: Path, workspace, number: int, parent: str) -> None:
    graph = workspace.document.graph
    if number == 4:
        name = next(name for name, node in graph.nodes.items() if node.layer.key == "conv2d")
        graph = set_frozen(graph, [name], True)
    plan = workspace.plan.changed(batch_size=32 * number)
    project = ProjectFile(graph, source_json(workspace.source), plan_json(plan))
    info = RunInfo(
        project,
        created=f"2026-01-0{number}T03:04:05+00:00",
        parent=parent,
        checkpoint="best" if parent else "",
        parent_step=7 if parent else 0,
    )
    steps = [
        StepDone(step, step / 10, 2 / step + number, 0.1 / number, 640.0, step * 0.5)
        for step in range(1, 21)
    ]
    marks = {"loss": 1.0 * number, "accuracy": 0.9 - 0.1 * number}
    events: list[Event] = [
        started(run=f"run-{number:04}"),
        *steps,
        EpochDone(1, 10, marks, marks, elapsed_s=5.0),
        EpochDone(2, 20, marks, marks, elapsed_s=10.0),
        Ended("finished", 20, 10.0, 640.0, {"test": marks}),
    ]
    for _event in record(events, new_run(home), info):
        pass
