"""A product with a matrix that follows from parameters alone is a weighted layer."""

import torch

from studio.analysis.analyze import analyze
from studio.catalogue.meeting.merge import Multiply
from studio.graph.model import Graph, Wire
from studio.network.build import build
from tests.unit.analysis.networks import Spec, block, graph, problems

X: Spec = {"type": "input", "shape": [5, 4]}
TABLE: Spec = {"type": "parameter", "shape": [9, 4]}
SCORES: Spec = {"type": "matmul", "transpose_second": True}


def scored(**between: str | Spec) -> Graph:
    """Return a product of the input with a learned table, after some layers on the table's side."""
    last = list(between)[-1] if between else "table"
    return graph(x=X, table=TABLE, **between, scores={**SCORES, "from": ["x", last]}, y="output")


def test_a_product_with_a_learned_matrix_is_as_deep_as_a_linear_layer():
    report = analyze(scored())

    assert report.depth == report.nodes["scores"].own_depth == 1
    assert report.multiply_adds == 5 * 4 * 9


def test_what_is_computed_from_a_learned_matrix_alone_is_learned_too():
    ones: Spec = {"type": "constant", "shape": [9, 4], "fill": "ones"}
    half: Spec = {"type": "scale", "factor": 0.5}
    report = analyze(
        scored(smaller=half, ones=ones, sum={"type": "add", "from": ["smaller", "ones"]})
    )

    assert report.depth == 1
    assert report.nodes["ones"].outputs[0].origin == "fixed"
    assert report.nodes["sum"].outputs[0].origin == "learned"


def test_constants_and_data_make_no_weighted_layer():
    ones: Spec = {"type": "constant", "shape": [9, 4]}
    by_ones = graph(x=X, ones=ones, scores={**SCORES, "from": ["x", "ones"]}, y="output")
    by_itself = graph(x=X, scores={**SCORES, "from": ["x", "x"]}, y="output")
    mixed = scored(z={**X, "shape": [9, 4]}, shifted={"type": "subtract", "from": ["z", "table"]})

    assert [analyze(one).depth for one in (by_ones, by_itself, mixed)] == [0, 0, 0]


def test_a_learned_matrix_stays_one_inside_a_block():
    inside: Spec = {"x": X, "t": {"type": "input", "shape": [9, 4]},
                    "scores": {**SCORES, "from": ["x", "t"]}, "y": "output"}  # fmt: skip
    behind: Spec = {"t": TABLE, "r": "relu", "y": "output"}
    learned = graph(x=X, table=TABLE, body={**block(inside), "from": ["x", "table"]}, y="output")
    plain = graph(x=X, z={**X, "shape": [9, 4]}, body={**block(inside), "from": ["x", "z"]},
                  y="output")  # fmt: skip
    made = graph(x=X, body={**block(behind), "from": []},
                 scores={**SCORES, "from": ["x", "body"]}, y="output")  # fmt: skip

    assert [analyze(one).depth for one in (learned, plain, made)] == [1, 0, 1]


def test_an_edit_that_makes_a_matrix_learned_is_seen():
    before = graph(x=X, z={**X, "shape": [9, 4]}, table=TABLE,
                   scores={**SCORES, "from": ["x", "z"]}, y="output")  # fmt: skip
    node = before["scores"].changed(sources=(Wire("x"), Wire("table")))
    after = before.with_node("scores", node)

    report = analyze(after, previous=analyze(before))

    assert analyze(before).depth == 0
    assert report.depth == analyze(after).depth == 1


def test_two_products_of_the_same_shapes_are_told_apart():
    report = analyze(
        graph(
            x=X,
            z={**X, "shape": [9, 4]},
            table=TABLE,
            one={**SCORES, "from": ["x", "z"]},
            two={**SCORES, "from": ["x", "table"]},
            sum={"type": "add", "from": ["one", "two"]},
            y="output",
        )
    )

    assert (report.nodes["one"].own_depth, report.nodes["two"].own_depth) == (0, 1)


def test_a_parameter_that_lends_its_weight_is_used():
    ids: Spec = {"type": "input", "shape": [5], "dtype": "int64"}
    embed: Spec = {"type": "embedding", "num_embeddings": 9, "embedding_dim": 4}
    lending = graph(table=TABLE, ids=ids, embed={**embed, "tied": {"weight": "table.weight"}},
                    y="output")  # fmt: skip
    idle = graph(table=TABLE, ids=ids, embed=embed, y="output")

    assert problems(lending) == []
    assert problems(idle) == ["What table computes is not used: no way leads from it to an output."]


def test_one_table_embeds_and_scores():
    ids: Spec = {"type": "input", "shape": [5], "dtype": "int64"}
    shared = graph(ids=ids, table=TABLE, steps={"type": "lookup", "from": ["ids", "table"]},
                   scores={**SCORES, "from": ["steps", "table"]}, y="output")  # fmt: skip
    report = analyze(shared)
    network = build(shared, report)
    numbers = torch.tensor([[0, 1, 2, 3, 8], [4, 4, 4, 4, 4]])

    scores = network(numbers)["y"]

    weight = dict(network.named_parameters())["table.weight"]
    assert report.parameters == weight.numel() == 36
    assert torch.allclose(scores, weight[numbers] @ weight.T)
    scores.sum().backward()
    assert weight.grad is not None


def test_pieces_go_different_ways():
    built = graph(x=X, split={"type": "split", "dim": 2, "sizes": [1, 3]},
                  one={"type": "linear", "out_features": 3, "from": ["split"]},
                  gate={"type": "multiply", "from": ["one", "split.1"]}, y="output")  # fmt: skip
    report = analyze(built)
    network = build(built, report)
    x = torch.randn(2, 5, 4)

    linear = network.layers()["one"][0]
    assert isinstance(built["gate"].layer, Multiply)
    assert report.nodes["split"].outputs == ((5, 1), (5, 3))
    assert torch.allclose(network(x)["y"], linear(x[..., :1]) * x[..., 1:])


def test_layers_that_no_data_reach_lie_on_no_way_from_an_input():
    report = analyze(scored(wide={"type": "linear", "out_features": 4}))

    assert report.nodes["wide"].own_depth == 0
    assert report.depth == 1


def test_what_is_made_of_lengths_alone_is_learned_too():
    rows: Spec = {"type": "position_embedding", "add": False}
    added: Spec = {**rows, "add": True}

    depths = [
        analyze(graph(x=X, rows=one, scores={**SCORES, "from": ["x", "rows"]}, y="output")).depth
        for one in (rows, added)
    ]

    assert depths == [1, 0]


def test_only_the_first_copy_of_a_decoder_receives_learned_queries():
    inside: Spec = {"q": {"type": "input", "shape": [9, 4]}, "m": X,
                    "alone": {"type": "linear", "out_features": 4, "from": ["q"]},
                    "sum": {"type": "reduce", "dim": [1], "keepdim": True, "from": ["m"]},
                    "joined": {"type": "add", "from": ["alone", "sum"]}, "y": "output"}  # fmt: skip
    for shared in (False, True):
        body = {**block(inside, repeat=3, shared=shared), "from": ["table", "x"]}

        report = analyze(graph(x=X, table=TABLE, body=body, y="output"))

        assert not report.findings
        assert report.depth == 2
        assert len(report.nodes["body"].copies) == 2
        assert report.parameters == 36 + 20 * (1 if shared else 3)
