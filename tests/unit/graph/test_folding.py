import pytest

from studio.errors import EditError
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph
from tests.toys.graphs import block, layer, names, network, residual


def refusal(verb, *arguments) -> str:
    with pytest.raises(EditError) as caught:
        verb(*arguments)
    return str(caught.value)


def test_a_block_stands_where_its_layers_stood():
    graph = edits.group(residual(), ["linear_1", "relu_1"], "body")

    assert tuple(graph) == ("input_1", "body", "add_1", "output_1")
    assert names(graph["body"].sources) == ["input_1"]
    assert names(graph["add_1"].sources) == ["body", "input_1"]
    assert tuple(block(graph, "body").graph) == ("input_1", "linear_1", "relu_1", "output_1")


def test_a_block_without_outputs_can_be_grouped_and_then_has_none_either():
    closed = Block(graph=Graph({"input_1": residual()["input_1"]}))
    graph = edits.replace_layer(edits.disconnect(residual(), "add_1", 0), "relu_1", closed)

    grouped = edits.group(graph, ["relu_1"], "outer")

    assert block(grouped, "outer").ports()[1] == ()


def test_a_source_that_comes_in_twice_needs_one_inlet():
    graph = edits.group(residual(), ["linear_1", "relu_1", "add_1"])

    assert names(graph["block_1"].sources) == ["input_1"]
    assert names(edits.page(graph, ("block_1",))["add_1"].sources) == ["relu_1", "input_1"]


def test_the_last_layer_of_a_chain_becomes_the_outlet():
    graph = edits.group(network("input 4 → linear → relu"), ["linear_1", "relu_1"])

    assert block(graph, "block_1").ports() == (("input_1",), ("output_1",))


def test_ungrouping_gives_back_what_was_grouped():
    graph = edits.set_frozen(edits.move(residual(), {"relu_1": (300, 50)}), ["relu_1"], True)

    assert edits.ungroup(edits.group(graph, ["relu_1", "linear_1"]), "block_1") == graph


def test_ends_of_the_network_stay_outside():
    assert refusal(edits.group, residual(), ["relu_1", "output_1"]) == (
        "output_1 cannot go into a block: the network would lose its end."
        " Leave inputs and outputs out of the selection."
    )


def test_a_block_that_would_feed_itself_is_refused_with_what_lies_between():
    assert refusal(
        edits.group, network("input 4 → linear → relu → linear"), ["linear_1", "linear_2"]
    ) == ("The block would feed itself through relu_1. Select what lies between too.")


def test_nothing_cannot_be_grouped():
    assert refusal(edits.group, residual(), []) == (
        "Nothing is selected to group. Select some layers first."
    )


def test_a_tie_may_not_cross_the_border():
    graph = network("input 4 → linear 4 → linear 4")
    graph = edits.tie(graph, "linear_2", "weight", "linear_1.weight")

    assert refusal(edits.group, graph, ["linear_2"]) == (
        "linear_2 borrows linear_1.weight, so both must go into the block or neither."
        " Select both, or untie the weight first."
    )
    assert edits.ungroup(edits.group(graph, ["linear_1", "linear_2"]), "block_1") == graph


def test_a_block_needs_a_name_of_its_own():
    assert refusal(edits.group, residual(), ["relu_1"], "add_1") == (
        "The block cannot be called add_1: another layer has that name. Choose another name."
    )
    assert "relu_1" in edits.group(residual(), ["relu_1"], "relu_1")


def test_a_repeated_block_is_written_out():
    graph = edits.group(network("input 4 → linear 4 → relu → output"), ["linear_1", "relu_1"])

    graph = edits.ungroup(edits.configure(graph, "block_1", repeat=3), "block_1")

    assert tuple(graph) == (
        *("input_1", "linear_1", "relu_1", "linear_2", "relu_2", "linear_3", "relu_3"),
        "output_1",
    )
    assert names(graph["linear_3"].sources) == ["relu_2"]
    assert names(graph["output_1"].sources) == ["relu_3"]


def test_inner_names_that_are_taken_outside_change():
    graph = edits.group(network("input 4 → linear 4 → output"), ["linear_1"])
    graph = edits.add(graph, network("linear 9")["linear_1"].layer)

    opened = edits.ungroup(graph, "block_1")

    assert opened["linear_1"].layer == layer("linear", out_features=9)
    assert names(opened["output_1"].sources) == ["linear_2"]


def test_a_frozen_block_leaves_frozen_layers():
    graph = edits.set_frozen(edits.group(residual(), ["relu_1", "linear_1"]), ["block_1"], True)

    graph = edits.ungroup(graph, "block_1")

    assert graph["relu_1"].frozen is True
    assert graph["linear_1"].frozen is True
    assert graph["add_1"].frozen is False


def test_a_weight_lent_from_inside_is_still_lent_after_opening():
    graph = edits.group(network("input 4 → linear 4 → linear 4"), ["linear_1"])
    graph = edits.tie(graph, "linear_2", "weight", "block_1.linear_1.weight")

    assert edits.ungroup(graph, "block_1")["linear_2"].tied == {"weight": "linear_1.weight"}
    repeated = edits.configure(graph, "block_1", repeat=2)
    assert edits.ungroup(repeated, "block_1")["linear_2"].tied == {}


def test_what_is_no_block_cannot_be_opened():
    assert refusal(edits.ungroup, residual(), "relu_1") == (
        "relu_1 is no block, so it cannot be opened up."
    )


def test_copies_that_cannot_follow_each_other_are_not_written_out():
    graph = edits.configure(edits.group(residual(), ["linear_1", "relu_1"]), "block_1", repeat=2)
    inner = edits.add(edits.page(graph, ("block_1",)), layer("output"))
    graph = edits.at_location(graph, ("block_1",), lambda _page: inner)

    assert refusal(edits.ungroup, graph, "block_1") == (
        "block_1 is repeated, but has 1 inputs and 2 outputs. Set its repeat to 1 first."
    )


def test_too_many_copies_are_not_written_out():
    graph: Graph = edits.configure(edits.group(residual(), ["relu_1"]), "block_1", repeat=9_000)

    assert refusal(edits.ungroup, graph, "block_1") == (
        "block_1 would become 27,000 layers; at most 10,000 are written out."
        " Keep it as a block, or set a smaller repeat first."
    )
