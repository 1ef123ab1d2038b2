import pytest

from studio.catalogue import CATALOGUE
from studio.catalogue.unknown import Unknown
from studio.errors import FileError
from studio.graph import spelling
from studio.graph.block import Block
from studio.graph.model import Wire
from studio.graph.spelling import graph_from_json, graph_json
from tests.toys.graphs import network

IMAGE = {"type": "input", "shape": [1, 8, 8]}


def refusal(graph: object) -> str:
    with pytest.raises(FileError) as caught:
        graph_from_json(graph)
    return str(caught.value)


def test_sizes_are_always_said_and_other_settings_when_they_differ():
    assert graph_json(network("input (1,28,28) → conv 32 3 → linear bias=false → dropout")) == {
        "input_1": {"type": "input", "shape": [1, 28, 28]},
        "conv2d_1": {
            "type": "conv2d",
            "out_channels": 32,
            "kernel_size": 3,
            "from": ["input_1"],
        },
        "linear_1": {"type": "linear", "out_features": 10, "bias": False, "from": ["conv2d_1"]},
        "dropout_1": {"type": "dropout", "from": ["linear_1"]},
    }


def test_a_hand_written_layer_needs_little():
    graph = graph_from_json({"a": {"type": "relu"}, "b": {"type": "linear", "from": "a"}})

    assert graph["a"].sources == ()
    assert graph["a"].at is None
    assert graph["b"].sources == (Wire("a"),)
    assert graph["b"].layer == CATALOGUE["linear"]()


def test_everything_about_a_node_survives():
    value = {
        "a": {"type": "linear", "out_features": 3},
        "b": {
            "type": "linear",
            "out_features": 3,
            "from": ["a"],
            "frozen": "statistics",
            "tied": {"weight": "a.weight"},
            "at": [0, 480.5],
            "note": {"by": ["me"]},
        },
    }

    assert graph_json(graph_from_json(value)) == value


def test_an_unknown_layer_keeps_what_the_file_said():
    value = {
        "a": {"type": "relu"},
        "b": {"type": "hologram", "x": {"y": [1, None]}, "from": [None, "a.1"], "frozen": True},
    }

    graph = graph_from_json(value)

    assert graph["b"].layer == Unknown(type="hologram", settings={"x": {"y": [1, None]}})
    assert graph_json(graph) == value


def test_a_block_is_spelled_with_the_graph_inside():
    value = {
        "b": {
            "type": "block",
            "repeat": 3,
            "graph": {"i": IMAGE, "r": {"type": "relu", "from": ["i"]}},
        }
    }

    graph = graph_from_json(value)

    assert isinstance(graph["b"].layer, Block)
    assert graph["b"].layer.repeat == 3
    assert graph_json(graph) == value


def test_no_setting_has_a_name_that_means_something_else_in_a_file():
    taken = {"type", "from", "frozen", "tied", "at"}

    assert [cls.key for cls in CATALOGUE if taken & {s.key for s in cls.declared.values()}] == []


@pytest.mark.parametrize(
    ("graph", "sentence"),
    [
        (3, "graph must be an object of layers, but 3 was given."),
        ({"a": 3}, "In a: a layer must be an object, but 3 was given."),
        ({"a": {}}, "In a: type must be the name of a layer, but None was given."),
        (
            {"a b": {"type": "relu"}},
            "A layer cannot be called 'a b': only letters, digits and _, no digit first."
            " Rename it in the file.",
        ),
        (
            {"a": {"type": "conv2d", "kernel_size": 0}},
            "In a: kernel_size must be a whole number or 2 of them from 1 to 1,000,"
            " but 0 was given.",
        ),
        (
            {"a": {"type": "block", "graph": {"b": {"type": "linear", "out_features": "x"}}}},
            "In a/b: out_features must be a whole number from 1 to 1,000,000, but 'x' was given.",
        ),
        (
            {"a": {"type": "relu", "from": ["relu_2"]}, "relu_1": {"type": "relu"}},
            "In a: its source relu_2 does not exist. Did you mean relu_1?",
        ),
        (
            {"a": {"type": "relu", "from": 3}},
            "In a: from must be a list of layers, but 3 was given.",
        ),
        (
            {"i": IMAGE, "a": {"type": "relu", "from": ["i", "i"]}},
            "In a: it takes at most 1 inputs, but from names 2.",
        ),
        (
            {"i": {"type": "block"}, "a": {"type": "relu", "from": ["i.1"]}},
            "In a: its source i.1 does not exist; i has 1 outputs.",
        ),
        (
            {
                "a": {"type": "relu", "from": ["c"]},
                "b": {"type": "relu", "from": ["a"]},
                "c": {"type": "relu", "from": ["b"]},
            },
            "The wires b → c → a → b close a circle."
            " Data must flow one way: take one of these names out of a “from”.",
        ),
        (
            {"a": {"type": "relu", "frozen": "yes"}},
            "In a: frozen must be true, false or “statistics”, but 'yes' was given.",
        ),
        (
            {"a": {"type": "relu", "at": [1, True]}},
            "In a: at must be two numbers, x and y, but [1, True] was given.",
        ),
        (
            {"a": {"type": "linear", "tied": {"weight": "b.weight"}}},
            "In a: the weight b.weight that it borrows does not exist.",
        ),
        (
            {"a": {"type": "linear", "tied": {"weight": "a.weight"}}},
            "In a: the weight a.weight that it borrows is borrowed itself."
            " Tie both to the layer that owns the weight.",
        ),
        (
            {"a": {"type": "linear", "tied": ["b"]}},
            "In a: tied must name weights and their owners, but ['b'] was given.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(graph, sentence):
    assert refusal(graph) == sentence


def test_more_layers_than_anyone_draws_are_refused(monkeypatch):
    monkeypatch.setattr(spelling, "MOST_NODES", 12)
    inner = {f"n{i}": {"type": "relu"} for i in range(4)}
    blocks = {f"b{i}": {"type": "block", "graph": inner} for i in range(3)}

    assert refusal(blocks) == (
        "The network has more than 12 layers. Use a block with a repeat count."
    )
    assert len(graph_from_json({"b0": blocks["b0"], "b1": blocks["b1"]})) == 2
