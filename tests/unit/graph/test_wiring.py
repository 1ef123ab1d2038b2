import pytest

from studio.errors import EditError
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Wire
from tests.toys.graphs import names, network, residual


def refusal(verb, *arguments) -> str:
    with pytest.raises(EditError) as caught:
        verb(*arguments)
    return str(caught.value)


def test_a_wire_takes_the_first_input_that_waits():
    graph = network("input 4 → linear 4")
    graph = edits.add(graph, network("add")["add_1"].layer)

    graph = edits.connect(graph, "linear_1", "add_1", 1)
    graph = edits.connect(graph, "input_1", "add_1")

    assert names(graph["add_1"].sources) == ["input_1", "linear_1"]


def test_a_wire_dropped_on_a_wired_input_takes_its_place():
    graph = edits.connect(residual(), "linear_1", "add_1", 0)

    assert names(graph["add_1"].sources) == ["linear_1", "input_1"]


def test_the_same_wire_again_changes_nothing():
    graph = residual()

    assert edits.connect(graph, "relu_1", "add_1", 0) is graph


def test_a_wire_that_would_close_a_circle_is_refused_with_both_names():
    assert refusal(edits.connect, residual(), "add_1", "linear_1", 0) == (
        "A wire from add_1 to linear_1 would close a circle, because linear_1 already feeds add_1."
        " Draw it the other way round."
    )


def test_a_layer_cannot_feed_itself():
    assert refusal(edits.connect, residual(), "add_1", "add_1") == (
        "add_1 cannot feed itself. Data flows one way; use a recurrent layer for loops over time."
    )


def test_a_full_layer_says_who_feeds_it():
    assert refusal(edits.connect, residual(), "input_1", "relu_1") == (
        "input_1 cannot feed relu_1, whose inputs are all taken by linear_1."
        " Take that wire away first, or join the two with an Add or a Concat."
    )


def test_an_input_that_does_not_exist_is_refused():
    assert refusal(edits.connect, residual(), "input_1", "relu_1", 1) == (
        "relu_1 has no input 2 for input_1; its last one is input 1."
    )


def test_an_input_layer_takes_no_wire():
    graph = network("input 4 → relu")
    graph = edits.add(graph, network("input 4")["input_1"].layer)

    assert refusal(edits.connect, graph, "relu_1", "input_2") == (
        "input_2 takes no inputs, so relu_1 cannot feed it."
    )


def test_a_missing_layer_is_refused_with_the_nearest_name():
    assert refusal(edits.connect, residual(), "relu_2", "add_1") == (
        "There is no layer called relu_2 here. Did you mean relu_1?"
    )


def test_an_output_that_a_block_does_not_have_is_refused():
    graph = edits.add(network("input 4 → relu"), Block())

    assert refusal(edits.connect, graph, Wire("block_1", 1), "relu_1", 0) == (
        "block_1 has no output 2; it has 1."
    )


def test_a_join_closes_the_gap_but_keeps_its_fewest_inputs_apart():
    graph = edits.connect(residual(), "linear_1", "add_1")

    assert names(edits.disconnect(graph, "add_1", 0)["add_1"].sources) == ["input_1", "linear_1"]
    assert names(edits.disconnect(residual(), "add_1", 0)["add_1"].sources) == [None, "input_1"]
    assert names(edits.disconnect(residual(), "add_1", 1)["add_1"].sources) == ["relu_1"]


def test_a_wire_that_is_not_there_cannot_be_taken_away():
    assert refusal(edits.disconnect, residual(), "relu_1", 1) == (
        "No wire comes into input 2 of relu_1."
    )


def test_inputs_change_places():
    graph = edits.swap_inputs(residual(), "add_1")

    assert names(graph["add_1"].sources) == ["input_1", "relu_1"]
    assert edits.reorder_inputs(graph, "add_1", (1, 0)) == residual()


def test_an_order_that_forgets_an_input_is_refused():
    assert refusal(edits.reorder_inputs, residual(), "add_1", (0, 0)) == (
        "add_1 has 2 inputs; 1, 1 does not name each of them once."
    )
    assert refusal(edits.swap_inputs, residual(), "relu_1", 0, 1) == (
        "relu_1 has 1 inputs; inputs 1 and 2 cannot be exchanged."
    )
