import pytest

from studio.errors import EditError
from studio.graph import edits
from studio.graph.model import Graph
from tests.toys.graphs import block, layer, names, network, residual


def nested() -> Graph:
    """Return a network with linear_1 and relu_1 in block_1 and linear_1 again in inner."""
    graph = edits.group(network("input 4 → linear 4 → relu → output"), ["linear_1", "relu_1"])
    return edits.at_location(
        graph, ("block_1",), lambda page: edits.group(page, ["linear_1"], "inner")
    )


def test_pages_are_found_by_the_blocks_that_lead_to_them():
    assert edits.page(nested(), ()) == nested()
    assert "linear_1" in edits.page(nested(), ("block_1", "inner"))


def test_an_edit_deep_inside_changes_the_whole_graph_and_nothing_else():
    graph = edits.at_location(
        nested(),
        ("block_1", "inner"),
        lambda page: edits.configure(page, "linear_1", out_features=9),
    )

    inner = edits.page(graph, ("block_1", "inner"))
    assert inner["linear_1"].layer == layer("linear", out_features=9)
    assert graph["output_1"] is not None
    assert graph["block_1"].sources == nested()["block_1"].sources


def test_an_edit_that_changes_nothing_gives_the_same_graph():
    graph = nested()

    assert edits.at_location(graph, ("block_1",), lambda page: page) is graph


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        (("input_1",), "input_1 is no block, so there is nothing inside to open."),
        (("block_2",), "There is no layer called block_2 here. Did you mean block_1?"),
    ],
)
def test_what_is_no_block_cannot_be_entered(location, sentence):
    with pytest.raises(EditError) as caught:
        edits.page(nested(), location)
    assert str(caught.value) == sentence

    with pytest.raises(EditError) as caught:
        edits.at_location(nested(), location, lambda page: page)
    assert str(caught.value) == sentence


def folded() -> Graph:
    """Return the residual network with its add in a block of two inlets."""
    return edits.group(residual(), ["add_1"], "sum")


def test_removing_an_inner_input_takes_its_outer_wire_along():
    assert names(folded()["sum"].sources) == ["relu_1", "input_1"]

    graph = edits.at_location(folded(), ("sum",), lambda page: edits.remove(page, ["input_1"]))

    assert names(graph["sum"].sources) == ["input_1"]


def test_renaming_an_inner_input_keeps_its_outer_wire():
    graph = edits.at_location(
        folded(), ("sum",), lambda page: edits.rename(page, "input_1", "renamed")
    )

    assert names(graph["sum"].sources) == ["relu_1", "input_1"]


def test_removing_the_inner_output_leaves_what_it_fed_waiting():
    graph = edits.at_location(folded(), ("sum",), lambda page: edits.remove(page, ["output_1"]))

    assert graph["output_1"].sources == ()


def test_a_new_inner_output_leaves_the_others_where_they_are():
    graph = edits.at_location(
        folded(),
        ("sum",),
        lambda page: edits.add(page, layer("output"), after="add_1"),
    )

    assert names(graph["output_1"].sources) == ["sum"]
    assert block(graph, "sum").ports() == (("input_1", "input_2"), ("output_1", "output_2"))
