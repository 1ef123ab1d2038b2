"""Can a tick be made, seen before it is kept, changed, copied and deleted, by mouse and by key?"""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu

from studio.runs.history import History
from studio.training.events import Started, StepDone
from studio.training.ticks.actions import ACTIONS, Bypass, Freeze, SwitchBatchSize, Unfreeze
from studio.training.ticks.moments import MOMENTS, AtEpoch, AtFraction, AtStep, Plateau, Reached
from studio.training.ticks.tick import Tick
from studio.ui.training.timeline.layer_rows import ROW
from studio.workspace import State
from tests.ui.training.timeline_ticks import TICKS, per_epoch

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def opened(qtbot, card):
    """Open the form of a tick of the plan, or of a new one."""

    def opener(number: int | None):
        if number is None:
            card.begin()
        else:
            card.edit(number)
        qtbot.waitUntil(card.editor.isVisible)
        return card.editor

    yield opener
    if card.editor is not None and card.editor.isVisible():
        card.editor.reject()


def ticks(services):
    return services.workspace.plan.ticks


def choose(qtbot, combo: QComboBox, key: str) -> None:
    """Walk to an entry with the keyboard, as a person without a mouse does."""
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Home)
    for _place in range(combo.findData(key)):
        qtbot.keyClick(combo, Qt.Key.Key_Down)


def write(qtbot, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def field(form, name: str) -> QLineEdit:
    found = form.row(name).editor.fields()[0]
    assert isinstance(found, QLineEdit)
    return found


def append(qtbot, editor, key: str) -> None:
    """Pick an action out of the menu of the button."""
    entries = editor.add.menu().actions()
    entries[[cls.key for cls in ACTIONS].index(key)].trigger()
    qtbot.waitUntil(editor.cards[-1].isVisible)


def click_layer(qtbot, card, name: str) -> None:
    rows = card.layers.rows
    place = [entry.path for entry in rows.entries].index(name)
    qtbot.mouseClick(rows, LEFT, pos=QPoint(60, ROW * place + ROW // 2))


def keep(qtbot, editor) -> None:
    qtbot.waitUntil(editor.keep.isEnabled)
    qtbot.mouseClick(editor.keep, LEFT)


def test_a_double_click_on_a_layer_makes_a_tick_there_for_this_layer(qtbot, card, services):
    strip, place = card.strip, card.strip.place()
    row = strip.preview.layers.index("conv2d_2")
    x = round(place.x(3 * per_epoch(card)))
    qtbot.mouseDClick(strip, LEFT, pos=QPoint(x, round(place.row(row).center().y())))
    editor = card.editor
    assert editor.moment.moment == AtEpoch(at=3.0)
    assert not editor.keep.isEnabled()
    append(qtbot, editor, "freeze")
    assert "conv2d_2" not in editor.strip.preview.span(3 * per_epoch(card)).trained
    assert ticks(services) == TICKS, "nothing counts before it is kept"
    keep(qtbot, editor)
    made = Tick(at=AtEpoch(at=3.0), actions=(Freeze(paths=("conv2d_2",)),))
    assert ticks(services) == (*TICKS, made)
    assert card.strip.flags[card.strip.chosen].number == 3


def test_a_double_click_on_a_flag_opens_it(qtbot, card):
    at = round(card.strip.place().x(card.strip.flags[1].step))
    qtbot.mouseDClick(card.strip, LEFT, pos=QPoint(at, 9))
    assert card.editor.tick == TICKS[1]
    assert card.editor.moment.kind.currentData() == "epoch"
    card.editor.reject()
    assert card.strip.flags[1].step == 2 * per_epoch(card)


def test_the_keyboard_makes_a_tick_from_start_to_end(qtbot, card, services):
    card.strip.setFocus()
    qtbot.keyClick(card.strip, Qt.Key.Key_Insert)
    editor = card.editor
    qtbot.waitUntil(editor.isVisible)
    write(qtbot, editor.name, "late")
    choose(qtbot, editor.moment.kind, "fraction")
    write(qtbot, field(editor.moment.form, "at"), "0.75")
    append(qtbot, editor, "batch_size")
    write(qtbot, field(editor.cards[0].form, "size"), "512")
    qtbot.waitUntil(editor.keep.isEnabled)
    qtbot.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wanted = Tick(name="late", at=AtFraction(at=0.75), actions=(SwitchBatchSize(size=512),))
    assert ticks(services) == (*TICKS, wanted)


def test_enter_edits_the_chosen_flag_and_control_d_copies_it(qtbot, card, services):
    strip = card.strip
    strip.setFocus()
    for _twice in range(2):
        qtbot.keyClick(strip, Qt.Key.Key_Down)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert (card.editor.number, card.editor.tick) == (1, TICKS[1])
    card.editor.reject()
    qtbot.keyClick(strip, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert card.editor.is_new
    assert card.editor.tick == Tick(at=AtEpoch(at=2.25), actions=(Unfreeze(),))
    keep(qtbot, card.editor)
    assert ticks(services)[3] == Tick(at=AtEpoch(at=2.25), actions=(Unfreeze(),))


def test_the_course_follows_while_the_hand_types(qtbot, card, opened):
    editor = opened(1)
    append(qtbot, editor, "rate")
    form = editor.cards[1].form
    write(qtbot, field(form, "value"), "0.25")
    step = 3 * per_epoch(card)
    before = card.strip.preview.rate(step)
    qtbot.waitUntil(lambda: editor.strip.preview.rate(step) == 0.25 * before)
    assert card.strip.preview.rate(step) == before


def test_a_moment_told_in_another_way_stays_the_same_step(qtbot, card, opened):
    editor = opened(1)
    assert f"step {2 * per_epoch(card)} of" in editor.moment.place.text()
    choose(qtbot, editor.moment.kind, "step")
    assert editor.moment.moment == AtStep(at=2 * per_epoch(card))
    editor.look()
    choose(qtbot, editor.moment.kind, "fraction")
    assert editor.moment.moment == AtFraction(at=0.5)
    choose(qtbot, editor.moment.kind, "reached")
    assert editor.moment.moment == Reached()
    assert "only known in the run" in editor.moment.place.text() or editor.look() is None
    assert [editor.moment.kind.itemData(i) for i in range(5)] == [cls.key for cls in MOMENTS]


def test_a_flag_dragged_in_the_form_changes_its_moment(qtbot, card, opened, services):
    editor = opened(1)
    strip, place = editor.strip, editor.strip.place()
    start = QPoint(round(place.x(2 * per_epoch(card))), 9)
    qtbot.mousePress(strip, LEFT, pos=start)
    qtbot.mouseMove(strip, QPoint(round(place.x(3 * per_epoch(card))), 9))
    qtbot.mouseRelease(strip, LEFT)
    assert editor.moment.moment == AtEpoch(at=3.0)
    assert field(editor.moment.form, "at").text() == "3"
    first = QPoint(round(place.x(0)), 9)
    qtbot.mousePress(strip, LEFT, pos=first)
    qtbot.mouseMove(strip, QPoint(round(place.x(per_epoch(card))), 9))
    qtbot.mouseRelease(strip, LEFT)
    keep(qtbot, editor)
    assert ticks(services) == (TICKS[0], TICKS[1].changed(at=AtEpoch(at=3.0)), TICKS[2])


def test_layers_are_picked_from_a_list_with_mouse_and_keys(qtbot, card, opened, services):
    editor = opened(0)
    freeze = editor.cards[0]
    click_layer(qtbot, freeze, "linear_1")
    assert editor.tick.actions[0] == Freeze(paths=("conv2d_1", "linear_1"))
    rows = freeze.layers.rows
    assert rows.told(rows.at) == "linear_1, chosen"
    rows.setFocus()
    qtbot.keyClick(rows, Qt.Key.Key_Home)
    qtbot.keyClick(rows, Qt.Key.Key_Space)
    assert editor.tick.actions[0] == Freeze(paths=("linear_1",))
    assert {entry.path for entry in rows.entries} == {"conv2d_1", "conv2d_2", "linear_1"}
    qtbot.keyClick(rows, Qt.Key.Key_End)
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not editor.keep.isEnabled())
    assert editor.trouble.text() == "Choose at least one layer, or all of them."


def test_what_is_bypassed_is_found_by_searching(qtbot, card, opened):
    editor = opened(None)
    append(qtbot, editor, "bypass")
    layers = editor.cards[0].layers
    layers.which.setFocus()
    qtbot.keyClick(layers.which, Qt.Key.Key_Right)
    assert layers.which.value == "some"
    every = [entry.path for entry in layers.rows.entries]
    assert "relu_1" in every
    assert layers.search.isVisible()
    qtbot.keyClicks(layers.search, "relu")
    assert [entry.path for entry in layers.rows.entries] == [p for p in every if "relu" in p]
    click_layer(qtbot, editor.cards[0], "relu_1")
    assert editor.tick.actions == (Bypass(paths=("relu_1",)),)
    write(qtbot, layers.search, "nothing like that")
    assert layers.none.isVisible()


def test_actions_can_be_put_in_another_order_and_taken_away(qtbot, card, opened, services):
    editor = opened(0)
    assert not editor.cards[0].lift.isVisible()
    qtbot.mouseClick(editor.cards[1].lift, LEFT)
    assert editor.tick.actions == (TICKS[0].actions[1], TICKS[0].actions[0])
    qtbot.mouseClick(editor.cards[1].remove, LEFT)
    assert editor.tick.actions == (TICKS[0].actions[1],)
    keep(qtbot, editor)
    assert ticks(services)[0] == Tick(at=AtStep(), actions=(TICKS[0].actions[1],))


def test_what_cannot_be_is_said_in_a_sentence_and_not_kept(qtbot, card, opened, services):
    editor = opened(None)
    assert editor.trouble.text() == "Choose what happens then."
    append(qtbot, editor, "batch_size")
    write(qtbot, field(editor.cards[0].form, "size"), "100000")
    qtbot.waitUntil(lambda: "training samples" in editor.trouble.text())
    assert not editor.keep.isEnabled()
    assert editor.strip.preview is not None, "the course without it is still to be seen"
    editor.accept()
    assert ticks(services) == TICKS
    assert editor.isVisible()
    write(qtbot, field(editor.cards[0].form, "size"), "nine")
    qtbot.waitUntil(lambda: editor.trouble.text() == "Correct the field that is marked.")
    write(qtbot, field(editor.cards[0].form, "size"), "9")
    qtbot.waitUntil(editor.keep.isEnabled)
    append(qtbot, editor, "freeze")
    assert "every layer would be frozen" in editor.trouble.text()


def test_a_metric_that_nobody_measures_is_refused(qtbot, card, opened):
    editor = opened(2)
    write(qtbot, field(editor.moment.form, "metric"), "acuracy")
    qtbot.waitUntil(lambda: "acuracy is not measured" in editor.trouble.text())
    assert "accuracy" in editor.trouble.text()
    entries = editor.moment.offers.actions()
    next(entry for entry in entries if entry.text() == "Accuracy").trigger()
    qtbot.waitUntil(editor.keep.isEnabled)
    assert editor.tick.at == Plateau(metric="accuracy")


def test_conditions_are_reached_from_the_list_of_all_ticks(card, services):
    menu = card.every.menu()
    menu.aboutToShow.emit()
    words = [action.text() for action in menu.actions()]
    assert len(words) == 3
    assert words[2] == "× 0.1: no better loss for 3 epochs"
    menu.actions()[2].trigger()
    assert card.editor.tick == TICKS[2]
    card.editor.reject()


def test_a_tick_is_deleted_and_duplicated_from_its_form(qtbot, card, opened, services):
    editor = opened(1)
    qtbot.mouseClick(editor.copy, LEFT)
    other = card.editor
    assert other is not editor
    assert (other.is_new, other.tick.at) == (True, AtEpoch(at=2.25))
    other.reject()
    qtbot.mouseClick(opened(1).remove, LEFT)
    assert ticks(services) == (TICKS[0], TICKS[2])


def test_cancel_leaves_everything_as_it_was(qtbot, card, opened, services):
    editor = opened(1)
    append(qtbot, editor, "stop")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible()
    assert ticks(services) == TICKS


def test_how_a_ramp_runs_is_asked_only_where_there_is_one(qtbot, card, opened):
    editor = opened(None)
    append(qtbot, editor, "rate")
    form = editor.cards[0].form
    assert not form.row("shape").editor.isVisible()
    write(qtbot, field(form, "ramp"), "2")
    assert form.row("shape").editor.isVisible()


def test_while_a_run_goes_on_only_what_is_still_to_come_can_be_changed(qtbot, card, services):
    workspace = services.workspace
    each = per_epoch(card)
    workspace.state = State.RUNNING
    history = History().extend(
        [
            Started("run-1", 4 * each, each, 4, 99, 9, 9, "cpu", 1),
            StepDone(each, 1.0, 1.0, 0.1, 9.0, 1.0),
        ]
    )
    card.show_history(history)
    card.begin(0)
    editor = card.editor
    assert editor.tick.at.step(card.strip.preview.course.calendar) == each + 1
    append(qtbot, editor, "rate")
    assert editor.keep.isEnabled()
    choose(qtbot, editor.moment.kind, "step")
    write(qtbot, field(editor.moment.form, "at"), str(each))
    qtbot.waitUntil(lambda: "is over" in editor.trouble.text())
    assert not editor.keep.isEnabled()
    write(qtbot, field(editor.moment.form, "at"), str(each + 5))
    keep(qtbot, editor)
    assert ticks(services)[3].at == AtStep(at=each + 5)
    card.strip.setFocus()
    for _flag in card.strip.flags:
        qtbot.keyClick(card.strip, Qt.Key.Key_Up)
    before = card.editor
    qtbot.keyClick(card.strip, Qt.Key.Key_F2)
    assert card.editor is before, "what came already cannot be edited"
    workspace.state = State.IDLE


def test_everything_has_a_name_for_screen_readers(card, opened):
    editor = opened(0)
    for widget in (editor.name, editor.moment.kind, editor.strip, editor.cards[0].layers.rows):
        assert widget.accessibleName()
    for one in editor.cards:
        assert one.remove.toolTip()
        assert one.layers.which.accessibleName()
        assert one.layers.which.toolTip()
    menu = editor.add.menu()
    assert isinstance(menu, QMenu)
    assert all(action.toolTip() for action in menu.actions())
