"""Walking, searching, typing chains, zooming: the canvas without a mouse."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from studio.graph import edits
from studio.graph.model import Graph, Wire
from studio.ui.canvas.keys import KEYS
from studio.ui.canvas.verbs import Verbs
from studio.wording import in_percent

CTRL = Qt.KeyboardModifier.ControlModifier


def test_arrows_walk_along_the_wires(workspace, hand):
    hand.key(Qt.Key.Key_Down)
    assert workspace.selection == {"image"}
    for name in ("conv2d_1", "relu_1", "max_pool2d_1", "flatten_1", "linear_1", "output_1"):
        hand.key(Qt.Key.Key_Down)
        assert workspace.selection == {name}
    hand.key(Qt.Key.Key_Up)
    assert workspace.selection == {"linear_1"}


def test_a_burst_of_nudges_is_one_step(workspace, hand):
    workspace.select({"relu_1"})
    start = hand.nodes["relu_1"].pos()
    for _time in range(3):
        hand.key(Qt.Key.Key_Right, CTRL)
    assert hand.nodes["relu_1"].pos() == start + QPointF(24, 0)
    workspace.undo()
    assert hand.nodes["relu_1"].pos() == start


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_K, CTRL),
        (Qt.Key.Key_Slash, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_the_command_bar_adds_a_chain_behind_the_selection(workspace, hand, qtbot, key, modifier):
    workspace.select({"relu_1"})
    hand.key(key, modifier)
    bar = hand.panel.command_bar
    assert bar.isVisible()
    qtbot.keyClicks(bar.field, "conv2d 64 3 -> relu")
    assert bar.field.text() == "conv2d 64 3 → relu"
    assert "relu_1" in bar.preview.text()
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert not bar.isVisible()
    assert workspace.page["conv2d_2"].sources == (Wire("relu_1"),)
    assert workspace.page["relu_2"].sources == (Wire("conv2d_2"),)
    assert workspace.page["max_pool2d_1"].sources == (Wire("relu_2"),)
    workspace.undo()
    assert len(workspace.page) == 7


def test_the_command_bar_says_what_is_wrong_and_adds_nothing(workspace, hand, qtbot):
    before = workspace.page
    hand.key(Qt.Key.Key_K, CTRL)
    bar = hand.panel.command_bar
    qtbot.keyClicks(bar.field, "linaer 10")
    assert "linear" in bar.preview.text()
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.isVisible()
    assert workspace.page is before
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert hand.view.hasFocus()


def test_tab_searches_for_a_layer_and_adds_it_behind_the_selection(workspace, hand, qtbot):
    workspace.select({"conv2d_1"})
    hand.key(Qt.Key.Key_Tab)
    search = hand.panel.quick_search
    assert search.isVisible()
    qtbot.keyClicks(search.field, "batch")
    qtbot.keyClick(search.field, Qt.Key.Key_Down)
    chosen = search.list.currentItem().text()
    assert "2D" in chosen
    qtbot.keyClick(search.field, Qt.Key.Key_Return)
    assert workspace.page["relu_1"].sources == (Wire("batch_norm2d_1"),)
    assert workspace.page["batch_norm2d_1"].sources == (Wire("conv2d_1"),)


def test_double_click_on_an_empty_place_adds_there(workspace, hand, qtbot):
    hand.double_click(QPointF(900, 300))
    search = hand.panel.quick_search
    assert search.isVisible()
    qtbot.keyClicks(search.field, "dropout")
    qtbot.keyClick(search.field, Qt.Key.Key_Return)
    center = hand.nodes["dropout_1"].card.center()
    assert (center - QPointF(900, 300)).manhattanLength() <= 8
    assert workspace.page["dropout_1"].sources == ()


def test_escape_closes_the_search_without_a_layer(workspace, hand, qtbot):
    before = workspace.page
    hand.key(Qt.Key.Key_A)
    qtbot.keyClick(hand.panel.quick_search.field, Qt.Key.Key_Escape)
    assert not hand.panel.quick_search.isVisible()
    assert workspace.page is before


def test_letters_typed_in_the_search_are_not_verbs(workspace, hand, qtbot):
    workspace.select({"conv2d_1"})
    hand.key(Qt.Key.Key_A)
    qtbot.keyClicks(hand.panel.quick_search.field, "fl")
    assert workspace.page["conv2d_1"].frozen is False
    assert hand.panel.quick_search.field.text() == "fl"


def test_zoom_to_fit_shows_every_card(workspace, hand):
    hand.view.zoom_to(2.5)
    assert not hand.view.seen().contains(hand.view.canvas.content())
    hand.panel.minimap.refresh()
    assert hand.panel.minimap.isVisible()
    hand.key(Qt.Key.Key_0)
    assert hand.view.seen().contains(hand.view.canvas.content())
    hand.panel.minimap.refresh()
    assert not hand.panel.minimap.isVisible()


def test_control_and_the_wheel_zoom_at_the_mouse(hand):
    spot = QPointF(300, 200)
    held = hand.view.scene_point(spot)
    event = QWheelEvent(
        spot,
        hand.view.mapToGlobal(spot),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        CTRL,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    before = hand.view.zoom
    QApplication.sendEvent(hand.view.viewport(), event)
    assert hand.view.zoom > before * 1.2
    assert (hand.view.scene_point(spot) - held).manhattanLength() < 3
    assert hand.panel.zoom_pill.percent.text() == in_percent(hand.view.zoom)


def test_the_middle_button_pans(hand):
    before = hand.view.seen()
    hand.press(QPointF(0, 0), Qt.MouseButton.MiddleButton)
    gesture = hand.view.mouse.gesture
    gesture.move(hand.view.viewportTransform().map(QPointF(0, 0)) + QPointF(80, 50))
    assert abs((before.left() - hand.view.seen().left()) * hand.view.zoom - 80) <= 1.5
    assert abs((before.top() - hand.view.seen().top()) * hand.view.zoom - 50) <= 1.5
    hand.release(QPointF(0, 0), Qt.MouseButton.MiddleButton)


def test_layout_places_what_was_moved(workspace, hand):
    neat = {name: item.pos() for name, item in hand.nodes.items()}
    workspace.edit("mess", lambda graph: edits.move(graph, {"relu_1": (2000.0, 40.0)}))
    assert hand.nodes["relu_1"].pos() == QPointF(2000, 40)
    hand.key(Qt.Key.Key_L)
    assert {name: item.pos() for name, item in hand.nodes.items()} == neat


def test_an_empty_page_shows_how_to_start(workspace, hand):
    assert not hand.panel.first_steps.isVisible()
    hand.key(Qt.Key.Key_A, CTRL)
    hand.key(Qt.Key.Key_Delete)
    assert not workspace.page.nodes
    assert hand.panel.first_steps.isVisible()
    workspace.document.replace(Graph())
    assert hand.nodes == {}


def test_every_key_calls_a_verb_and_no_key_is_bound_twice():
    for entry in KEYS:
        assert callable(getattr(Verbs, entry.verb))
    bound = [QKeySequence(text).toString() for entry in KEYS for text in entry.shortcuts]
    assert all(bound)
    assert len(bound) == len(set(bound))


def test_every_tool_has_a_name_for_screen_readers(panel):
    buttons = panel.view.findChildren(QAbstractButton)
    ours = [button for button in buttons if not isinstance(button.parent(), QLineEdit)]
    assert len(ours) > 10
    for button in ours:
        assert button.accessibleName() or button.text(), button


def test_a_screen_reader_finds_every_card_with_its_facts(workspace, panel):
    interface = QAccessible.queryAccessibleInterface(panel.view)
    said = [
        interface.child(index).text(QAccessible.Text.Name)
        for index in range(interface.childCount())
    ]
    cards = said[-len(workspace.page) :]
    assert "conv2d_1" in cards[1]
    assert "32 × 26 × 26" in cards[1]
    assert "320" in cards[1]
    assert "Zoom" in said, "the floating tools are found too"


def test_escape_leaves_a_block_when_nothing_is_selected(workspace, hand):
    workspace.edit("group", lambda graph: edits.group(graph, {"conv2d_1", "relu_1"}))
    workspace.enter("block_1")
    workspace.select({"relu_1"})
    hand.key(Qt.Key.Key_Escape)
    assert workspace.location == ("block_1",)
    hand.key(Qt.Key.Key_Escape)
    assert workspace.location == ()
    assert workspace.selection == {"block_1"}


def test_f2_asks_for_another_name_of_the_one_selected_layer(workspace, hand):
    asked: list[str] = []
    hand.panel.rename_asked.connect(asked.append)
    workspace.select({"relu_1"})
    hand.key(Qt.Key.Key_F2)
    assert asked == ["relu_1"]
    workspace.select({"relu_1", "conv2d_1"})
    hand.key(Qt.Key.Key_F2)
    assert asked == ["relu_1"]
