"""Blocks and layers with several inputs and outputs: ports, names, wires into the right one."""

from itertools import combinations

import pytest

from studio.catalogue.inputs import Input, Output
from studio.catalogue.layer import Call, Layer
from studio.catalogue.meeting.merge import Add, Concat
from studio.catalogue.shape import Shape
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph, Node, Wire
from studio.ui.canvas.port_names import input_name, output_name
from studio.workspace import Workspace


class Halves(Layer):
    """Gives both halves of the features."""

    key = "halves"

    def shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        (x,) = inputs
        return Shape(*x[:-1], x[-1] // 2), Shape(*x[:-1], x[-1] - x[-1] // 2)

    def recipe(self, x: Shape) -> Call:
        return Call.to("torch.chunk", chunks=2, dim=-1)


class Ask(Layer):
    """Asks a memory."""

    key = "ask"
    inputs = (1, 2)

    def shape(self, query: Shape, memory: Shape | None = None) -> Shape:
        return memory or query


@pytest.fixture
def workspace():
    """Data into a block with two ways in and out, and into a layer with two outputs."""
    inner = Graph(
        {
            "query": Node(Input()),
            "memory": Node(Input()),
            "mix": Node(Add(), (Wire("query"), Wire("memory"))),
            "left": Node(Output(), (Wire("mix"),)),
            "right": Node(Output(), (Wire("memory"),)),
        }
    )
    made = Workspace()
    made.document.replace(
        Graph(
            {
                "data": Node(Input(sample=(3, 8))),
                "halves": Node(Halves(), (Wire("data"),)),
                "body": Node(Block(graph=inner), (Wire("data"), Wire("data"))),
                "join": Node(Concat()),
            }
        )
    )
    return made


def test_a_layer_shows_as_many_outputs_as_its_shapes_say(hand):
    assert hand.nodes["halves"].face.outputs == 2
    assert hand.nodes["body"].ports == (2, 2)
    assert hand.nodes["data"].face.outputs == 1


@pytest.mark.parametrize("slot", [0, 1])
@pytest.mark.parametrize("source", ["halves", "body"])
def test_a_wire_pulled_from_an_output_carries_that_output(workspace, hand, source, slot):
    hand.drag(hand.nodes[source].exit(slot), hand.nodes["join"].entry(0))

    assert workspace.page["join"].sources == (Wire(source, slot),)
    wire = hand.view.canvas.wires["join", 0]
    assert wire.corners[0] == hand.nodes[source].exit(slot)
    assert wire.label == str(workspace.page_report.nodes[source].outputs[slot])


def test_a_wire_pulled_to_an_input_ends_in_that_input(workspace, hand):
    workspace.edit("off", lambda graph: edits.disconnect(graph, "body", 1))
    hand.drag(hand.nodes["halves"].exit(1), hand.nodes["body"].entry(1))

    assert workspace.page["body"].sources[0] == Wire("data")
    refused = len(workspace.page["body"].sources) == 1  # 3 × 4 does not fit 3 × 8
    assert refused
    hand.drag(hand.nodes["data"].exit(0), hand.nodes["body"].entry(1))
    assert workspace.page["body"].sources == (Wire("data"), Wire("data"))


def test_the_tooltip_of_a_port_names_it_and_what_passes(hand):
    body, halves = hand.nodes["body"], hand.nodes["halves"]

    assert "<b>memory</b>" in hand.view.tip_at(body.entry(1))
    assert "Input 2 of 2" in hand.view.tip_at(body.entry(1))
    assert "from data" in hand.view.tip_at(body.entry(1))
    assert "<b>right</b>" in hand.view.tip_at(body.exit(1))
    assert "Output 2 of 2" in hand.view.tip_at(halves.exit(1))
    assert "3 × 4" in hand.view.tip_at(halves.exit(1))
    assert "waits for a wire" in hand.view.tip_at(hand.nodes["join"].entry(0))


def test_inputs_go_by_the_names_in_the_declaration_of_the_layer():
    assert [input_name(Ask(), slot) for slot in range(3)] == ["query", "memory", ""]
    assert input_name(Concat(), 0) == ""
    assert output_name(Halves(), 1) == ""


def test_a_shape_on_a_wire_is_written_above_the_other_wires(workspace, panel):
    labels = panel.view.canvas._labels
    assert all(wire.zValue() < labels.zValue() for wire in panel.view.canvas.wires.values())


def test_shapes_on_wires_that_run_side_by_side_do_not_cover_each_other(workspace, panel):
    for source in (Wire("halves"), Wire("halves", 1), Wire("body"), Wire("body", 1)):
        workspace.edit("wire", lambda graph, wire=source: edits.connect(graph, wire, "join"))
    pills = [wire.pill() for wire in panel.view.canvas.wires.values()]

    assert len(pills) == 7
    assert not any(one.intersects(two) for one, two in combinations(pills, 2))
