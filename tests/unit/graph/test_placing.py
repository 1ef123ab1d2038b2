import pytest

from studio.catalogue import CATALOGUE
from studio.errors import EditError
from studio.graph import edits
from studio.graph.layout import placed
from studio.graph.model import Graph
from tests.toys.graphs import names, network, residual

RELU = CATALOGUE["relu"]()


def refusal(verb, *arguments) -> str:
    with pytest.raises(EditError) as caught:
        verb(*arguments)
    return str(caught.value)


def test_a_layer_alone_gets_a_fresh_name_and_no_wires():
    graph = edits.add(network("input 4 → relu"), RELU)

    assert tuple(graph) == ("input_1", "relu_1", "relu_2")
    assert graph["relu_2"].sources == ()


def test_a_layer_behind_another_feeds_what_that_one_fed():
    graph = edits.add(residual(), RELU, after="input_1")

    assert names(graph["relu_2"].sources) == ["input_1"]
    assert names(graph["linear_1"].sources) == ["relu_2"]
    assert names(graph["add_1"].sources) == ["relu_1", "relu_2"]
    assert tuple(graph)[:2] == ("input_1", "relu_2")


def test_behind_an_output_means_before_it():
    graph = edits.add(network("input 4 → linear → output"), RELU, after="output_1")

    assert names(graph["output_1"].sources) == ["relu_1"]
    assert tuple(graph) == ("input_1", "linear_1", "relu_1", "output_1")


def test_an_output_without_a_source_is_fed_by_what_is_put_behind_it():
    graph = edits.add(network("output"), RELU, after="output_1")

    assert names(graph["output_1"].sources) == ["relu_1"]


def test_another_output_branches_off_and_comes_last():
    graph = edits.add(network("input 4 → relu → output"), CATALOGUE["output"](), after="relu_1")

    assert names(graph["output_2"].sources) == ["relu_1"]
    assert names(graph["output_1"].sources) == ["relu_1"]
    assert tuple(graph)[-1] == "output_2"


def test_a_new_layer_goes_into_a_wire():
    graph = edits.insert_on_wire(residual(), RELU, "add_1", 1)

    assert names(graph["relu_2"].sources) == ["input_1"]
    assert names(graph["add_1"].sources) == ["relu_1", "relu_2"]


def test_a_loose_layer_goes_into_a_wire():
    graph = edits.insert_on_wire(edits.add(residual(), RELU), "relu_2", "linear_1", 0, (5.0, 6.0))

    assert names(graph["linear_1"].sources) == ["relu_2"]
    assert graph["relu_2"].at == (5.0, 6.0)


def test_no_layer_goes_where_no_wire_is():
    assert refusal(edits.insert_on_wire, residual(), RELU, "linear_1", 3) == (
        "No wire comes into input 4 of linear_1."
    )


def test_a_layer_of_the_chain_cannot_go_into_another_wire():
    assert refusal(edits.insert_on_wire, residual(), "relu_1", "linear_1", 0) == (
        "input_1 cannot feed relu_1, whose inputs are all taken by linear_1."
        " Take that wire away first, or join the two with an Add or a Concat."
    )


def test_removing_layers_heals_the_chain():
    graph = edits.remove(
        network("input 4 → linear → relu → dropout → output"), ["linear_1", "relu_1"]
    )

    assert names(graph["dropout_1"].sources) == ["input_1"]
    assert tuple(graph) == ("input_1", "dropout_1", "output_1")


def test_removing_a_branch_does_not_feed_a_join_twice_with_the_same():
    graph = edits.remove(residual(), ["linear_1", "relu_1"])

    assert names(graph["add_1"].sources) == [None, "input_1"]


def test_removing_a_join_leaves_its_consumer_waiting():
    assert edits.remove(residual(), ["add_1"])["output_1"].sources == ()


def test_removing_an_owner_gives_the_borrower_its_own_weight():
    graph = edits.tie(network("input 4 → linear → linear"), "linear_2", "weight", "linear_1.weight")

    assert edits.remove(graph, ["linear_1"])["linear_2"].tied == {}


def test_removing_nothing_changes_nothing():
    graph = residual()

    assert edits.remove(graph, []) is graph


def test_a_detached_layer_is_loose_and_the_chain_is_whole():
    graph = edits.detach(network("input 4 → linear → relu → output"), ["linear_1"])

    assert graph["linear_1"].sources == ()
    assert names(graph["relu_1"].sources) == ["input_1"]


def test_detached_layers_keep_the_wires_between_them():
    graph = edits.detach(network("input 4 → linear → relu → output"), ["linear_1", "relu_1"])

    assert names(graph["relu_1"].sources) == ["linear_1"]
    assert names(graph["output_1"].sources) == ["input_1"]


def test_moving_one_card_moves_no_other():
    before = placed(residual())

    after = placed(edits.move(residual(), {"relu_1": (900, 7)}))

    assert after == before | {"relu_1": (900.0, 7.0)}


def test_dropping_a_card_moves_no_other():
    before = placed(residual())

    after = placed(edits.add(residual(), RELU, (900, 7)))

    assert after == before | {"relu_2": (900.0, 7.0)}


def test_tidying_gives_every_card_back_to_the_layout():
    assert edits.tidy(edits.move(residual(), {"relu_1": (900, 7)})) == residual()
    assert edits.tidy(graph := residual()) is graph


def test_a_card_cannot_leave_the_canvas():
    assert refusal(edits.move, residual(), {"relu_1": (float("nan"), 0.0)}) == (
        "relu_1 cannot be drawn at (nan, 0.0): the canvas ends at 1,000,000."
    )


def test_nothing_is_added_behind_a_layer_that_is_not_there():
    assert refusal(edits.add, Graph(), RELU, None, "relu_9") == (
        "There is no layer called relu_9 here."
    )
