"""Can ticks be seen, moved, added and removed in the timeline, by mouse and by keyboard?"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent

from studio.runs.history import History
from studio.training.course.calendar import Calendar
from studio.training.course.course import Course
from studio.training.events import LengthChanged, Started, StepDone, TickFired
from studio.training.plan import Plan
from studio.training.ticks.actions import Freeze, Rate, SkipBatch, SwitchBatchSize, Unfreeze
from studio.training.ticks.moments import AtEpoch, AtFraction, AtStep, Plateau
from studio.training.ticks.tick import Tick, tick_json
from studio.ui.training.flags import marks_of
from studio.ui.training.timeline.edits import added, moved, neighbor, snapped
from studio.ui.training.timeline.strip import TimelineStrip
from studio.workspace import State
from tests.ui.training.timeline_ticks import TICKS, per_epoch
from tests.unit.training.ticking import net

LEFT = Qt.MouseButton.LeftButton


def spread(ticks, per_epoch: int = 10) -> Course:
    return Course(Plan(epochs=10, batch_size=128, ticks=ticks), net(), per_epoch)


def plan(services):
    return services.workspace.plan


def head(card, index: int) -> QPoint:
    strip = card.strip
    return QPoint(round(strip.place().x(strip.flags[index].step)), 9)


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
    assert card.strip.preview.course.moments[0] == round(3.5 * per_epoch(card))
    assert plan(services).ticks[1] == TICKS[1]


def test_the_keyboard_chooses_moves_and_removes(qtbot, card, services):
    strip, keys = card.strip, Qt.Key
    strip.setFocus()
    qtbot.keyClick(strip, keys.Key_Down)
    qtbot.keyClick(strip, keys.Key_Down)
    qtbot.keyClick(strip, keys.Key_Left)
    assert plan(services).ticks[1].at == AtEpoch(at=1.75)
    qtbot.keyClick(strip, keys.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    course = card.strip.preview.course
    step = round(1.75 * per_epoch(card))
    assert course.moments[1] == snapped(step, course.calendar) + 1
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


def test_the_menu_doubles_the_batch_size_that_holds_there(card, services):
    step = 2 * per_epoch(card)
    menu = card.menu(None, None, step)
    batch = plan(services).batch_size
    next(a for a in menu.actions() if a.text().startswith(f"Batch size {2 * batch}")).trigger()
    assert plan(services).ticks[1].actions == (Unfreeze(), SwitchBatchSize(size=2 * batch))
    assert card.strip.preview.batch(step) == 2 * batch
    again = card.menu(None, None, step)
    assert any(a.text().startswith(f"Batch size {4 * batch}") for a in again.actions())


def test_the_menu_of_a_flag_removes_it(card, services):
    menu = card.menu(1, None, 0)
    menu.actions()[-1].trigger()
    assert plan(services).ticks == (TICKS[0], TICKS[2])


def test_only_the_cursor_is_painted_while_a_run_moves_on(card):
    strip = card.strip

    def picture() -> int:
        key: int = strip._picture.shown(strip.preview, strip.flags, strip.chosen).cacheKey()
        return key

    before, bare = picture(), strip.grab().toImage()
    strip.show_reached(per_epoch(card))
    reached = strip.grab().toImage()
    assert reached != bare
    strip.show_reached(2 * per_epoch(card))
    assert strip.grab().toImage() != reached
    assert picture() == before
    strip.choose(1)
    assert picture() != before
    chosen = picture()
    card.resize(700, 240)
    assert picture() != chosen


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
    step, right, calendar = 0, [], Calendar.even(10 * per_epoch, 10, 5)
    while step < 3 * per_epoch:
        step = neighbor(step, calendar, 1)
        right.append(step)
    assert right == sorted(set(right))
    assert all(snapped(found, calendar) == found for found in right)
    for before, after in pairwise(right):
        assert neighbor(after, calendar, -1) == before
    assert neighbor(0, calendar, -1) == 0


def test_a_moved_tick_is_told_as_it_was_where_that_is_exact():
    ticks = (Tick(at=AtFraction(at=0.5)), Tick(at=AtEpoch(at=1.0)), Tick(at=AtStep(at=4)))
    found = spread(ticks)
    assert moved(found, 0, 25)[0].at == AtFraction(at=0.25)
    assert moved(found, 1, 25)[1].at == AtEpoch(at=2.5)
    assert moved(found, 2, 25)[2].at == AtStep(at=25)
    assert spread(moved(spread(ticks, 7), 1, 5), 7).moments[1] == 5
    assert moved(spread((Tick(at=Plateau()),)), 0, 5) == (Tick(at=Plateau()),)


def test_a_tick_is_moved_over_changes_of_the_batch_size_to_where_the_hand_puts_it():
    switch = Tick(at=AtEpoch(at=2.0), actions=(SwitchBatchSize(size=32),))
    ticks = (switch, Tick(at=AtEpoch(at=1.0)), Tick(at=AtFraction(at=0.9)))
    for number in range(3):
        for step in range(0, 60, 7):
            assert spread(moved(spread(ticks), number, step)).moments[number] == step


def test_an_action_joins_the_tick_of_its_step():
    ticks = (Tick(at=AtEpoch(at=1.0), actions=(Unfreeze(),)),)
    assert added(spread(ticks), 10, Rate())[0].actions == (Unfreeze(), Rate())
    assert len(added(spread(ticks), 11, Rate())) == 2


def test_nothing_is_foreseen_while_nobody_looks(card, services):
    card.hide()
    before = card.strip.preview
    services.workspace.set_plan(plan(services).changed(ticks=()))
    assert card.strip.preview is before
    card.show()
    assert card.strip.flags == ()


def test_a_batch_size_set_by_hand_stands_on_the_plots_where_it_came():
    """Epochs are longer before than after it: a step is told in epochs as the run told them."""
    tick = Tick(at=AtStep(at=5), actions=(SwitchBatchSize(size=64),))
    history = History().extend(
        [
            Started("run-1", 20, 10, 2, 99, 9, 9, "cpu", 1),
            StepDone(5, 0.5, 1.0, 0.1, 9.0, 1.0),
            TickFired(5, -1, "hand", tick_json(tick)),
            LengthChanged(5, 10),
            StepDone(7, 1.0, 1.0, 0.1, 9.0, 1.0),
        ]
    )
    assert marks_of(history) == ((0.5, "batch 64", "warn"),)
    assert history.epochs_at(np.array([6, 7])).tolist() == [0.75, 1.0]
    assert history.progress == 0.7


def test_planned_ticks_stand_on_the_plots_and_stay_there_after_a_resume():
    """What mends broken numbers has a flag of its own; a freeze is told by its own event."""
    rate, mended = Tick(at=AtStep(at=5), actions=(Rate(value=0.1),)), Tick(actions=(SkipBatch(),))
    start = Started("run-1", 20, 10, 2, 99, 9, 9, "cpu", 1)
    history = History().extend(
        [
            start,
            TickFired(5, 0, "planned", tick_json(rate)),
            TickFired(5, 1, "planned", tick_json(Tick(actions=(Unfreeze(),)))),
            TickFired(6, -1, "hand", tick_json(mended)),
            StepDone(10, 1.0, 1.0, 0.1, 9.0, 1.0),
        ]
    )
    flags = ((0.5, "× 0.1", "accent"),)
    assert marks_of(history) == flags
    assert marks_of(history.folded(replace(start, first_step=8))) == flags
