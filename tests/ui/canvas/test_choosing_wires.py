"""Selecting a wire, and what can be done with it: take it away, put a layer into it."""

import pytest
from PySide6.QtCore import QPointF, Qt

from studio.graph import edits
from studio.graph.model import Wire


def _middle(hand, target="relu_1"):
    wire = hand.view.canvas.wires[target, 0]
    return (wire.corners[0] + wire.corners[-1]) / 2


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_a_clicked_wire_lights_up_and_delete_takes_it_away(workspace, hand, key):
    hand.click(_middle(hand))
    wire = hand.view.canvas.wires["relu_1", 0]
    assert wire.chosen
    assert wire.pen().widthF() == 3
    hand.key(key)
    assert workspace.page["relu_1"].sources == ()
    assert len(workspace.page) == 7
    workspace.undo()
    assert workspace.page["relu_1"].sources == (Wire("conv2d_1"),)


def test_a_click_on_the_end_of_a_wire_selects_it(workspace, hand):
    before = workspace.page
    hand.click(hand.nodes["relu_1"].entry(0))
    assert hand.view.canvas.wires["relu_1", 0].chosen
    assert workspace.page is before


def test_a_wire_and_a_card_are_never_selected_together(workspace, hand):
    workspace.select({"image"})
    hand.click(_middle(hand))
    assert workspace.selection == frozenset()
    workspace.select({"image"})
    assert not hand.view.canvas.wires["relu_1", 0].chosen
    hand.key(Qt.Key.Key_Delete)
    assert "image" not in workspace.page
    assert workspace.page["relu_1"].sources == (Wire("conv2d_1"),)


def test_a_rubber_band_that_begins_on_a_wire_selects_cards(workspace, hand):
    start = _middle(hand)
    hand.drag(start, start + QPointF(60, 60))
    assert workspace.selection == {"relu_1"}
    assert not hand.view.canvas.wires["relu_1", 0].chosen


def test_escape_or_a_click_beside_it_gives_up_the_wire(hand):
    wire = hand.view.canvas.wires["relu_1", 0]
    hand.click(_middle(hand))
    hand.key(Qt.Key.Key_Escape)
    assert not wire.chosen
    hand.click(_middle(hand))
    assert wire.chosen
    hand.click(QPointF(900, 300))
    assert not wire.chosen


def test_a_selected_wire_stays_selected_when_it_is_drawn_anew(workspace, hand):
    hand.click(_middle(hand))
    workspace.edit("freeze", lambda graph: edits.set_frozen(graph, {"relu_1"}, frozen=True))
    assert hand.view.canvas.wires["relu_1", 0].chosen
    workspace.edit("other", lambda graph: edits.connect(graph, "image", "relu_1", 0))
    assert not hand.view.canvas.wires["relu_1", 0].chosen


def test_the_menu_of_a_wire_deletes_it_or_puts_a_layer_into_it(workspace, hand, qtbot):
    menu = hand.panel.menu_at(_middle(hand))
    assert [action.text() for action in menu.actions()] == ["Insert a layer…", "Delete"]
    assert menu.actions()[1].isEnabled()
    menu.actions()[0].trigger()
    search = hand.panel.quick_search
    assert search.isVisible()
    qtbot.keyClicks(search.field, "dropout")
    qtbot.keyClick(search.field, Qt.Key.Key_Return)
    assert workspace.page["dropout_1"].sources == (Wire("conv2d_1"),)
    assert workspace.page["relu_1"].sources == (Wire("dropout_1"),)
    hand.panel.menu_at(_middle(hand)).actions()[1].trigger()
    assert workspace.page["relu_1"].sources == ()


def test_only_blocks_can_be_taken_apart(workspace, hand):
    ungroup = hand.panel.actions_by_id["ungroup"]
    hand.panel.menu_at(hand.body("relu_1"))
    assert not ungroup.isEnabled()
    workspace.edit("group", lambda graph: edits.group(graph, {"conv2d_1", "relu_1"}))
    workspace.select({"block_1"})
    assert ungroup.isEnabled()
    workspace.select({"block_1", "image"})
    assert ungroup.isEnabled()
