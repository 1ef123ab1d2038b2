"""The window outlives the process of a run, leaves it alone, finds it again, and runs a queue."""

import os
import signal

import pytest
from PySide6.QtWidgets import QApplication

from studio.runs.isolated import cool, running, warm
from studio.runs.resuming import CHECKPOINTS
from studio.ui.bridge import TrainingBridge
from studio.workspace import State, Workspace

PATIENCE = 60_000


@pytest.fixture(scope="module", autouse=True)
def _none_left_over():
    yield
    cool()


@pytest.fixture
def workspace(tmp_path):
    made = Workspace()
    made.new_from("digits-cnn")
    made.save(tmp_path / "digits.layerwise")
    made.set_plan(made.plan.changed(epochs=100_000, threads=1))
    made.is_isolating = True
    warm()
    return made


@pytest.fixture
def bridge(qtbot, workspace):
    made = TrainingBridge(workspace, QApplication.instance())
    yield made
    made.shut_down(lambda: None)
    qtbot.waitUntil(lambda: not made.is_running(), timeout=PATIENCE)


def checkpointed(workspace):
    folder = workspace.run_folder
    return folder is not None and (folder / CHECKPOINTS / "last.json").is_file()


def test_the_window_outlives_a_dead_process_and_resumes_with_one_click(qtbot, workspace, bridge):
    notices = []
    workspace.notice.connect(notices.append)
    bridge.start(workspace.run_request())
    qtbot.waitUntil(lambda: checkpointed(workspace), timeout=PATIENCE)
    assert not bridge.go_on()  # it does not need to
    (life,) = workspace.living_runs()
    warm()
    os.kill(life.pid, signal.SIGSEGV)
    qtbot.waitUntil(lambda: not bridge.is_running(), timeout=2_000)
    assert workspace.state is State.IDLE
    assert "segmentation fault" in notices[-1].text
    assert workspace.interrupted_run == workspace.run_folder
    before = workspace.history.step

    assert bridge.go_on()

    qtbot.waitUntil(lambda: workspace.history.step > before, timeout=PATIENCE)
    bridge.shut_down(lambda: None)
    qtbot.waitUntil(lambda: not bridge.is_running(), timeout=10_000)
    assert workspace.history.ended.reason == "stopped"
    assert len(workspace.runs()) == 1


def test_a_run_goes_on_without_the_window_and_is_found_again(qtbot, workspace, bridge):
    bridge.start(workspace.run_request())
    qtbot.waitUntil(lambda: len(workspace.history.curve) > 0, timeout=PATIENCE)
    left = []
    bridge.shut_down(lambda: left.append(workspace.state), leave=True)
    qtbot.waitUntil(lambda: bool(left), timeout=5_000)
    qtbot.waitUntil(lambda: not bridge.is_running(), timeout=5_000)
    assert left == [State.IDLE]
    assert workspace.runs()[0].status == "interrupted"
    assert workspace.interrupted_run is None  # somebody trains it
    (life,) = running(workspace.runs_folder)
    seen = workspace.history.step

    assert bridge.attach(life.folder)

    qtbot.waitUntil(lambda: workspace.history.step > seen, timeout=PATIENCE)
    assert workspace.state is State.RUNNING
    assert workspace.run_folder == life.folder
    assert not bridge.attach(life.folder)  # it is followed already
    workspace.pause()
    qtbot.waitUntil(lambda: workspace.living_runs()[0].paused, timeout=5_000)
    workspace.finish_early()
    qtbot.waitUntil(lambda: not bridge.is_running(), timeout=PATIENCE)
    assert workspace.history.ended.reason == "finished early"
    assert not bridge.attach(life.folder)  # nobody trains it any more


def test_runs_that_wait_are_trained_one_after_the_other(qtbot, workspace, bridge):
    workspace.is_isolating = False
    workspace.set_plan(workspace.plan.changed(epochs=1))
    workspace.enqueue("good")
    workspace.set_plan(workspace.plan.changed(batch_size=100_000))
    workspace.enqueue("bad")
    workspace.set_plan(workspace.plan.changed(batch_size=64))
    workspace.enqueue("also good")

    bridge.run_queue()

    queue = workspace.queue
    assert queue.current.name == "good"
    qtbot.waitUntil(lambda: not queue.waiting and not queue.current, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not bridge.is_running(), timeout=PATIENCE)
    assert [entry.state for entry in queue.entries] == ["done", "failed", "done"]
    assert "batch size" in queue.entries[1].message
    assert [entry.run for entry in queue.entries] == ["run-0001", "", "run-0002"]
    assert not queue.is_going


def test_stopping_a_run_keeps_the_others_waiting(qtbot, workspace, bridge):
    workspace.is_isolating = False
    workspace.enqueue("first")
    workspace.enqueue("second")
    bridge.run_queue()
    qtbot.waitUntil(lambda: workspace.state is State.RUNNING, timeout=PATIENCE)

    workspace.stop()

    qtbot.waitUntil(lambda: not bridge.is_running(), timeout=PATIENCE)
    assert [entry.state for entry in workspace.queue.entries] == ["done", "waiting"]
    assert workspace.queue.entries[0].message == "stopped"


def test_a_run_of_the_queue_gets_a_process_of_its_own_where_runs_do(qtbot, workspace, bridge):
    workspace.is_isolating = False
    assert workspace.enqueue() is not None
    workspace.is_isolating = True  # it counts what is chosen when its turn comes
    bridge.run_queue()
    qtbot.waitUntil(lambda: workspace.state is State.RUNNING, timeout=PATIENCE)
    assert workspace.can_leave
    assert len(workspace.living_runs()) == 1
