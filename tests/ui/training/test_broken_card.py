"""The report on numbers that broke: what it says, where it leads, and how the run goes on."""

import math
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt

from studio.training.choices.optimizers import Sgd
from studio.training.events import Broken, Event, Started, StepDone
from studio.training.ticks.actions import ClipGradient
from studio.ui.train_page import TrainPage
from studio.ui.training.broken_bars import ROW, share
from studio.ui.training.flags import marks_of
from studio.workspace import State

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 60_000
OUTPUTS = {"conv2d_1": 3.0, "linear_1": math.inf, "scores": math.nan}
GRADIENTS = {"scores": math.nan, "conv2d_1": 12.0}


def broken(action="pause", **facts) -> Broken:
    told: dict[str, Any] = {
        "where": "output", "cause": "layer", "layer": "linear_1", "largest": 3.2e38,
        "outputs": OUTPUTS, "gradients": GRADIENTS,
    }  # fmt: skip
    return Broken(128, action, 100, 4, **(told | facts))


def course(*more: Event) -> list[Event]:
    started = Started("run-7", 200, 20, 10, 640, 800, 800, "cpu", 1, layers=("conv2d_1",))
    steps = [StepDone(n, n / 20, 1.0, 1e-3, 500.0, n / 10) for n in range(1, 130)]
    return [started, *steps, *more]


@pytest.fixture
def page(qtbot, services):
    made = TrainPage(services)
    qtbot.addWidget(made)
    made.resize(1500, 900)
    made.show()
    return made


def test_nothing_is_said_while_all_is_well(page, services):
    services.workspace._enter_state(State.STARTING)
    services.workspace.absorb(course())
    assert not page.broken.isVisible()


def waiting(services, event: Broken):
    workspace = services.workspace
    workspace._enter_state(State.STARTING)
    workspace.absorb(course())
    workspace.absorb([event])
    return workspace


def test_a_break_that_waits_says_where_why_and_what_was_done(page, services):
    workspace = waiting(services, broken())
    card = page.broken
    assert workspace.state is State.PAUSED
    assert page.progress.pause.text() == "Resume"
    assert card.isVisible()
    assert card.title.text() == "The numbers broke in step 129"
    assert card.times.text() == "4 times within 1000 steps"
    assert (card.where.text(), card.layer.text()) == ("In the output of", "linear_1")
    assert "3.2e+38" in card.why.text()
    assert card.done.text() == "Back to step 100; the run waits for you."
    assert card.slower.isVisible()


def test_a_break_that_was_mended_needs_no_answer(page, services):
    workspace = waiting(services, broken("rate", where="gradient", cause="unknown", layer=""))
    assert workspace.state is State.RUNNING
    assert page.broken.isVisible()
    assert not page.broken.choices.isVisible()
    assert not page.broken.layer.isVisible()
    assert "halved" in page.broken.done.text()


def test_the_layer_is_shown_on_the_canvas_and_marked_there(qtbot, studio):
    window = studio.window
    workspace = studio.services.workspace
    workspace._enter_state(State.STARTING)
    workspace.absorb([*course(), broken()])
    window.show_page("train")
    card = window.train.broken
    with qtbot.waitSignal(window.train.revealed):
        qtbot.mouseClick(card.layer, LEFT)
    assert window.pages.currentWidget() is window.design
    assert workspace.selection == {"linear_1"}
    scene = window.design.canvas.view.canvas
    assert scene.nodes["linear_1"].face.severity == "error"
    assert scene.nodes["conv2d_1"].face.severity is None
    workspace.absorb([Broken(130, "rate", 100, 5)])
    assert scene.nodes["linear_1"].face.severity is None
    workspace._enter_state(State.IDLE)


def test_a_row_of_the_table_leads_to_its_layer(qtbot, page, services):
    workspace = waiting(services, broken())
    bars = page.broken.bars
    assert [row.path for row in bars.rows] == ["conv2d_1", "linear_1", "scores"]
    assert bars.at == 1
    assert bars.told(1) == "linear_1: output up to ∞, gradient up to –"
    qtbot.mouseClick(bars, LEFT, pos=QPoint(20, ROW // 2))
    assert workspace.selection == {"conv2d_1"}


def test_sizes_are_shares_of_powers_of_ten():
    assert share(None) == share(0.0) == 0.0
    assert share(math.inf) == share(math.nan) == 1.0
    assert share(1e-6) == 0.0 < share(1.0) < share(1e3) < 1.0


def test_going_on_with_half_the_rate_asks_the_run_for_just_that(qtbot, page, services):
    workspace = waiting(services, broken())
    qtbot.mouseClick(page.broken.slower, LEFT)
    assert workspace.state is State.RUNNING
    assert not workspace.control.is_paused
    assert workspace.control.take().scale == 0.5
    assert page.broken.isVisible()
    assert not page.broken.choices.isVisible()


def test_going_on_clipped_is_a_tick_from_where_the_run_is(qtbot, page, services):
    workspace = waiting(services, broken())
    qtbot.mouseClick(page.broken.clipped, LEFT)
    tick = workspace.plan.ticks[-1]
    assert tick.actions == (ClipGradient(norm=1.0),)
    assert tick.at.at == 100
    assert workspace.control.take().ticks == workspace.plan.ticks
    assert workspace.state is State.RUNNING


def test_the_report_can_be_put_away_until_something_new_breaks(qtbot, page, services):
    workspace = waiting(services, broken("rate"))
    qtbot.mouseClick(page.broken.close_it, LEFT)
    assert not page.broken.isVisible()
    workspace.absorb([StepDone(101, 5.05, 1.0, 1e-3, 500.0, 11.0)])
    assert not page.broken.isVisible()
    workspace.absorb([broken("rate", layer="conv2d_1")])
    assert page.broken.isVisible()


def test_the_step_is_flagged_on_the_curves(page, services):
    workspace = waiting(services, broken("rate"))
    assert (6.4, "NaN", "error") in marks_of(workspace.history)


def test_a_run_that_explodes_is_held_reported_and_goes_on_by_the_button(qtbot, page, services):
    workspace = services.workspace
    wild = Sgd(learning_rate=1000.0, weight_decay=1.0)  # multiplies weights by a thousand
    workspace.set_plan(workspace.plan.changed(epochs=500, optimizer=wild, recovery="clip"))
    services.training.start(workspace.run_request())
    qtbot.waitUntil(lambda: workspace.state is State.PAUSED, timeout=PATIENCE)
    card = page.broken
    assert workspace.latest_break.action == "pause"
    assert len(workspace.history.breaks) == 4
    assert card.slower.isVisible()
    qtbot.mouseClick(card.slower, LEFT)
    qtbot.waitUntil(lambda: bool(workspace.history.rate_changes), timeout=PATIENCE)
    assert workspace.history.rate_changes[-1].scale == 0.5
    workspace.stop()
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)


def test_what_is_below_the_report_scrolls_on_a_low_page_and_is_never_cut(page, services):
    workspace = waiting(services, broken("rate"))
    page.resize(1000, 560)
    for low in (page.progress, page.loss):
        assert low.height() >= low.minimumSizeHint().height()
    assert page.broken.why.height() >= page.broken.why.heightForWidth(page.broken.why.width())
    axis = page.loss.plot.getAxis("left")
    assert len(axis._tickLevels[0]) * 15 <= page.loss.plot.height()
    assert workspace.latest_break is not None
