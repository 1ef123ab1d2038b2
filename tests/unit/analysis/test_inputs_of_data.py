"""Every Input is checked against what the data bring for it, by name."""

from studio.analysis.analyze import analyze
from studio.analysis.report import Report, Task
from studio.catalogue.shape import Shape
from studio.graph.model import Graph
from studio.graph.spelling import graph_from_json

TASK = Task(Shape(3), 2, more={"words": Shape(5, dtype="int64"), "wave": Shape(2, 8)})


def joined(**inputs: dict[str, object]) -> Graph:
    nodes = {name: {"type": "input"} | settings for name, settings in inputs.items()}
    flat = {f"flat_{name}": {"type": "flatten", "from": [name]} for name in inputs}
    rest = {
        "all": {"type": "concat", "dim": 1, "from": list(flat)},
        "last": {"type": "linear", "out_features": 2, "from": ["all"]},
        "scores": {"type": "output", "from": ["last"]},
    }
    return graph_from_json(nodes | flat | rest)


def told(found: Report) -> dict[str, str]:
    return {finding.node: finding.problem for finding in found.errors}


def test_inputs_that_take_what_is_there_are_fine_in_any_order() -> None:
    assert told(analyze(joined(wave={"shape": [2, 8]}, row={"shape": [3]}), TASK)) == {}


def test_each_input_is_held_against_its_own_data() -> None:
    graph = joined(row={"shape": [4]}, wave={"shape": [2, 9]})
    found = analyze(graph, TASK)

    assert told(found) == {
        "row": "row takes 4, but the samples of the data are 3.",
        "wave": "wave takes 2 × 9, but the samples of the data are 2 × 8.",
    }
    (fix,) = (finding.fix for finding in found.errors if finding.node == "wave")
    assert fix is not None
    assert told(analyze(fix.apply(graph), TASK)).keys() == {"row"}


def test_an_input_for_which_nothing_is_there_is_named() -> None:
    found = analyze(joined(row={"shape": [3]}, sound={"shape": [2, 8]}), TASK)

    assert told(found) == {"sound": "The data bring nothing for sound."}
    assert found.errors[0].remedy == "Name the Inputs words, wave."


def test_an_embedding_has_a_vector_for_each_id_of_the_data() -> None:
    graph = graph_from_json(
        {
            "words": {"type": "input", "shape": [6], "dtype": "int64"},
            "vectors": {"type": "embedding_bag", "num_embeddings": 10, "from": ["words"]},
            "last": {"type": "linear", "out_features": 2, "from": ["vectors"]},
            "scores": {"type": "output", "from": ["last"]},
        }
    )
    task = Task(Shape(6, dtype="int64"), 2, ids=7194)

    found = analyze(graph, task)

    assert told(found) == {"vectors": "vectors has vectors for 10 ids, but the data have 7,194."}
    (fix,) = (finding.fix for finding in found.errors)
    assert fix is not None
    assert not analyze(fix.apply(graph), task).errors
    assert not analyze(graph, Task(Shape(6, dtype="int64"), 2, ids=10)).errors
