"""Does slow work leave the window's thread, and does all its news come back?"""

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication

from studio.errors import DataError, StudioError
from studio.paths import home
from studio.training.events import Ended, Event, Started, StepDone
from studio.ui.bridge import Mailbox, Task, TrainingBridge
from studio.ui.unexpected import complete, recorded
from studio.workspace import Notice, State, Workspace

PATIENCE = 60_000


@pytest.fixture
def workspace(tmp_path):
    made = Workspace()
    made.new_from("digits-cnn")
    made.path = tmp_path / "digits.layerwise"
    made.set_plan(made.plan.changed(epochs=3, threads=1))
    return made


@pytest.fixture
def bridge(qtbot, workspace):
    made = TrainingBridge(workspace, QApplication.instance())
    yield made
    made.shut_down(lambda: None)
    qtbot.waitUntil(lambda: not made.is_running(), timeout=PATIENCE)


def started(steps: int = 100) -> Started:
    return Started("run-0001", steps, 10, 10, 80, 54, 54, "cpu", 1)


def test_a_real_run_on_a_thread_arrives_whole_on_the_thread_of_the_window(qtbot, workspace, bridge):
    threads: set[QThread] = set()
    states: list[State] = []
    workspace.history_changed.connect(lambda _history: threads.add(QThread.currentThread()))
    workspace.state_changed.connect(states.append)
    bridge.start(workspace.run_request())
    assert bridge.is_running()
    qtbot.waitUntil(lambda: not bridge.is_running(), timeout=PATIENCE)
    history = workspace.history
    assert history.ended.reason == "finished"
    assert [done.epoch for done in history.epochs] == [1, 2, 3]
    assert history.ended.metrics["test"]["accuracy"] > 0.6
    assert states == [State.STARTING, State.RUNNING, State.IDLE]
    assert threads == {bridge.thread()}
    assert (workspace.run_folder / "events.jsonl").stat().st_size > 0


def test_closing_stops_and_saves_without_holding_up_the_window(qtbot, workspace, bridge):
    workspace.set_plan(workspace.plan.changed(epochs=100_000))
    bridge.start(workspace.run_request())
    qtbot.waitUntil(lambda: len(workspace.history.curve) > 0, timeout=PATIENCE)
    left = []
    began = time.perf_counter()
    bridge.shut_down(lambda: left.append(bridge.is_running()))
    assert time.perf_counter() - began < 0.1
    assert left == []
    qtbot.waitUntil(lambda: bool(left), timeout=10_000)
    assert left == [False]
    assert workspace.history.ended.reason == "stopped"
    assert list(workspace.run_folder.glob("checkpoints/last.json"))


def test_shutting_down_an_idle_bridge_is_done_at_once(bridge):
    left = []
    bridge.shut_down(lambda: left.append("done"))
    assert left == ["done"]


def test_a_second_run_can_start_as_soon_as_the_first_has_ended(qtbot, workspace, bridge):
    ends = []

    def again(state):
        if state is State.IDLE:
            ends.append(workspace.history.ended.reason)
            if len(ends) == 1:
                bridge.start(workspace.run_request())

    workspace.set_plan(workspace.plan.changed(epochs=1))
    workspace.state_changed.connect(again)
    bridge.start(workspace.run_request())
    qtbot.waitUntil(lambda: len(ends) == 2 and not bridge.is_running(), timeout=PATIENCE)
    assert ends == ["finished", "finished"]
    assert len(workspace.runs()) == 2


def test_a_pause_holds_the_run_and_resuming_lets_it_finish(qtbot, workspace, bridge):
    workspace.set_plan(workspace.plan.changed(epochs=6))
    bridge.start(workspace.run_request())
    qtbot.waitUntil(lambda: workspace.state is State.RUNNING, timeout=PATIENCE)
    workspace.pause()
    qtbot.wait(300)
    held = workspace.history.step
    qtbot.wait(300)
    assert workspace.history.step == held
    workspace.resume()
    qtbot.waitUntil(lambda: not bridge.is_running(), timeout=PATIENCE)
    assert workspace.history.ended.reason == "finished"


def test_a_refusal_in_the_thread_becomes_a_notice_and_ends_the_run(qtbot, workspace, bridge):
    notices: list[Notice] = []
    workspace.notice.connect(notices.append)
    request = workspace.run_request()
    workspace.begin(request)

    def pull():
        yield started()
        yield StepDone(7, 0.7, 1.0, 1e-3, 100.0, 0.1)
        raise DataError("The disk is gone.", "Plug it in.")

    bridge.pull(pull)
    qtbot.waitUntil(lambda: not bridge.is_running(), timeout=5000)
    assert workspace.history.ended == Ended(
        "failed", 7, 0.0, 0.0, message="The disk is gone. Plug it in."
    )
    assert [notice.text for notice in notices] == ["The disk is gone. Plug it in."]
    assert workspace.state is State.IDLE


def test_an_unexpected_error_is_written_down_and_never_swallowed(qtbot, workspace, bridge):
    workspace.begin(workspace.run_request())

    def pull():
        yield started()
        raise ZeroDivisionError("a bug")

    bridge.pull(pull)
    qtbot.waitUntil(lambda: not bridge.is_running(), timeout=5000)
    log = (home() / "failures.log").read_text(encoding="utf-8")
    assert "ZeroDivisionError: a bug" in log
    assert "Traceback" in log
    message = workspace.history.ended.message
    assert "a bug" in message
    assert str(home() / "failures.log") in message


def test_a_run_that_just_breaks_off_still_gets_an_end():
    events = list(complete(lambda: iter([started(), StepDone(3, 0.3, 1.0, 1e-3, 1.0, 0.1)])))
    assert isinstance(events[-1], Ended)
    assert (events[-1].reason, events[-1].step) == ("failed", 3)


def test_a_full_mailbox_makes_the_writer_wait_and_loses_nothing():
    box: Mailbox[int] = Mailbox(capacity=3)
    writer = threading.Thread(target=lambda: deque(map(box.put, range(10))))
    writer.start()
    taken: list[int] = []
    deadline = time.monotonic() + 5
    time.sleep(0.05)
    assert writer.is_alive()
    while len(taken) < 10 and time.monotonic() < deadline:
        taken += box.take()
    writer.join(timeout=5)
    assert taken == list(range(10))


def test_a_task_answers_on_the_thread_of_the_window(qtbot):
    owner, answers = QObject(), []
    here = threading.get_ident()
    task = Task(
        threading.get_ident,
        lambda ident: answers.append((ident, threading.get_ident())),
        lambda error: pytest.fail(str(error)),
        owner,
    )
    task.start()
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    assert answers[0][0] != here
    assert answers[0][1] == here


def test_a_task_that_breaks_says_so_and_one_that_was_cancelled_says_nothing(qtbot):
    owner = QObject()
    refusals: list[StudioError] = []

    def broken():
        raise RuntimeError("a bug")

    heard: list[StudioError] = []
    cancelled = Task(broken, pytest.fail, heard.append, owner)
    cancelled.start()
    cancelled.cancel()
    cancelled.wait()
    task = Task(broken, pytest.fail, refusals.append, owner)
    task.start()
    qtbot.waitUntil(lambda: bool(refusals), timeout=PATIENCE)
    assert heard == []
    assert "a bug" in str(refusals[0])


@pytest.mark.skipif(sys.platform != "linux", reason="niceness per thread is a Linux thing")
def test_training_gives_way_to_the_window_but_work_in_python_does_not(qtbot, bridge):
    owner = QObject()
    found: list[int] = []

    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def pulled() -> Iterator[Event]:
        found.append(niceness())
        yield from ()

    Task(niceness, found.append, lambda error: pytest.fail(str(error)), owner).start()
    qtbot.waitUntil(lambda: bool(found), timeout=5000)
    bridge.pull(pulled)
    qtbot.waitUntil(lambda: not bridge.is_running(), timeout=5000)
    assert found == [niceness(), min(19, niceness() + 10)]


ENDINGS = {
    "the loop is left": "sys.exit(app.exec())",
    "there never was a loop": "while not len(workspace.history.curve): app.processEvents(WAIT)",
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS.keys())
def test_a_program_that_ends_in_the_middle_of_a_run_leaves_quietly(tmp_path, ending):
    program = textwrap.dedent(
        f"""
        import sys
        from pathlib import Path
        from PySide6.QtCore import QEventLoop, QTimer
        from PySide6.QtWidgets import QApplication
        from studio.ui.bridge import TrainingBridge
        from studio.workspace import Workspace
        WAIT = QEventLoop.ProcessEventsFlag.WaitForMoreEvents
        app = QApplication([])
        workspace = Workspace()
        workspace.new_from("digits-cnn")
        workspace.path = Path({str(tmp_path / "x.layerwise")!r})
        workspace.set_plan(workspace.plan.changed(epochs=100_000, threads=1))
        bridge = TrainingBridge(workspace, app)
        bridge.start(workspace.run_request())
        workspace.history_changed.connect(
            lambda history: len(history.curve) and QTimer.singleShot(0, app.quit)
        )
        {ending}
        """
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "QThread" not in result.stderr
    assert list(tmp_path.glob("x.runs/*/checkpoints/last.json"))


def test_the_sentence_about_an_unexpected_error_ends_in_one_period():
    assert "gone.." not in str(recorded(RuntimeError("The widget is gone.")))


ORPHANED = """
import threading
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from studio.ui.bridge import Task

app, gate, said = QApplication([]), threading.Event(), []
window = QWidget()
task = Task(gate.wait, said.append, said.append, QObject(QWidget(window)))
task.start()
window.deleteLater()
app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
gate.set()
task.wait()
app.processEvents()
print("said", said)
"""


def test_a_window_may_go_while_a_task_is_at_work():
    done = subprocess.run(
        [sys.executable, "-c", ORPHANED], capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stdout) == (0, "said []\n"), done.stderr
