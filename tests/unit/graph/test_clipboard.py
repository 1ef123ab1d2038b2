import json

import pytest

from studio.errors import EditError
from studio.graph import edits
from studio.graph.model import Graph
from tests.toys.graphs import names, network, residual


def test_what_is_copied_is_the_text_of_a_project():
    text = edits.copy(residual(), ["relu_1", "add_1"])

    assert json.loads(text) == {
        "layerwise": 1,
        "graph": {"relu_1": {"type": "relu"}, "add_1": {"type": "add", "from": ["relu_1"]}},
    }


def test_pasting_keeps_inner_wires_and_gives_fresh_names():
    graph, new = edits.paste(edits.copy(residual(), ["relu_1", "add_1"]), residual())

    assert new == ("relu_2", "add_2")
    assert names(graph["add_2"].sources) == ["relu_2"]
    assert {name: graph[name] for name in residual()} == residual().nodes


def test_pasted_layers_lie_where_they_were_dropped_as_they_lay_to_each_other():
    source = edits.move(residual(), {"relu_1": (10, 20), "add_1": (40, 300)})

    graph, _new = edits.paste(edits.copy(source, ["relu_1", "add_1"]), Graph(), (100.0, 100.0))

    assert graph["relu_1"].at == (100.0, 100.0)
    assert graph["add_1"].at == (130.0, 380.0)


def test_ties_between_copied_layers_are_kept_and_others_dropped():
    graph = edits.tie(network("linear 4 → linear 4"), "linear_2", "weight", "linear_1.weight")

    assert edits.paste(edits.copy(graph, ["linear_2"]), Graph())[0]["linear_1"].tied == {}
    both = edits.paste(edits.copy(graph, ["linear_1", "linear_2"]), graph)[0]
    assert both["linear_4"].tied == {"weight": "linear_3.weight"}


def test_copies_lie_beside_their_originals():
    graph, new = edits.duplicate(edits.move(residual(), {"relu_1": (10, 20)}), ["relu_1"])

    assert new == ("relu_2",)
    assert graph["relu_2"].at == (258.0, 20.0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "hello",
            "The clipboard holds no layers:"
            " It is not valid JSON: Expecting value in line 1, column 1.",
        ),
        (
            "[]",
            "The clipboard holds no layers:"
            " A project must be a JSON object, but it is of type list.",
        ),
        (
            '{"layerwise": 1, "graph": {"a": {"type": "relu", "from": ["b"]}}}',
            "The clipboard holds no layers: In a: its source b does not exist.",
        ),
    ],
)
def test_other_text_is_not_pasted(text, sentence):
    with pytest.raises(EditError) as caught:
        edits.paste(text, Graph())

    assert str(caught.value) == sentence
