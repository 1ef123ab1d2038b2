"""Can earlier runs be found, opened, continued and deleted, with a way back?"""

import shutil
from collections import deque

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer

from studio.runs.perform import perform
from studio.training.control import Control
from studio.ui.runs.branch_dialog import BranchDialog
from studio.ui.runs.leaving import UNDO_MS
from studio.ui.runs.model import when
from studio.ui.runs.panel import RunsPanel
from studio.ui.services import Services
from studio.workspace import Workspace

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(shown, services):
    return shown(RunsPanel(services), 1300, 760)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of two runs that were trained once."""
    workspace, folder = Workspace(), tmp_path_factory.mktemp("trained")
    workspace.new_from("digits-cnn")
    workspace.path = folder / "digits.layerwise"
    workspace.set_plan(workspace.plan.changed(epochs=1, threads=1))
    for _run in range(2):
        deque(perform(workspace.run_request(), Control()), maxlen=0)
    return workspace.runs_folder


@pytest.fixture
def two_runs(services, trained, panel):
    shutil.copytree(trained, services.workspace.runs_folder)
    services.workspace.runs_changed.emit(None)
    return panel


def train(qtbot, services: Services) -> None:
    services.training.start(services.workspace.run_request())
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)


def column(panel: RunsPanel, place: int) -> list[str]:
    model = panel.table.shown
    return [model.data(model.index(row, place)) for row in range(model.rowCount())]


def test_without_runs_the_page_says_what_will_be_here(panel):
    assert panel.pages.currentWidget() is panel.empty


def test_finished_runs_are_listed_with_status_and_marks(two_runs):
    assert sorted(column(two_runs, 0)) == ["run-0001", "run-0002"]
    assert column(two_runs, 1) == ["Finished", "Finished"]
    assert all(text.endswith("% test") for text in column(two_runs, 6))


def test_a_run_under_way_is_shown_as_running_and_cannot_be_deleted(qtbot, services, panel):
    workspace = services.workspace
    workspace.set_plan(workspace.plan.changed(epochs=100_000))
    services.training.start(workspace.run_request())
    qtbot.waitUntil(lambda: panel.table.shown.rowCount() == 1, timeout=PATIENCE)
    panel.table.selectRow(0)
    assert column(panel, 1) == ["Running"]
    assert not panel.head.delete.isEnabled()
    assert not panel.head.branch.isEnabled()
    workspace.stop()
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)
    assert column(panel, 1) == ["Stopped"]


def test_a_run_is_reopened_with_its_curves(qtbot, services, two_runs):
    services.workspace.history_changed.emit(None)
    names = column(two_runs, 0)
    two_runs.table.selectRow(names.index("run-0001"))
    assert services.workspace.run_folder.name == "run-0001"
    assert services.workspace.history.ended.reason == "finished"
    qtbot.waitUntil(lambda: two_runs.loss.value.text() not in {"", "–"}, timeout=2000)


def test_enter_opens_the_selected_run_too(qtbot, services, two_runs):
    names = column(two_runs, 0)
    two_runs.table.setFocus()
    two_runs.table.selectRow(names.index("run-0001"))
    qtbot.keyClick(two_runs.table, Qt.Key.Key_Return)
    assert services.workspace.run_folder.name == "run-0001"


def test_the_run_at_hand_is_selected_when_the_page_is_opened(services, two_runs):
    two_runs.hide()
    services.workspace.open_run(services.workspace.runs()[1].folder)
    two_runs.show()
    assert two_runs.table.chosen.folder == services.workspace.run_folder
    assert two_runs.head.judge.isEnabled()


def answer(qtbot, panel: RunsPanel, act) -> None:
    """Act on the dialog that the next click opens."""

    def found() -> None:
        dialog = panel.findChild(BranchDialog)
        act(dialog)

    QTimer.singleShot(0, found)


def test_a_branch_starts_from_the_best_weights_of_the_selected_run(qtbot, services, panel):
    train(qtbot, services)
    panel.table.selectRow(0)
    answer(qtbot, panel, lambda dialog: qtbot.mouseClick(dialog.start, LEFT))
    said = []
    services.workspace.notice.connect(said.append)
    qtbot.mouseClick(panel.head.branch, LEFT)
    assert "Train" in said[0].text
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)
    first, second = services.workspace.runs()[::-1]
    assert (second.parent, second.checkpoint, second.parent_step) == ("run-0001", "best", 40)
    assert second.metrics["test"]["loss"] < first.metrics["test"]["loss"]
    assert column(panel, 0) == ["run-0001", "run-0002"]  # the branch below its parent
    assert column(panel, 7) == ["–", "run-0001, best, step 40"]
    assert [row.depth for row in panel.table.shown.rows] == [0, 1]


def test_a_branch_that_is_cancelled_starts_nothing(qtbot, services, panel):
    train(qtbot, services)
    panel.table.selectRow(0)
    answer(qtbot, panel, lambda dialog: qtbot.keyClick(dialog, Qt.Key.Key_Escape))
    qtbot.mouseClick(panel.head.branch, LEFT)
    assert not services.training.is_running()
    assert len(services.workspace.runs()) == 1


def test_a_deleted_run_can_be_taken_back(qtbot, services, two_runs):
    two_runs.table.selectRow(0)
    gone = two_runs.table.chosen
    qtbot.mouseClick(two_runs.head.delete, LEFT)
    assert gone.name not in column(two_runs, 0)
    assert gone.folder.is_dir()
    assert two_runs.undo.isVisible()
    qtbot.mouseClick(two_runs.undo.button, LEFT)
    assert gone.name in column(two_runs, 0)
    assert not two_runs.undo.isVisible()


def test_a_deleted_run_is_removed_when_nobody_takes_it_back(qtbot, services, two_runs):
    two_runs._leaving.clock.setInterval(50)
    two_runs.table.setFocus()
    two_runs.table.selectRow(0)
    gone = two_runs.table.chosen
    qtbot.keyClick(two_runs.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not gone.folder.exists(), timeout=5000)
    assert column(two_runs, 0) != []
    assert not two_runs.undo.isVisible()


def test_there_is_time_to_change_ones_mind():
    assert UNDO_MS >= 5000


def test_times_are_read_as_local_time_and_nonsense_is_left_alone():
    assert when("2026-11-22T07:55:48.043+00:00").startswith("2026-11-2")
    assert when("") == "–"
    assert when("yesterday") == "yesterday"


def test_selecting_a_row_shows_its_run_and_deleting_it_takes_the_curves_away(
    qtbot, services, two_runs
):
    names = column(two_runs, 0)
    two_runs.table.selectRow(names.index("run-0001"))
    assert services.workspace.run_folder.name == "run-0001"
    assert two_runs.shown.text() == "Curves and results of run-0001"
    qtbot.mouseClick(two_runs.head.delete, LEFT)
    assert "run-0001" not in two_runs.shown.text()
    assert two_runs.results.empty.isVisible()
    qtbot.waitUntil(lambda: two_runs.loss.value.text() == "–", timeout=2000)
    qtbot.mouseClick(two_runs.undo.button, LEFT)
    assert two_runs.results.pane.isVisible()


def test_a_run_that_was_selected_does_not_hide_the_next_one(qtbot, services, panel):
    train(qtbot, services)
    panel.table.selectRow(0)
    train(qtbot, services)
    assert services.workspace.run_folder.name == "run-0002"
    assert panel.shown.text() == "Curves and results of run-0002"
    assert panel.table.chosen.folder == services.workspace.run_folder


def test_the_row_of_a_run_under_way_follows_it(qtbot, services, panel):
    workspace = services.workspace
    workspace.set_plan(workspace.plan.changed(epochs=100_000))
    services.training.start(workspace.run_request())
    qtbot.waitUntil(lambda: column(panel, 5)[:1] not in ([], ["–"]), timeout=PATIENCE)
    assert column(panel, 1) == ["Running"]
    assert column(panel, 5)[0].endswith("validation")
    workspace.stop()
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)


def test_a_page_that_closes_carries_out_what_was_deleted(qtbot, services, qapp):
    train(qtbot, services)
    gone = RunsPanel(services)
    gone.show()
    gone.table.selectRow(0)
    assert gone.table.chosen is not None
    folder = gone.table.chosen.folder
    qtbot.mouseClick(gone.head.delete, LEFT)
    assert folder.exists()
    gone.deleteLater()
    qapp.sendPostedEvents(gone, QEvent.Type.DeferredDelete)
    assert not folder.exists()


def test_a_narrow_table_leaves_out_columns_instead_of_cutting_them(qtbot, two_runs):
    table = two_runs.table
    assert not table.isColumnHidden(7)
    two_runs.resize(960, 700)
    assert table.isColumnHidden(7)
    assert not any(table.isColumnHidden(place) for place in (0, 1, 5, 6))
    assert not table.horizontalScrollBar().isVisible()
