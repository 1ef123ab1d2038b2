import pytest

from studio.catalogue import CATALOGUE
from studio.errors import SettingError
from studio.graph.block import Block, inlets, outlets
from studio.graph.change import difference
from studio.graph.model import Wire
from studio.graph.walk import walk
from tests.toys.graphs import network, residual


@pytest.mark.parametrize(
    ("text", "wire"),
    [("a", Wire("a")), ("a.1", Wire("a", 1)), ("a.0", Wire("a")), ("a.b", Wire("a.b"))],
)
def test_a_wire_is_read_from_its_name_and_output(text, wire):
    assert Wire.parse(text) == wire


def test_a_number_of_five_thousand_digits_is_no_output():
    assert Wire.parse("a." + "9" * 5_000).output == 0


def test_a_wire_is_written_as_short_as_it_can():
    assert [str(Wire("a")), str(Wire("a", 2))] == ["a", "a.2"]


def test_a_graph_cannot_be_changed_in_place():
    graph = residual()

    with pytest.raises(TypeError):
        graph.nodes["relu_1"] = graph["add_1"]  # type: ignore[index]


def test_consumers_are_told_with_the_input_they_use():
    assert residual().consumers["input_1"] == (("linear_1", 0), ("add_1", 1))
    assert residual().consumers["output_1"] == ()


def test_equal_nodes_are_no_difference():
    change = difference(residual(), residual())

    assert not change
    assert difference(network("relu"), network("gelu")).added == ("gelu_1",)


def test_a_new_block_lets_everything_through():
    assert Block().ports() == (("input_1",), ("output_1",))
    assert [path for path, _node in walk(network("block"))] == [
        "block_1",
        "block_1/input_1",
        "block_1/output_1",
    ]


def test_a_block_has_as_many_inlets_and_outlets_as_it_holds_ends():
    assert inlets(Block(graph=residual())) == (1, 1)
    assert outlets(Block(graph=residual())) == 1
    assert inlets(CATALOGUE["add"]())[1] is None
    assert outlets(CATALOGUE["relu"]()) is None


def test_a_block_holds_nothing_but_a_network():
    with pytest.raises(SettingError, match="graph must be a network, but 3 was given"):
        Block(graph=3)  # type: ignore[arg-type]


def test_repeated_blocks_say_so_on_the_canvas():
    assert [Block().caption(), Block(repeat=12).caption()] == ["", "× 12"]
