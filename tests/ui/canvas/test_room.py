"""Where new cards land, and that neither cards nor tools lie over each other."""

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt

from studio.graph import edits
from studio.graph.command import parse
from studio.graph.model import Graph
from studio.ui.canvas.free_room import in_free_room

CTRL = Qt.KeyboardModifier.ControlModifier


def _overlaps(hand) -> list[tuple[str, str]]:
    items = list(hand.nodes.values())
    return [
        (one.name, other.name)
        for number, one in enumerate(items)
        for other in items[number + 1 :]
        if one.card.intersects(other.card)
    ]


def _on_screen(hand, name):
    return hand.view.viewportTransform().mapRect(hand.nodes[name].card)


def test_the_first_layer_on_an_empty_canvas_lands_under_the_mouse(workspace, hand):
    workspace.document.replace(Graph())
    spot = QPointF(260, 180)
    hand.drop({"type": "dropout"}, hand.view.scene_point(spot))
    center = _on_screen(hand, "dropout_1").center()
    assert (center - spot).manhattanLength() <= 8


def test_a_layer_can_be_dropped_on_the_hint_of_an_empty_canvas(workspace, hand):
    workspace.document.replace(Graph())
    assert hand.panel.first_steps.isVisible()
    spot = hand.panel.first_steps.geometry().center() - QPointF(100, 20).toPoint()
    hand.drop({"type": "dropout"}, hand.view.scene_point(QPointF(spot)), onto=hand.view)
    center = _on_screen(hand, "dropout_1").center()
    assert (center - QPointF(spot)).manhattanLength() <= 8


def test_pasting_twice_covers_nothing(workspace, hand):
    workspace.select({"conv2d_1", "relu_1"})
    hand.key(Qt.Key.Key_C, CTRL)
    for _time in range(3):
        hand.key(Qt.Key.Key_V, CTRL)
    assert len(workspace.page) == 13
    assert _overlaps(hand) == []


def test_duplicates_cover_nothing(workspace, hand):
    for _time in range(3):
        workspace.select({"conv2d_1", "relu_1"})
        hand.key(Qt.Key.Key_D, CTRL)
    assert len(workspace.page) == 13
    assert _overlaps(hand) == []


def test_a_searched_layer_steps_aside_of_the_card_it_would_cover(workspace, hand, qtbot):
    spot = hand.nodes["relu_1"].card.bottomRight() + QPointF(20, 0)
    hand.double_click(spot)
    qtbot.keyClicks(hand.panel.quick_search.field, "dropout")
    qtbot.keyClick(hand.panel.quick_search.field, Qt.Key.Key_Return)
    assert _overlaps(hand) == []
    assert (hand.nodes["dropout_1"].card.center() - spot).manhattanLength() < 300


def test_cards_go_to_the_right_of_a_page_without_any_room_near():
    wall = Graph()
    for column in range(14):
        for row in range(30):
            place = (column * 210.0 - 1400, row * 84.0 - 1200)
            wall = edits.add(wall, parse("relu")[0], at=place)
    full = edits.add(wall, parse("dropout")[0], at=(0.0, 0.0))
    found = in_free_room(full, ["dropout_1"])["dropout_1"].at
    assert found is not None
    x, y = found
    assert x >= 13 * 210 - 1400 + 208
    assert y == 0


@pytest.mark.parametrize("size", [(1200, 800), (820, 560), (476, 380), (560, 900)])
def test_after_opening_no_card_lies_under_a_tool(workspace, hand, size):
    panel = hand.panel
    panel.resize(*size)
    panel.view.zoom_to(2.0)
    workspace.opened.emit("some")
    tools = (panel.toolbar, panel.zoom_pill, panel.minimap)
    for name in hand.nodes:
        card = _on_screen(hand, name)
        assert QRectF(panel.view.rect()).contains(card)
        for tool in tools:
            assert tool.isHidden() or not QRectF(tool.geometry()).intersects(card), (name, tool)


def test_what_is_fitted_stays_fitted_when_the_window_changes(hand):
    panel = hand.panel
    panel.view.fit()
    panel.resize(700, 480)
    assert panel.view.seen().contains(panel.view.canvas.content())
    panel.view.zoom_to(1.5)
    panel.resize(900, 700)
    assert panel.view.zoom == 1.5, "who has zoomed keeps the zoom"
    panel.view.fit()
    panel.view.scroll_by(QPointF(30, 0))
    left = panel.view.seen().left()
    panel.resize(1000, 700)
    assert panel.view.seen().left() == left, "who has scrolled keeps the place"


def test_the_map_goes_to_the_corner_without_cards_and_hides_in_a_small_window(hand):
    panel = hand.panel
    panel.view.zoom_to(2.0)
    panel.minimap.refresh()
    assert panel.minimap.isVisible()
    low = panel.minimap.y()
    spot = panel.view.scene_point(QPointF(panel.minimap.geometry().center()))
    panel.view.center_on(
        panel.view.scene_point(QPointF(panel.view.rect().center()))
        + hand.nodes["output_1"].card.center()
        - spot
    )
    panel.minimap.refresh()
    assert panel.minimap.isVisible()
    assert panel.minimap.y() < low
    assert not any(
        _on_screen(hand, name).intersects(QRectF(panel.minimap.geometry())) for name in hand.nodes
    )
    panel.resize(1200, 500)
    panel.minimap.refresh()
    assert not panel.minimap.isVisible()
