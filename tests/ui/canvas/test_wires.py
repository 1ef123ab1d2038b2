"""Pulling, refusing, taking off and inserting on wires with the mouse."""

from PySide6.QtCore import QPointF, Qt

from studio.catalogue.dense.linear import Linear
from studio.graph import edits
from studio.graph.model import Wire
from studio.ui.canvas.gestures.wiring import Wiring


def _loose_linear(workspace, at=(900.0, 0.0)) -> str:
    workspace.edit("add", lambda graph: edits.add(graph, Linear(out_features=5), at=at))
    return "linear_2"


def test_a_wire_pulled_to_a_port_that_fits_connects(workspace, hand):
    name = _loose_linear(workspace)
    hand.drag(hand.nodes["flatten_1"].exit(0), hand.nodes[name].entry(0))
    assert workspace.page[name].sources == (Wire("flatten_1"),)
    assert (name, 0) in hand.view.canvas.wires


def test_a_wire_dropped_on_the_card_finds_the_port(workspace, hand):
    name = _loose_linear(workspace)
    hand.drag(hand.nodes["flatten_1"].exit(0), hand.body(name))
    assert workspace.page[name].sources == (Wire("flatten_1"),)


def test_only_ports_that_take_the_wire_light_up(workspace, hand):
    name = _loose_linear(workspace)
    hand.press(hand.nodes["flatten_1"].exit(0))
    gesture = hand.view.mouse.gesture
    assert isinstance(gesture, Wiring)
    assert (name, 0) in gesture.accepting
    assert ("max_pool2d_1", 0) not in gesture.accepting, "that would close a circle"
    assert ("conv2d_1", 0) not in gesture.accepting
    hand.release(QPointF(-400, -400))
    hand.panel.quick_search.close_up()


def test_a_circle_is_refused_before_and_after_the_drop(workspace, hand, notices):
    before = workspace.page
    hand.press(hand.nodes["relu_1"].exit(0))
    hand.move(hand.nodes["conv2d_1"].entry(0))
    pulled = next(item for item in hand.view.canvas.overlays)
    assert "circle" in pulled.reason
    hand.release(hand.nodes["conv2d_1"].entry(0))
    assert workspace.page is before
    assert "circle" in notices[0]


def test_a_shape_that_does_not_fit_is_refused_with_its_numbers(workspace, hand, notices):
    workspace.edit("loose", lambda graph: edits.disconnect(graph, "relu_1", 0))
    workspace.edit("loose", lambda graph: edits.disconnect(graph, "max_pool2d_1", 0))
    workspace.edit("flat", lambda graph: edits.connect(graph, "image", "flatten_1", 0))
    before = workspace.page
    hand.drag(hand.nodes["flatten_1"].exit(0), hand.nodes["max_pool2d_1"].entry(0))
    assert workspace.page is before
    assert "784" in notices[0]


def test_escape_gives_up_the_wire_and_leaves_nothing_behind(workspace, hand):
    before = workspace.page
    name = "relu_1"
    hand.press(hand.nodes[name].exit(0))
    hand.move(QPointF(700, 500))
    assert len(hand.view.canvas.overlays) == 1
    assert hand.nodes["image"].opacity() < 1
    hand.key(Qt.Key.Key_Escape)
    assert hand.view.canvas.overlays == []
    assert hand.nodes["image"].opacity() == 1
    hand.release(QPointF(700, 500))
    assert workspace.page is before


def test_a_wire_dropped_on_nothing_asks_for_a_layer_and_feeds_it(workspace, hand, qtbot):
    hand.drag(hand.nodes["flatten_1"].exit(0), QPointF(900, 300))
    search = hand.panel.quick_search
    assert search.isVisible()
    qtbot.keyClicks(search.field, "linear")
    qtbot.keyClick(search.field, Qt.Key.Key_Return)
    assert workspace.page["linear_2"].sources == (Wire("flatten_1"),)
    assert workspace.selection == {"linear_2"}


def test_the_end_of_a_wire_pulled_off_disconnects(workspace, hand):
    hand.drag(hand.nodes["linear_1"].entry(0), QPointF(900, 700))
    assert workspace.page["linear_1"].sources == ()
    assert ("linear_1", 0) not in hand.view.canvas.wires


def test_the_end_of_a_wire_can_go_to_another_layer_in_one_step(workspace, hand):
    name = _loose_linear(workspace)
    hand.drag(hand.nodes["linear_1"].entry(0), hand.nodes[name].entry(0))
    assert workspace.page["linear_1"].sources == ()
    assert workspace.page[name].sources == (Wire("flatten_1"),)
    workspace.undo()
    assert workspace.page["linear_1"].sources == (Wire("flatten_1"),)
    assert workspace.page[name].sources == ()


def test_a_loose_card_dropped_on_a_wire_is_inserted(workspace, hand):
    name = _loose_linear(workspace)
    wire = hand.view.canvas.wires["output_1", 0]
    middle = (wire.corners[0] + wire.corners[-1]) / 2
    hand.press(hand.body(name))
    hand.move(hand.body(name) + QPointF(-20, 20))
    hand.move(middle)
    assert wire.zValue() == 1, "the wire lights up"
    hand.release(middle)
    assert workspace.page[name].sources == (Wire("linear_1"),)
    assert workspace.page["output_1"].sources == (Wire(name),)


def test_wires_say_the_shape_they_carry_and_turn_red_when_it_does_not_fit(workspace, hand):
    wire = hand.view.canvas.wires["max_pool2d_1", 0]
    assert wire.label == "32 × 26 × 26"
    workspace.edit("kernel", lambda graph: edits.configure(graph, "max_pool2d_1", kernel_size=40))
    assert hand.view.canvas.wires["max_pool2d_1", 0].problem
    workspace.undo()
    assert not hand.view.canvas.wires["max_pool2d_1", 0].problem
