"""The switch for runs with a process of their own, and the card of a run that broke off."""

import shutil

import pytest
from PySide6.QtCore import Qt

from studio.runs.isolated import cool
from studio.runs.log import LOG
from studio.ui import preferences
from studio.workspace import State

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def _no_process_stays_ready():
    yield
    cool()


def test_the_switch_isolates_runs_and_is_remembered(qtbot, page, services):
    switch = page.plan.isolation.switch
    assert not switch.isChecked()
    assert "crashes" in page.plan.isolation.toolTip()

    switch.setFocus()
    qtbot.keyClick(switch, Qt.Key.Key_Space)

    assert services.workspace.is_isolating
    assert services.workspace.run_request().isolated
    assert preferences.load().isolated
    qtbot.mouseClick(switch, LEFT)
    assert not services.workspace.is_isolating
    assert not preferences.load().isolated


def test_a_run_with_its_own_process_says_so_quietly(qtbot, page, services):
    workspace, alone = services.workspace, page.progress.alone
    assert not alone.isVisible()
    workspace.can_leave = True
    workspace._enter_state(State.STARTING)
    assert alone.isVisible()
    workspace._enter_state(State.IDLE)
    assert not alone.isVisible()
    workspace.can_leave = False
    workspace._enter_state(State.STARTING)
    assert not alone.isVisible()
    workspace._enter_state(State.IDLE)


@pytest.fixture
def broken_off(qtbot, services):
    """The folder of a run whose log ends in the middle, as after a power cut."""
    workspace = services.workspace
    workspace.set_plan(workspace.plan.changed(epochs=2))
    services.training.start(workspace.run_request())
    qtbot.waitUntil(lambda: workspace.state is State.RUNNING, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)
    log = workspace.run_folder / LOG
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "ended" not in line.lower()]
    assert len(kept) < len(lines)
    log.write_text("".join(kept), encoding="utf-8")
    return workspace.run_folder


def test_a_run_that_broke_off_is_resumed_from_its_card(qtbot, page, services, broken_off):
    workspace, card = services.workspace, page.interrupted
    assert not card.isVisible()  # it ended well, as far as the window knows

    assert workspace.open_run(broken_off)

    assert card.isVisible()
    assert "goes on from step" in card.why.text()
    assert card.accessibleDescription() == card.why.text()
    card.resume.setFocus()
    qtbot.keyClick(card.resume, Qt.Key.Key_Space)
    assert workspace.is_training
    assert not card.isVisible()
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)
    assert workspace.run_folder == broken_off
    assert workspace.history.ended.reason == "finished"
    assert not card.isVisible()


def test_the_card_can_be_put_away(qtbot, page, services, broken_off):
    services.workspace.open_run(broken_off)
    assert page.interrupted.isVisible()
    qtbot.mouseClick(page.interrupted.close_it, LEFT)
    assert not page.interrupted.isVisible()
    services.workspace._show_history(services.workspace.history)
    assert not page.interrupted.isVisible()


def test_a_run_without_a_checkpoint_offers_nothing(page, services, broken_off):
    shutil.rmtree(broken_off / "checkpoints")
    services.workspace.open_run(broken_off)
    assert not page.interrupted.isVisible()
