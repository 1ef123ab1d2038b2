"""Can a run be planned, watched and steered from the Train page?"""

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from studio.datasets.source import SOURCES
from studio.training.plan import Plan
from studio.ui.form import Form
from studio.ui.training.training_strip import TrainingStrip
from studio.workspace import State

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def services(services):
    workspace = services.workspace
    workspace.set_plan(workspace.plan.changed(epochs=2))
    return services


def field(form: Form, name: str) -> QLineEdit:
    found = form.row(name).editor.findChild(QLineEdit)
    assert isinstance(found, QLineEdit)
    return found


def test_typing_in_the_plan_changes_the_plan_and_its_preview(qtbot, page, services):
    workspace = services.workspace
    epochs = field(page.plan.basics, "epochs")
    epochs.setFocus()
    epochs.selectAll()
    qtbot.keyClicks(epochs, "7")
    assert workspace.plan.epochs == 7
    before = page.plan.preview.rates
    schedule = page.plan.basics.row("schedule").editor.combo
    schedule.setCurrentIndex(schedule.findData("one_cycle"))
    schedule.activated.emit(schedule.currentIndex())
    assert workspace.plan.schedule.key == "one_cycle"
    assert workspace.plan.epochs == 7
    rates = page.plan.preview.rates
    assert len(set(before)) == 1
    assert rates[0] < max(rates) > rates[-1]


def test_a_bad_value_is_explained_and_goes_nowhere(qtbot, page, services):
    epochs = field(page.plan.basics, "epochs")
    epochs.setFocus()
    epochs.selectAll()
    qtbot.keyClicks(epochs, "0")
    assert services.workspace.plan.epochs == 2
    assert not page.plan.basics.is_valid


def test_both_forms_of_the_plan_agree_and_can_be_reset(qtbot, page, services):
    workspace = services.workspace
    assert not page.plan.advanced.isVisible()
    qtbot.mouseClick(page.plan.fold, LEFT)
    assert page.plan.advanced.isVisible()
    seed = field(page.plan.advanced, "seed")
    seed.setFocus()
    seed.selectAll()
    qtbot.keyClicks(seed, "5")
    epochs = field(page.plan.basics, "epochs")
    epochs.setFocus()
    epochs.selectAll()
    qtbot.keyClicks(epochs, "9")
    assert (workspace.plan.seed, workspace.plan.epochs) == (5, 9)
    qtbot.mouseClick(page.plan.reset, LEFT)
    assert workspace.plan == Plan(targets=workspace.plan.targets)
    assert epochs.text() == "10"


def test_a_real_run_fills_the_page(qtbot, page, services):
    services.training.start(services.workspace.run_request())
    assert page.progress.state.text() == "Starting…"
    assert page.plan.note.isVisible()
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)
    qtbot.waitUntil(lambda: page.score.value.text().endswith("%"), timeout=2000)
    assert page.progress.state.text() == "Finished"
    assert page.progress.run.text() == "run-0001"
    assert page.progress.of_epochs.text() == "/ 2"
    assert page.results.matrix.isVisible()
    assert not page.plan.note.isVisible()
    assert len(page.heat.strip._layers) == len(services.workspace.history.layers) > 0


def test_the_buttons_pause_resume_and_stop_a_real_run(qtbot, page, services):
    workspace = services.workspace
    workspace.set_plan(workspace.plan.changed(epochs=100_000))
    assert not page.progress.pause.isEnabled()
    services.training.start(workspace.run_request())
    qtbot.waitUntil(lambda: len(workspace.history.curve) > 0, timeout=PATIENCE)
    qtbot.mouseClick(page.progress.pause, LEFT)
    assert workspace.control.is_paused
    assert page.progress.pause.text() == "Resume"
    qtbot.mouseClick(page.progress.pause, LEFT)
    assert workspace.state is State.RUNNING
    qtbot.mouseClick(page.progress.stop, LEFT)
    assert page.progress.state.text() == "Saving…"
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)
    assert page.progress.state.text() == "Stopped"
    assert workspace.history.ended.reason == "stopped"


def test_finish_early_ends_the_run_with_its_marks(qtbot, page, services):
    workspace = services.workspace
    workspace.set_plan(workspace.plan.changed(epochs=100_000))
    services.training.start(workspace.run_request())
    qtbot.waitUntil(lambda: len(workspace.history.curve) > 0, timeout=PATIENCE)
    qtbot.mouseClick(page.progress.finish, LEFT)
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)
    assert workspace.history.ended.reason == "finished early"
    assert "test" in workspace.history.metrics


def test_the_strip_below_the_canvas_follows_the_same_run(qtbot, services, history):
    strip = TrainingStrip(services.workspace)
    qtbot.addWidget(strip)
    strip.resize(1000, 268)
    strip.show()
    services.workspace.history_changed.emit(history)
    qtbot.waitUntil(lambda: strip.loss.value.text() != "–")
    assert strip.progress.epoch.text() == "4.0"
    assert strip.progress.left.accessibleDescription() != "–"


def test_editing_while_a_run_goes_on_is_told_and_freezing_is_not_editing(qtbot, page, services):
    workspace = services.workspace
    workspace.set_plan(workspace.plan.changed(epochs=100_000))
    services.training.start(workspace.run_request())
    qtbot.waitUntil(lambda: len(workspace.history.curve) > 0, timeout=PATIENCE)
    apart = page.progress.apart
    assert not apart.isVisible()
    workspace.toggle_frozen(["conv2d_1"])
    assert not apart.isVisible()
    graph = workspace.document.graph
    wider = graph["conv2d_1"].layer.changed(out_channels=24)
    node = graph["conv2d_1"].changed(layer=wider)
    workspace.edit("wider", lambda present: type(present)({**present.nodes, "conv2d_1": node}))
    assert apart.isVisible()
    workspace.undo()
    assert not apart.isVisible()
    workspace.set_source(SOURCES["iris"]())
    assert apart.isVisible()
    workspace.stop()
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)
    assert not apart.isVisible()


def test_a_narrow_page_leaves_out_the_learning_rate_instead_of_cutting(page):
    assert page.rate.isVisible()
    page.resize(1024, 600)
    assert not page.rate.isVisible()
    assert not page.heat.key.isVisible()
    cards = (page.progress, page.loss, page.score, page.heat)
    places = [card.geometry() for card in cards]
    assert not any(a.intersects(b) for a, b in combinations(places, 2))


def test_without_a_run_the_dot_is_grey_and_earlier_runs_are_mentioned(
    qtbot, page, services, history
):
    assert page.progress.run.text() == "not trained yet"
    services.training.start(services.workspace.run_request())
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)
    assert page.progress.dot._token == "ok"
    assert page.progress.left.accessibleName() == "Time"
    assert page.progress.score._value.property("tone") == "text"
    services.workspace.history_changed.emit(None)
    assert page.progress.state.text() == "Ready"
    assert page.progress.dot._token == "text3"
    assert page.progress.left.accessibleName() == "Time left"
    assert page.progress.run.text() == "1 run, open it on the Runs page"


def test_where_the_page_is_low_heat_and_timeline_share_one_place(qtbot, page):
    middle = page.middle
    assert page.heat.isVisible()
    assert page.timeline.isVisible()
    assert not middle.turn.isVisible()
    page.resize(1300, 640)
    qtbot.waitUntil(middle.turn.isVisible)
    assert (page.heat.isVisible(), page.timeline.isVisible()) == (True, False)
    middle.turn.set_value("timeline")
    middle.turn.chosen.emit("timeline")
    assert (page.heat.isVisible(), page.timeline.isVisible()) == (False, True)
