"""Adding, deleting, moving, copying, grouping and freezing on the canvas."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from studio.datasets.source import Source
from studio.graph import edits
from studio.graph.model import Wire
from studio.runs.request import RunRequest
from studio.training.events import Ended, Started, StepDone
from studio.training.plan import Plan
from studio.ui.canvas.heating import warmth
from studio.ui.canvas.teaching import lesson

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def test_a_layer_dropped_from_the_palette_lands_under_the_mouse(workspace, hand):
    before = {name: item.pos() for name, item in hand.nodes.items()}
    hand.drop({"type": "dropout", "p": 0.3}, QPointF(904, 241))
    assert workspace.page["dropout_1"].layer.p == 0.3
    assert workspace.selection == {"dropout_1"}
    card = hand.nodes["dropout_1"].card
    assert abs(card.center().x() - 904) <= 4
    assert abs(card.center().y() - 241) <= 4
    assert {name: hand.nodes[name].pos() for name in before} == before


def test_a_layer_dropped_on_a_wire_is_inserted(workspace, hand):
    wire = hand.view.canvas.wires["relu_1", 0]
    hand.drop({"type": "batch_norm2d"}, (wire.corners[0] + wire.corners[-1]) / 2)
    assert workspace.page["batch_norm2d_1"].sources == (Wire("conv2d_1"),)
    assert workspace.page["relu_1"].sources == (Wire("batch_norm2d_1"),)
    workspace.undo()
    assert workspace.page["relu_1"].sources == (Wire("conv2d_1"),)
    assert "batch_norm2d_1" not in hand.nodes


def test_something_else_dropped_is_not_taken(workspace, hand):
    before = workspace.page
    hand.drop({"type": "no such layer"}, QPointF(900, 240))
    assert workspace.page is before


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_heals_the_chain_and_undo_restores_it(workspace, hand, key):
    hand.click(hand.body("relu_1"))
    assert workspace.selection == {"relu_1"}
    hand.key(key)
    assert "relu_1" not in hand.nodes
    assert workspace.page["max_pool2d_1"].sources == (Wire("conv2d_1"),)
    workspace.undo()
    assert workspace.page["max_pool2d_1"].sources == (Wire("relu_1"),)
    assert "relu_1" in hand.nodes


def test_a_drag_moves_cards_in_one_step(workspace, hand):
    start = hand.nodes["relu_1"].pos()
    hand.drag(hand.body("relu_1"), hand.body("relu_1") + QPointF(300, 60))
    x, y = workspace.page["relu_1"].at
    assert (x, y) != (start.x(), start.y())
    assert x % 4 == y % 4 == 0
    assert hand.nodes["relu_1"].pos() == QPointF(x, y)
    workspace.undo()
    assert hand.nodes["relu_1"].pos() == start


def test_escape_returns_a_dragged_card(workspace, hand):
    start, before = hand.nodes["relu_1"].pos(), workspace.page
    body = hand.body("relu_1")
    hand.press(body)
    hand.move(body + QPointF(120, 40))
    assert hand.nodes["relu_1"].pos() != start
    hand.key(Qt.Key.Key_Escape)
    assert hand.nodes["relu_1"].pos() == start
    hand.release(body + QPointF(120, 40))
    assert workspace.page is before


def test_a_rubber_band_selects_what_it_touches(workspace, hand):
    box = hand.nodes["conv2d_1"].card.united(hand.nodes["relu_1"].card)
    hand.drag(box.topLeft() + QPointF(-14, -32), box.bottomRight() + QPointF(-30, -30))
    assert workspace.selection == {"conv2d_1", "relu_1"}
    assert hand.nodes["relu_1"].face.selected
    assert not hand.nodes["image"].face.selected


def test_shift_click_adds_to_the_selection_and_takes_away(workspace, hand):
    hand.click(hand.body("relu_1"))
    hand.click(hand.body("conv2d_1"), SHIFT)
    assert workspace.selection == {"relu_1", "conv2d_1"}
    hand.click(hand.body("conv2d_1"), SHIFT)
    assert workspace.selection == {"relu_1"}
    hand.key(Qt.Key.Key_Escape)
    assert workspace.selection == frozenset()


def test_the_snowflake_freezes_and_thaws_by_click(workspace, hand):
    flake = hand.nodes["conv2d_1"].pos() + QPointF(191, 17)
    hand.click(flake)
    assert workspace.page["conv2d_1"].frozen is True
    assert hand.nodes["conv2d_1"].face.frozen is True
    hand.click(flake)
    assert workspace.page["conv2d_1"].frozen is False


def test_a_layer_without_weights_has_no_snowflake(workspace, hand):
    hand.click(hand.nodes["relu_1"].pos() + QPointF(191, 17))
    assert workspace.page["relu_1"].frozen is False
    assert workspace.selection == {"relu_1"}


def test_the_snowflake_appears_while_the_mouse_is_over_the_card(hand):
    assert not hand.nodes["conv2d_1"].face.hovered
    hand.move(hand.body("conv2d_1"), Qt.MouseButton.NoButton)
    assert hand.nodes["conv2d_1"].face.hovered
    hand.move(hand.body("linear_1"), Qt.MouseButton.NoButton)
    assert not hand.nodes["conv2d_1"].face.hovered


def test_f_freezes_the_selection(workspace, hand):
    workspace.select({"conv2d_1", "linear_1"})
    hand.key(Qt.Key.Key_F)
    assert workspace.page["conv2d_1"].frozen is True
    assert workspace.page["linear_1"].frozen is True


def test_copy_and_paste_by_keys(workspace, hand):
    workspace.select({"conv2d_1", "relu_1"})
    hand.key(Qt.Key.Key_C, CTRL)
    assert "conv2d" in QApplication.clipboard().text()
    hand.key(Qt.Key.Key_V, CTRL)
    assert workspace.selection == {"conv2d_2", "relu_2"}
    assert workspace.page["relu_2"].sources == (Wire("conv2d_2"),)
    assert workspace.page["conv2d_2"].sources == ()


def test_cut_heals_and_paste_brings_back(workspace, hand):
    workspace.select({"relu_1"})
    hand.key(Qt.Key.Key_X, CTRL)
    assert workspace.page["max_pool2d_1"].sources == (Wire("conv2d_1"),)
    hand.key(Qt.Key.Key_V, CTRL)
    assert workspace.selection == {"relu_1"}


def test_foreign_text_on_the_clipboard_is_refused_in_a_sentence(workspace, hand, notices):
    before = workspace.page
    QApplication.clipboard().setText("a shopping list")
    hand.key(Qt.Key.Key_V, CTRL)
    assert workspace.page is before
    assert len(notices) == 1


def test_duplicate_puts_copies_beside_the_selection(workspace, hand):
    workspace.select({"conv2d_1"})
    hand.key(Qt.Key.Key_D, CTRL)
    assert workspace.selection == {"conv2d_2"}
    assert hand.nodes["conv2d_2"].pos().x() > hand.nodes["conv2d_1"].pos().x()


def test_a_group_becomes_a_block_that_opens_by_double_click(workspace, hand):
    workspace.select({"conv2d_1", "relu_1"})
    hand.key(Qt.Key.Key_G, CTRL)
    assert workspace.selection == {"block_1"}
    assert not hand.panel.breadcrumb.isVisible()
    hand.double_click(hand.body("block_1"))
    assert workspace.location == ("block_1",)
    assert {"conv2d_1", "relu_1"} <= set(hand.nodes)
    assert hand.panel.breadcrumb.isVisible()
    hand.key(Qt.Key.Key_Up, ALT)
    assert workspace.location == ()
    assert workspace.selection == {"block_1"}


def test_enter_opens_a_block_and_ungroup_takes_it_apart(workspace, hand):
    workspace.select({"conv2d_1", "relu_1"})
    hand.key(Qt.Key.Key_G, CTRL)
    hand.key(Qt.Key.Key_Return)
    assert workspace.location == ("block_1",)
    workspace.leave(0)
    workspace.select({"block_1"})
    hand.key(Qt.Key.Key_G, CTRL | SHIFT)
    assert "block_1" not in workspace.page
    assert len(workspace.page) == 7


def test_enter_on_a_layer_asks_for_its_settings(workspace, hand):
    asked: list[str] = []
    hand.panel.inspect_asked.connect(asked.append)
    workspace.select({"conv2d_1"})
    hand.key(Qt.Key.Key_Return)
    assert asked == ["conv2d_1"]


def test_the_context_menu_has_the_same_verbs(workspace, hand):
    hand.panel.actions_by_id["select_all"].trigger()
    assert workspace.selection == frozenset(workspace.page)
    hand.panel.actions_by_id["clear"].trigger()
    assert not hand.panel.actions_by_id["delete"].isEnabled()


def test_a_card_tells_its_error_and_its_formula(workspace, hand):
    item = hand.nodes["conv2d_1"]
    assert "320" in lesson(item, workspace.page)
    assert "×" in lesson(item, workspace.page)
    workspace.edit("kernel", lambda graph: edits.configure(graph, "conv2d_1", kernel_size=40))
    assert item.face.severity == "error"
    assert item.findings[0].problem[:20] in lesson(item, workspace.page).replace("&#x27;", "'")


def test_heat_tints_a_card_and_goes(hand):
    hand.panel.set_heat({"conv2d_1": 1.0})
    assert hand.nodes["conv2d_1"].face.heat == 16
    assert hand.nodes["linear_1"].face.heat == 0
    hand.panel.set_heat({})
    assert hand.nodes["conv2d_1"].face.heat == 0


def test_cards_put_by_hand_step_aside_for_a_layer_between_them(workspace, hand):
    places = {name: (0.0, 122.0 * row) for row, name in enumerate(workspace.page)}
    workspace.edit("column", lambda graph: edits.move(graph, places))
    hand.drop({"type": "batch_norm2d"}, QPointF(104, 122 * 2 - 20))
    assert workspace.page["batch_norm2d_1"].sources == (Wire("conv2d_1"),)
    column = sorted(workspace.page, key=lambda name: workspace.page[name].at[1])
    assert column[1:4] == ["conv2d_1", "batch_norm2d_1", "relu_1"]
    assert {node.at[0] for node in workspace.page.nodes.values()} == {0.0}
    tops = sorted(node.at[1] for node in workspace.page.nodes.values())
    assert all(b - a >= 122 for a, b in pairwise(tops))


def test_layers_that_learn_more_are_warmer():
    heat = warmth({"still": 1e-7, "slow": 1e-4, "fast": 1e-2, "wild": 3.0})
    assert heat["still"] == 0 < heat["slow"] < heat["fast"] < heat["wild"] == 1


def test_the_cards_are_tinted_while_a_run_is_under_way_and_cool_down_after(
    workspace, hand, qtbot, tmp_path
):
    norms = {"conv2d_1": 0.3, "linear_1": 0.1}
    ratios = {"conv2d_1": 1e-5, "linear_1": 0.1}
    started = Started(
        "run-0001", 100, 10, 10, 320, 50, 40, "cpu", 1, layers=("conv2d_1", "linear_1")
    )
    step = StepDone(5, 0.5, 1.2, 0.01, 900.0, 0.4, gradient_norms=norms, update_ratios=ratios)
    data = Source()
    workspace.begin(RunRequest(workspace.document.graph, data, Plan(), tmp_path))
    workspace.absorb([started, step])
    qtbot.waitUntil(lambda: hand.nodes["linear_1"].face.heat > 8, timeout=3000)
    assert 0 < hand.nodes["conv2d_1"].face.heat < 4
    assert hand.nodes["relu_1"].face.heat == 0
    workspace.absorb([Ended("stopped", 5, 0.4, 900.0)])
    qtbot.waitUntil(lambda: hand.nodes["linear_1"].face.heat == 0, timeout=3000)
