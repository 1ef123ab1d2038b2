"""What becomes of an isolated run when the window closes, and how it is found again."""

import os
import signal

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from studio.runs.isolated import cool, warm
from studio.runs.isolated.deaths import resumable_step
from studio.ui.question import Question
from studio.workspace import State

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def isolated(qtbot, studio, tmp_path):
    """A studio in which a run with a process of its own is under way."""
    workspace = studio.services.workspace
    workspace.set_plan(workspace.plan.changed(epochs=100_000, threads=1))
    assert workspace.save(tmp_path / "digits.layerwise")
    workspace.is_isolating = True
    warm()
    studio.window.runs.start()
    qtbot.waitUntil(lambda: workspace.state is State.RUNNING, timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(workspace.history.curve) > 0, timeout=PATIENCE)
    try:
        yield studio
        training = studio.services.training
        living = workspace.living_runs()
        if not workspace.is_training and living:
            qtbot.waitUntil(lambda: not training.is_running(), timeout=PATIENCE)
            training.attach(living[0].folder)
        training.shut_down(lambda: None)
        qtbot.waitUntil(lambda: not training.is_running(), timeout=PATIENCE)
    finally:
        cool()
        for life in workspace.living_runs():  # it would train on for days
            os.kill(life.pid, signal.SIGKILL)


def close_with(qtbot, window, answer):
    """Close the window and click on an answer; return the answers there were."""
    return answered(qtbot, window.close, answer)


def answered(qtbot, ask, answer):
    """Do what asks a question and click on an answer; return the answers there were."""
    seen = []

    def click():
        asked = [one for one in QApplication.topLevelWidgets() if isinstance(one, Question)]
        (dialog,) = [one for one in asked if one.isVisible()]
        seen.extend(button.objectName() for button in dialog.findChildren(QPushButton))
        qtbot.mouseClick(dialog.findChild(QPushButton, answer), LEFT)

    QTimer.singleShot(200, click)
    ask()
    return set(seen)


def test_a_run_left_alone_goes_on_and_is_watched_again(qtbot, isolated):
    window, workspace = isolated.window, isolated.services.workspace
    assert not window.living.isVisible()
    assert close_with(qtbot, window, "stay") == {"leave", "stop", "stay"}
    assert window.isVisible()
    assert workspace.is_training

    close_with(qtbot, window, "leave")

    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    (life,) = workspace.living_runs()
    assert life.is_alive
    window._leaving = False
    window.show()  # as the next start does
    assert workspace.open(workspace.path)
    line = window.living
    assert line.isVisible()
    assert line.run == life.folder
    assert life.folder.name in line.text.text()

    line.watch.setFocus()
    qtbot.keyClick(line.watch, Qt.Key.Key_Space)

    qtbot.waitUntil(lambda: workspace.state is State.RUNNING, timeout=PATIENCE)
    assert workspace.run_folder == life.folder
    assert not line.isVisible()
    assert window.train.isVisible()


def test_a_run_is_left_alone_when_another_project_is_opened(qtbot, isolated, tmp_path):
    window, workspace = isolated.window, isolated.services.workspace
    first, second = workspace.path, tmp_path / "second.layerwise"
    second.write_bytes(first.read_bytes())
    assert answered(qtbot, lambda: window.files.open(second), "stay") == {"leave", "stop", "stay"}
    assert workspace.path == first
    assert workspace.is_training

    answered(qtbot, lambda: window.files.open(second), "leave")

    qtbot.waitUntil(lambda: workspace.path == second, timeout=10_000)
    assert not workspace.is_training
    assert not window.living.isVisible()
    window.files.open(first)
    assert workspace.path == first
    (life,) = workspace.living_runs()
    assert window.living.run == life.folder


def test_a_run_of_this_process_is_stopped_before_another_project_is_opened(qtbot, studio, tmp_path):
    window, workspace = studio.window, studio.services.workspace
    workspace.set_plan(workspace.plan.changed(epochs=100_000, threads=1))
    assert workspace.save(tmp_path / "first.layerwise")
    second = tmp_path / "second.layerwise"
    second.write_bytes(workspace.path.read_bytes())
    window.runs.start()
    qtbot.waitUntil(lambda: workspace.state is State.RUNNING, timeout=PATIENCE)

    assert answered(qtbot, lambda: window.files.open(second), "stop") == {"stop", "stay"}

    qtbot.waitUntil(lambda: workspace.path == second, timeout=PATIENCE)
    assert workspace.history is None
    window.files.open(tmp_path / "first.layerwise")
    assert [run.status for run in workspace.runs()] == ["stopped"]


def test_the_line_goes_when_it_is_put_away_and_the_run_goes_on(qtbot, isolated):
    window, workspace = isolated.window, isolated.services.workspace
    assert window.commands["leave"].isEnabled()
    window.commands["leave"].trigger()
    qtbot.waitUntil(window.living.isVisible, timeout=10_000)
    assert not window.commands["leave"].isEnabled()
    qtbot.mouseClick(window.living.close_it, LEFT)
    assert not window.living.isVisible()
    assert len(workspace.living_runs()) == 1

    window.show_page("runs")  # where it can still be found
    runs = window._runs.widget()
    runs.table.selectRow(0)
    assert runs.head.watch.isVisible()
    assert not runs.head.resume.isVisible()
    assert not runs.head.delete.isEnabled()
    qtbot.waitUntil(lambda: not isolated.services.training.is_running(), timeout=10_000)
    qtbot.mouseClick(runs.head.watch, LEFT)
    qtbot.waitUntil(lambda: workspace.state is State.RUNNING, timeout=PATIENCE)


def test_a_dead_run_is_resumed_at_once_by_a_key(qtbot, isolated):
    window, workspace = isolated.window, isolated.services.workspace
    window.show_page("train")
    folder = workspace.run_folder
    qtbot.waitUntil(lambda: resumable_step(folder) is not None, timeout=PATIENCE)
    warm()
    os.kill(workspace.living_runs()[0].pid, signal.SIGSEGV)
    qtbot.waitUntil(lambda: workspace.state is State.IDLE, timeout=10_000)
    assert "segmentation fault" in window.train.interrupted.why.text()
    assert window.train.interrupted.isVisible()
    assert window.commands["pause"].isEnabled()

    window.commands["pause"].trigger()  # before the thread of the dead run has closed

    qtbot.waitUntil(lambda: workspace.state is State.RUNNING, timeout=PATIENCE)
    assert workspace.run_folder == folder
    assert isolated.services.training.is_running()


def test_a_run_of_this_process_is_stopped_or_kept(qtbot, studio):
    window, workspace = studio.window, studio.services.workspace
    workspace.set_plan(workspace.plan.changed(epochs=100_000, threads=1))
    window.runs.start()
    qtbot.waitUntil(lambda: workspace.state is State.RUNNING, timeout=PATIENCE)
    assert not window.commands["leave"].isEnabled()

    assert close_with(qtbot, window, "stay") == {"stop", "stay"}

    assert window.isVisible()


def test_the_work_is_added_to_the_queue_beside_train(qtbot, studio):
    window, workspace = studio.window, studio.services.workspace
    told = []
    workspace.notice.connect(told.append)
    qtbot.mouseClick(window.top.queue, LEFT)
    qtbot.keyClick(
        window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    )
    assert [entry.name for entry in workspace.queue.waiting] == ["digits-cnn", "digits-cnn"]
    assert "number 2" in told[-1].text
    workspace.document.mark_saved()
