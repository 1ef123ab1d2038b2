"""Can runs be queued, put in order, renamed, started and cleared with the mouse and the keys?"""

import pytest
from PySide6.QtCore import QPoint, Qt

from studio.ui.kit import QuietButton
from studio.ui.training.queue.menu import entry_menu
from studio.ui.training.queue.painting import ROW

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def queue(services):
    return services.workspace.queue


@pytest.fixture
def panel(qtbot, page, services):
    for name in ("one", "two", "three"):
        services.workspace.enqueue(name)
    qtbot.mouseClick(page.to_queue, LEFT)
    page.queue.rows.setFocus()
    return page.queue


def names(queue):
    return [entry.name for entry in queue.entries]


def row(index):
    return QPoint(60, index * ROW + ROW // 2)


def test_an_empty_queue_says_what_it_is_for_and_takes_the_present_work(qtbot, page, queue):
    qtbot.mouseClick(page.to_queue, LEFT)
    assert page.queue.empty.isVisible()
    assert "one after the other" in page.queue.empty.note.text()

    qtbot.mouseClick(page.queue.first, LEFT)

    assert names(queue) == ["digits-cnn"]
    assert page.queue.rows.isVisible()
    assert page.to_queue.text() == "Queue (1)"
    (back,) = [one for one in page.queue.findChildren(QuietButton) if one.text() == "Results"]
    qtbot.mouseClick(back, LEFT)
    assert page.results.isVisible()


def test_a_row_is_dragged_to_another_place(qtbot, panel, queue):
    qtbot.mousePress(panel.rows, LEFT, pos=row(0))
    qtbot.mouseMove(panel.rows, QPoint(60, ROW))
    qtbot.mouseMove(panel.rows, QPoint(60, 3 * ROW - 4))
    assert panel.rows.gap == 3
    qtbot.mouseRelease(panel.rows, LEFT, pos=QPoint(60, 3 * ROW - 4))

    assert names(queue) == ["two", "three", "one"]
    assert panel.rows.chosen.name == "one"
    assert panel.rows.gap == -1


def test_escape_gives_a_dragged_row_back(qtbot, panel, queue):
    qtbot.mousePress(panel.rows, LEFT, pos=row(2))
    qtbot.mouseMove(panel.rows, QPoint(60, ROW))
    qtbot.mouseMove(panel.rows, QPoint(60, 4))
    assert panel.rows.gap == 0
    qtbot.keyClick(panel.rows, Qt.Key.Key_Escape)
    qtbot.mouseRelease(panel.rows, LEFT, pos=QPoint(60, 4))

    assert names(queue) == ["one", "two", "three"]


def test_a_click_that_trembles_moves_nothing(qtbot, panel, queue):
    qtbot.mousePress(panel.rows, LEFT, pos=row(1))
    qtbot.mouseMove(panel.rows, row(1) + QPoint(0, 2))
    qtbot.mouseRelease(panel.rows, LEFT, pos=row(1) + QPoint(0, 2))

    assert names(queue) == ["one", "two", "three"]
    assert panel.rows.chosen.name == "two"


def test_keys_walk_move_duplicate_and_remove(qtbot, panel, queue):
    qtbot.keyClick(panel.rows, Qt.Key.Key_Home)
    qtbot.keyClick(panel.rows, Qt.Key.Key_Down, ALT)
    assert names(queue) == ["two", "one", "three"]
    qtbot.keyClick(panel.rows, Qt.Key.Key_Up, ALT)
    qtbot.keyClick(panel.rows, Qt.Key.Key_Up, ALT)  # it is the first already
    assert names(queue) == ["one", "two", "three"]
    qtbot.keyClick(panel.rows, Qt.Key.Key_Down)
    qtbot.keyClick(panel.rows, Qt.Key.Key_D, CTRL)
    assert names(queue) == ["one", "two", "two", "three"]
    qtbot.keyClick(panel.rows, Qt.Key.Key_Delete)
    qtbot.keyClick(panel.rows, Qt.Key.Key_End)
    qtbot.keyClick(panel.rows, Qt.Key.Key_Delete)
    assert names(queue) == ["one", "two"]


def test_a_run_is_renamed_where_its_name_stands(qtbot, panel, queue):
    qtbot.mouseClick(panel.rows, LEFT, pos=row(1))
    qtbot.mouseClick(panel.rename, LEFT)
    assert panel.name.isVisible()
    qtbot.keyClicks(panel.name, "Wide")
    qtbot.keyClick(panel.name, Qt.Key.Key_Return)
    assert names(queue) == ["one", "Wide", "three"]
    assert not panel.name.isVisible()

    qtbot.keyClick(panel.rows, Qt.Key.Key_F2)
    qtbot.keyClicks(panel.name, "no")
    qtbot.keyClick(panel.name, Qt.Key.Key_Escape)

    assert names(queue) == ["one", "Wide", "three"]


def test_a_row_tells_its_network_data_epochs_and_state(panel, services):
    told = panel.rows.told(0)
    tip = panel.rows.tip(0)
    for part in ("one: Waiting", "9,930 parameters", "Digits", "1 epoch", "Adam 0.002"):
        assert part in told
        assert part in tip
    assert "Alt" in tip
    assert panel.rows.accessibleDescription() == told


def test_the_menu_offers_what_can_be_done(panel, queue):
    menu = entry_menu(queue.entries[0], 0, 3, panel.ask, panel.rows)
    able = {action.objectName(): action.isEnabled() for action in menu.actions()}
    assert able == {
        "open": False, "again": False, "rename": True, "duplicate": True, "up": False,
        "down": True, "": True, "remove": True,
    }  # fmt: skip
    panel.rows.choose(queue.entries[0].key)
    next(action for action in menu.actions() if action.objectName() == "down").trigger()
    assert names(queue) == ["two", "one", "three"]


def test_runs_are_trained_in_turn_and_a_failure_is_told_and_run_again(qtbot, page, panel, services):
    workspace, queue = services.workspace, services.workspace.queue
    for entry in queue.entries[1:]:
        workspace.change_queue(lambda q, key=entry.key: q.remove(key))
    workspace.set_plan(workspace.plan.changed(batch_size=100_000))
    qtbot.mouseClick(panel.add, LEFT)
    assert panel.rows.chosen.name == "digits-cnn"
    assert panel.go.text() == "Start"

    qtbot.mouseClick(panel.go, LEFT)

    assert panel.go.text() == "Hold"
    assert not panel.again.isEnabled()
    qtbot.waitUntil(lambda: panel.rows.share > 0, timeout=PATIENCE)
    assert "Running" in panel.rows.told(0)
    qtbot.waitUntil(lambda: not queue.is_going, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)
    assert [entry.state for entry in queue.entries] == ["done", "failed"]
    assert "batch size" in panel.rows.told(1)
    assert panel.go.text() == "Start"
    assert not panel.go.isEnabled()
    assert panel.clear.text() == "Clear the 2 that ended"

    assert panel.again.isEnabled()
    qtbot.mouseClick(panel.again, LEFT)
    assert queue.entries[1].state == "waiting"
    qtbot.keyClick(panel.rows, Qt.Key.Key_Home)
    qtbot.keyClick(panel.rows, Qt.Key.Key_Return)
    assert workspace.run_folder.name == queue.entries[0].run
    qtbot.mouseClick(panel.clear, LEFT)
    assert names(queue) == ["digits-cnn"]
    assert not panel.clear.isVisible()


def test_a_run_under_way_cannot_be_taken_out_and_the_queue_can_be_held(qtbot, panel, services):
    queue = services.workspace.queue
    qtbot.mouseClick(panel.go, LEFT)
    qtbot.keyClick(panel.rows, Qt.Key.Key_Home)
    assert queue.current is not None
    assert not panel.remove.isEnabled()

    qtbot.mouseClick(panel.go, LEFT)

    assert not queue.is_going
    assert panel.state.text() == "2 runs wait"
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)
    assert [entry.state for entry in queue.entries] == ["done", "waiting", "waiting"]
