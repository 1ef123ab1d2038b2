"""The list of findings: the worst first, each with its fix."""

import pytest
from PySide6.QtCore import Qt

from studio.catalogue import CATALOGUE
from studio.graph import edits
from studio.ui.findings import FindingsPanel


@pytest.fixture
def panel(qtbot, workspace):
    made = FindingsPanel(workspace)
    qtbot.addWidget(made)
    made.resize(248, 600)
    made.show()
    return made


def test_a_sound_network_is_ready_to_train(panel):
    assert panel.empty.isVisible()
    assert panel.empty.title.text() == "Ready to train"


def test_errors_come_before_warnings_and_hints(panel, workspace):
    workspace.edit("remove", lambda graph: edits.remove(graph, ["flatten_1"]))
    workspace.edit("loose", lambda graph: edits.add(graph, CATALOGUE["conv2d"]()))

    severities = [card.finding.severity for card in panel.cards]
    assert severities == sorted(severities, key=["error", "warning", "hint"].index)
    assert severities[0] == "error"


def test_a_click_shows_the_layer(qtbot, panel, workspace):
    workspace.edit("loose", lambda graph: edits.add(graph, CATALOGUE["conv2d"]()))
    card = next(card for card in panel.cards if card.finding.node == "conv2d_2")

    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)

    assert workspace.selection == {"conv2d_2"}


def test_the_keyboard_shows_the_layer(qtbot, panel, workspace):
    workspace.edit("loose", lambda graph: edits.add(graph, CATALOGUE["conv2d"]()))
    card = next(card for card in panel.cards if card.finding.node == "conv2d_2")

    qtbot.keyClick(card, Qt.Key.Key_Return)

    assert workspace.selection == {"conv2d_2"}


def test_one_click_applies_the_fix_and_undo_takes_it_back(qtbot, panel, workspace):
    workspace.edit("remove", lambda graph: edits.remove(graph, ["flatten_1"]))
    broken = workspace.document.graph
    card = next(card for card in panel.cards if card.finding.fix is not None)

    qtbot.mouseClick(card.button, Qt.MouseButton.LeftButton)
    assert workspace.document.graph != broken
    workspace.undo()
    assert workspace.document.graph == broken


def test_cards_that_stay_carry_the_fix_of_the_network_as_it_is_now(panel, workspace):
    workspace.edit("remove", lambda graph: edits.remove(graph, ["flatten_1"]))
    cards = list(panel.cards)

    workspace.set_frozen({"conv2d_1"}, True)

    assert panel.cards == cards
    now = [id(finding) for finding in workspace.report.findings]
    assert all(id(card.finding) in now for card in panel.cards)
