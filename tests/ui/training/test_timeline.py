"""Can ticks be seen, moved, added and removed in the timeline, by mouse and by keyboard?"""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent

from studio.runs.history import History
from studio.training.events import Started, StepDone, TickFired
from studio.training.ticks.actions import Freeze, Rate, Unfreeze
from studio.training.ticks.moments import AtEpoch, AtFraction, AtStep, Plateau
from studio.training.ticks.tick import Tick, tick_json
from studio.ui.training.timeline.card import TimelineCard
from studio.ui.training.timeline.edits import added, moved, neighbor, snapped
from studio.ui.training.timeline.strip import TimelineStrip
from studio.workspace import State

LEFT = Qt.MouseButton.LeftButton
TICKS = (
    Tick(at=AtStep(), actions=(Freeze(paths=("conv2d_1",)), Rate(value=0.5, paths=("linear_1",)))),
    Tick(at=AtEpoch(at=2.0), actions=(Unfreeze(),)),
    Tick(at=Plateau(), actions=(Rate(mode="times"),)),
)


@pytest.fixture
def card(qtbot, services):
    workspace = services.workspace
    services.data.start()
    qtbot.waitUntil(lambda: workspace.split is not None, timeout=60_000)
    workspace.set_plan(workspace.plan.changed(epochs=4, ticks=TICKS))
    made = TimelineCard(workspace)
    qtbot.addWidget(made)
    made.resize(900, 240)
    made.show()
    qtbot.waitExposed(made)
    return made


def plan(services):
    return services.workspace.plan


def head(card, index: int) -> QPoint:
    strip = card.strip
    return QPoint(round(strip.place().x(strip.flags[index].step)), 9)


def per_epoch(card) -> int:
    steps: int = card.strip.preview.course.per_epoch
    return steps


def test_flags_stand_where_ticks_come_and_conditions_have_none(card):
    assert [(flag.number, flag.step) for flag in card.strip.flags] == [
        (0, 0),
        (1, 2 * per_epoch(card)),
    ]
    assert "conv2d_1" in card.strip.flags[0].title


def test_a_flag_is_dragged_and_snaps_to_quarters_of_an_epoch(qtbot, card, services):
    strip, place = card.strip, card.strip.place()
    wanted = per_epoch(card) * 3 + 1
    qtbot.mousePress(strip, LEFT, pos=head(card, 1))
    qtbot.mouseMove(strip, QPoint(round(place.x(wanted)), 9))
    qtbot.mouseRelease(strip, LEFT)
    assert plan(services).ticks[1].at == AtEpoch(at=3.0)
    assert plan(services).ticks[0] == TICKS[0]
    assert strip.flags[strip.chosen].number == 1


def test_flags_that_pass_each_other_stay_themselves(qtbot, card, services):
    strip, place = card.strip, card.strip.place()
    qtbot.mousePress(strip, LEFT, pos=head(card, 0))
    qtbot.mouseMove(strip, QPoint(round(place.x(3 * per_epoch(card))), 9))
    qtbot.mouseMove(strip, QPoint(round(place.x(3.5 * per_epoch(card))), 9))
    qtbot.mouseRelease(strip, LEFT)
    assert plan(services).ticks[0].at.step(0, per_epoch(card)) == round(3.5 * per_epoch(card))
    assert plan(services).ticks[1] == TICKS[1]


def test_the_keyboard_chooses_moves_and_removes(qtbot, card, services):
    strip, keys = card.strip, Qt.Key
    strip.setFocus()
    qtbot.keyClick(strip, keys.Key_Down)
    qtbot.keyClick(strip, keys.Key_Down)
    qtbot.keyClick(strip, keys.Key_Left)
    assert plan(services).ticks[1].at == AtEpoch(at=1.75)
    qtbot.keyClick(strip, keys.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    step = plan(services).ticks[1].at.step(0, per_epoch(card))
    assert step == snapped(round(1.75 * per_epoch(card)), per_epoch(card)) + 1
    qtbot.keyClick(strip, keys.Key_Delete)
    assert plan(services).ticks == (TICKS[0], TICKS[2])


def test_the_menu_is_for_the_layer_under_the_mouse(qtbot, card, services):
    strip = TimelineStrip()
    qtbot.addWidget(strip)
    strip.resize(card.strip.size())
    strip.show_preview(card.strip.preview, card.strip.flags)
    assert strip.preview is not None
    place, row = strip.place(), strip.preview.layers.index("conv2d_2")
    point = QPoint(round(place.x(per_epoch(card))), round(place.row(row).center().y()))
    asked = []
    strip.asked.connect(lambda *about: asked.append(about))
    strip.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, point))
    assert asked == [(None, row, per_epoch(card))]
    menu = card.menu(*asked[0])
    next(found for found in menu.actions() if "Freeze conv2d_2" in found.text()).trigger()
    new = plan(services).ticks[-1]
    assert new == Tick(at=AtEpoch(at=1.0), actions=(Freeze(paths=("conv2d_2",)),))
    assert "conv2d_2" not in card.strip.preview.span(per_epoch(card)).trained


def test_the_menu_of_a_flag_removes_it(card, services):
    menu = card.menu(1, None, 0)
    menu.actions()[-1].trigger()
    assert plan(services).ticks == (TICKS[0], TICKS[2])


def test_the_tooltip_says_what_holds(card):
    strip, place = card.strip, card.strip.place()
    row = place.row(strip.preview.layers.index("conv2d_1")).center().y()
    assert "frozen" in strip.explanation(QPointF(place.x(per_epoch(card)), row))
    assert "learns" in strip.explanation(QPointF(place.x(3 * per_epoch(card)), row))


def test_recipes_write_ticks_and_can_be_taken_away(card, services):
    names = {action.text(): action for action in card.recipes.menu().actions()}
    names["Gradual unfreezing"].trigger()
    assert len(plan(services).ticks) == len(card.strip.preview.layers)
    names["Remove all ticks"].trigger()
    assert plan(services).ticks == ()


def test_ticks_that_fit_no_layer_are_explained(card, services):
    wrong = Tick(at=AtEpoch(), actions=(Freeze(paths=("conv2d_9",)),))
    services.workspace.set_plan(plan(services).changed(ticks=(wrong,)))
    assert "conv2d_9" in card.trouble.text()
    assert card.strip.preview is None


def test_what_was_done_by_hand_gets_a_flag_while_the_run_goes_on(card, services):
    services.workspace.state = State.RUNNING
    done = Tick(at=AtStep(at=7), actions=(Rate(value=0.5, mode="times"),))
    began = Started("run-1", 4 * per_epoch(card), per_epoch(card), 4, 99, 9, 9, "cpu", 1)
    history = History().extend(
        [began, TickFired(7, -1, "hand", tick_json(done)), StepDone(9, 0.2, 1.0, 0.1, 9.0, 1.0)]
    )
    card.show_history(history)
    assert [(flag.step, flag.number) for flag in card.strip.flags][1] == (7, -1)
    assert card.strip.preview.rate(8) == 0.5 * card.strip.preview.rate(6)
    services.workspace.state = State.IDLE
    card.show_history(history)
    assert len(card.strip.flags) == 2


@pytest.mark.parametrize("per_epoch", [1, 3, 5, 8, 100])
def test_keys_always_move_to_the_next_quarter(per_epoch):
    step, right = 0, []
    while step < 3 * per_epoch:
        step = neighbor(step, per_epoch, 1)
        right.append(step)
    assert right == sorted(set(right))
    assert all(snapped(found, per_epoch) == found for found in right)
    for before, after in pairwise(right):
        assert neighbor(after, per_epoch, -1) == before
    assert neighbor(0, per_epoch, -1) == 0


def test_a_moved_tick_is_told_as_it_was_where_that_is_exact():
    ticks = (Tick(at=AtFraction(at=0.5)), Tick(at=AtEpoch(at=1.0)), Tick(at=AtStep(at=4)))
    assert moved(ticks, 0, 25, 10, 100)[0].at == AtFraction(at=0.25)
    assert moved(ticks, 1, 25, 10, 100)[1].at == AtEpoch(at=2.5)
    assert moved(ticks, 2, 25, 10, 100)[2].at == AtStep(at=25)
    assert moved(ticks, 1, 5, 7, 70)[1].at.step(70, 7) == 5
    assert moved((Tick(at=Plateau()),), 0, 5, 7, 70) == (Tick(at=Plateau()),)


def test_an_action_joins_the_tick_of_its_step():
    ticks = (Tick(at=AtEpoch(at=1.0), actions=(Unfreeze(),)),)
    assert added(ticks, 10, Rate(), 10, 100)[0].actions == (Unfreeze(), Rate())
    assert len(added(ticks, 11, Rate(), 10, 100)) == 2


def test_nothing_is_foreseen_while_nobody_looks(card, services):
    card.hide()
    before = card.strip.preview
    services.workspace.set_plan(plan(services).changed(ticks=()))
    assert card.strip.preview is before
    card.show()
    assert card.strip.flags == ()
