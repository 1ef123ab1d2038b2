"""Is a run shown briskly, and rarely where that would cost its training much?"""

import os
import time

import pytest
from PySide6.QtWidgets import QApplication

from studio.runs.history import History
from studio.training.events import Started, StepDone
from studio.ui.bridge import TrainingBridge
from studio.ui.pacing import BRISK_MS, SLOWEST_MS, Pace, is_crowded
from studio.workspace import State, Workspace

CORES = os.cpu_count() or 1


def started(threads: int, device: str = "cpu") -> Started:
    return Started("run-0001", 10_000, 100, 100, 80, 54, 54, device, threads)


def paused(cost: float, *, crowded: bool = True) -> int:
    """Return the pause that a showing of so many seconds comes to in the end."""
    worked, pause = 0.0, 0
    pace = Pace(lambda: worked)
    for _showing in range(40):
        worked += cost
        pause = pace.pause_ms(crowded=crowded)
    return pause


def test_a_free_core_shows_a_run_ten_times_a_second_whatever_it_costs():
    assert paused(0.5, crowded=False) == BRISK_MS


def test_where_all_cores_train_showing_takes_three_parts_in_two_hundred_of_one():
    assert paused(0.001) == BRISK_MS
    assert paused(0.003) == pytest.approx(200, abs=2)
    assert paused(0.012) == pytest.approx(800, abs=2)


def test_a_run_is_shown_every_second_at_least():
    assert paused(5.0) == SLOWEST_MS == 1000


def test_a_single_dear_showing_does_not_make_the_next_ones_rare():
    worked = 0.0
    pace = Pace(lambda: worked)
    pauses = []
    for showing in range(20):
        worked += 0.009 if showing == 10 else 0.003
        pauses.append(pace.pause_ms(crowded=True))
    assert pauses[9] < pauses[10] < 320
    assert pauses[19] == pytest.approx(200, abs=15)


def test_only_a_run_on_all_cores_of_the_processor_is_crowded():
    assert is_crowded(History().folded(started(CORES)))
    assert is_crowded(History().folded(started(CORES + 1)))
    assert not is_crowded(History().folded(started(0)))
    assert not is_crowded(History().folded(started(CORES, "NVIDIA H100")))
    assert not is_crowded(History())
    assert not is_crowded(None)


@pytest.fixture
def shown(qtbot, tmp_path):
    """A window that takes 30 ms for each showing, and the bridge of a run that tells much."""
    workspace = Workspace()
    workspace.new_from("digits-cnn")
    workspace.path = tmp_path / "digits.layerwise"
    bridge = TrainingBridge(workspace, QApplication.instance())

    def show(_history: History | None) -> None:
        until = time.thread_time() + 0.03
        while time.thread_time() < until:
            pass

    forget = workspace.history_changed.connect(show)
    yield workspace, bridge
    forget()
    workspace.stop()
    qtbot.waitUntil(lambda: not bridge.is_running(), timeout=30_000)


def follow(workspace: Workspace, bridge: TrainingBridge, threads: int) -> None:
    def told():
        control = workspace.control
        yield started(threads)
        step = 0
        while not control.take().ending:
            step += 1
            yield StepDone(step, step / 100, 1.0, 0.1, 100.0, step * 0.01)
            time.sleep(0.01)

    workspace.begin(workspace.run_request())
    bridge.pull(told)


def test_a_crowded_run_is_shown_rarely_but_not_once_it_is_paused(qtbot, shown):
    workspace, bridge = shown
    follow(workspace, bridge, CORES)
    qtbot.waitUntil(lambda: bridge._timer.interval() == SLOWEST_MS, timeout=30_000)
    workspace.pause()
    assert workspace.state is State.PAUSED
    assert bridge._timer.interval() == BRISK_MS
    seen = workspace.history.step
    qtbot.waitUntil(lambda: workspace.history.step > seen, timeout=30_000)
    assert bridge._timer.interval() == BRISK_MS


def test_a_run_that_leaves_a_core_free_is_shown_briskly(qtbot, shown):
    workspace, bridge = shown
    follow(workspace, bridge, 0)
    qtbot.waitUntil(lambda: len(workspace.history.curve) > 100, timeout=30_000)
    assert bridge._timer.interval() == BRISK_MS
