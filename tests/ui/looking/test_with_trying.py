"""Trying and looking go together: what is drawn is seen in the layers at once."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from studio.ui.design_page import DesignPage
from studio.ui.train_page import TrainPage
from studio.workspace import State

PATIENCE = 20_000


@pytest.fixture
def trained(services, qtbot):
    """Services whose workspace shows a run of the digits that has ended."""
    workspace = services.workspace
    services.training.start(workspace.run_request())
    qtbot.waitUntil(
        lambda: workspace.state is State.IDLE and not services.training.is_running(),
        timeout=PATIENCE,
    )
    return services


def test_strokes_on_the_pad_are_seen_in_the_selected_layer(trained, qtbot, shown):
    workspace = trained.workspace
    page = shown(DesignPage(trained), 1400, 900)
    page.take_keyboard()
    assert not page._trial.isVisible()
    qtbot.keyClick(page.canvas.view, Qt.Key.Key_I)
    assert page._trial.isVisible()
    assert page.canvas.toolbar.look.isChecked()
    qtbot.mouseClick(page.inside.card.to_trial, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: workspace.trial is not None, timeout=PATIENCE)
    workspace.select({"conv2d_1"})
    card = page.inside.card
    qtbot.waitUntil(card.stack.isVisible, timeout=PATIENCE)
    seen = np.array(card.output._shown.values)
    trial = workspace.trial
    qtbot.mouseClick(page.trial.sample, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: workspace.trial is not trial, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not np.array_equal(seen, card.output._shown.values), timeout=PATIENCE)
    page.activateWindow()
    page.take_keyboard()
    qtbot.waitUntil(page.canvas.view.hasFocus, timeout=PATIENCE)
    qtbot.keyClick(page.canvas.view, Qt.Key.Key_I, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(card.views.hasFocus, timeout=PATIENCE)
    qtbot.keyClick(card.views, Qt.Key.Key_Escape)
    assert page.canvas.view.hasFocus()
    assert not card.isVisible()
    page.inside.turn(on=True)
    qtbot.mouseClick(card.close_button, Qt.MouseButton.LeftButton)
    assert not card.isVisible()
    assert not page._trial.isVisible()
    assert page.totals.isVisible()
    assert not page.canvas.toolbar.look.isChecked()
    qtbot.waitUntil(lambda: not page.inside._asking.is_busy, timeout=PATIENCE)


def test_what_is_tried_beside_the_curves_stays_on_the_way_to_the_canvas(trained, qtbot, shown):
    workspace = trained.workspace
    train, design = TrainPage(trained), DesignPage(trained)
    train.looked.connect(lambda: design.inside.turn(on=True))
    shown(train, 1400, 900)
    qtbot.mouseClick(train.to_trial, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(train.trial.sample, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: workspace.trial is not None, timeout=PATIENCE)
    trial = workspace.trial
    shown(design, 1400, 900)
    with qtbot.waitSignal(train.looked):
        qtbot.mouseClick(train.to_inside, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(design.trial.isVisible, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not design.trial.asking.is_busy, timeout=PATIENCE)
    assert workspace.trial is trial
    assert "Click a layer" in design.inside.card.note.text()
