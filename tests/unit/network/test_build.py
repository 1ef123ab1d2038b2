"""A network built from a document has the weights that analysis promised, and runs."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from studio.analysis.analyze import analyze
from studio.analysis.report import Report
from studio.catalogue.unknown import Unknown
from studio.errors import TrainingError
from studio.graph.block import Block
from studio.graph.file import read_project
from studio.graph.model import Graph, Node, Wire
from studio.network.build import build
from studio.network.execution import streamlined
from studio.paths import resources
from studio.training.checkpoints.checkpoint import load_weights, weights_of
from tests.unit.training.toys import chain, cnn, made, mlp

TEMPLATES = sorted((resources() / "templates").glob("*.layerwise"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_templates_run_and_have_the_parameters_analysis_counts(path):
    graph = read_project(path).graph
    report = analyze(graph)
    network = build(graph, report)
    assert sum(p.numel() for p in network.parameters()) == report.parameters
    assert sum(b.numel() for b in network.buffers()) == report.buffers
    assert dict(promised(report)) == {n: tuple(p.shape) for n, p in network.named_parameters()}
    shape = report.nodes[network.inputs[0]].output
    assert shape is not None
    x = torch.rand(2, *shape) if shape.dtype == "float32" else torch.ones(2, *shape).long()
    for name, y in network(x).items():
        assert tuple(y.shape[1:]) == tuple(report.nodes[name].output or ())


def promised(report: Report, prefix: str = "") -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield (name, shape) of every parameter that a report knows."""
    for name, facts in report.nodes.items():
        for weight, shape in facts.weights.items():
            yield f"{prefix}{name}.{weight}", tuple(shape)
        layer = report.graph[name].layer
        if isinstance(layer, Block):
            pages = [inner for inner, count in facts.rows for _copy in range(count)]
            for index, inner in enumerate(pages):
                number = f"{index}." if layer.repeat > 1 else ""
                yield from promised(inner, f"{prefix}{name}.{number}")


def test_copies_of_a_block_are_numbered_and_have_weights_of_their_own():
    inner = chain(x=("input", {}), fc=("linear", {"out_features": 4}), y=("output", {}))
    graph = chain(
        row=("input", {"sample": (6,)}),
        blocks=("block", {"graph": inner, "repeat": 3}),
        scores=("output", {}),
    )
    network = made(graph)
    shapes = {name: tuple(p.shape) for name, p in network.named_parameters()}
    # the first copy sees six numbers, the others the four of the copy before
    assert shapes["blocks.0.fc.weight"] == (4, 6)
    assert shapes["blocks.1.fc.weight"] == shapes["blocks.2.fc.weight"] == (4, 4)
    assert set(network.layers()) == {"row", "blocks/x", "blocks/fc", "blocks/y", "scores"}
    assert len(network.layers()["blocks/fc"]) == 3
    x = torch.rand(2, 6)
    expected = x
    for copy in network.blocks:
        expected = expected @ copy.fc.weight.T + copy.fc.bias
    assert torch.allclose(network(x)["scores"], expected, atol=1e-6)


def test_the_same_seed_draws_the_same_weights_and_leaves_other_random_numbers_alone():
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    one, two, other = made(cnn(), 3), made(cnn(), 3), made(cnn(), 4)
    assert torch.equal(torch.rand(1), expected)
    assert torch.equal(one.conv.weight, two.conv.weight)
    assert not torch.equal(one.conv.weight, other.conv.weight)


def test_a_tied_weight_is_one_tensor():
    graph = chain(
        words=("input", {"sample": (5,), "dtype": "int64"}),
        embed=("embedding", {"num_embeddings": 7, "embedding_dim": 4}),
        head=("linear", {"out_features": 7, "bias": False}),
        scores=("output", {}),
    )
    tied = graph.with_node("head", graph["head"].changed(tied={"weight": "embed.weight"}))
    network = made(tied)
    assert network.head.weight is network.embed.weight
    assert sum(p.numel() for p in network.parameters()) == 28 == analyze(tied).parameters


@pytest.mark.parametrize("owner", ["nobody.weight", "first.nothing", "first.weight"])
def test_a_tie_that_cannot_be_is_refused(owner):
    graph = mlp()
    tied = graph.with_node("last", graph["last"].changed(tied={"weight": owner}))
    with pytest.raises(TrainingError, match=r"last\.weight"):
        build(tied, analyze(graph))


def test_a_node_may_be_named_like_a_method_of_torch():
    graph = chain(
        input=("input", {"sample": (4,)}),
        train=("linear", {"out_features": 4}),
        forward=("relu", {}),
        type=("linear", {"out_features": 2}),
        parameters=("output", {}),
    )
    network = made(graph)
    assert set(dict(network.named_parameters())) == {
        "train.weight", "train.bias", "type.weight", "type.bias",
    }  # fmt: skip
    assert network(torch.rand(3, 4))["parameters"].shape == (3, 2)
    assert network.train() is network


def test_branches_meet_and_several_outputs_come_by_name():
    graph = mlp()
    relu = graph["act"].layer
    nodes = dict(graph.nodes)
    nodes["sum"] = Node(type(graph["scores"].layer)(), (Wire("act"),))
    network = made(Graph(nodes))
    found = network(torch.rand(2, 4))
    assert {name: tuple(y.shape) for name, y in found.items()} == {"scores": (2, 3), "sum": (2, 16)}
    assert relu.key == "relu"


def test_a_branch_that_leads_nowhere_is_held_but_not_run():
    graph = mlp()
    spare = Node(graph["first"].layer, (Wire("row"),))
    network = made(graph.with_node("spare", spare))
    assert "spare.weight" in dict(network.named_parameters())
    network.spare.register_forward_hook(lambda *_all: pytest.fail("it ran"))
    network(torch.rand(2, 4))


def test_an_unknown_layer_is_refused():
    graph = mlp()
    unknown = graph["act"].changed(layer=Unknown(type="warp", settings=json.loads("{}")))
    broken = graph.with_node("act", unknown)
    with pytest.raises(TrainingError, match="warp"):
        build(broken, analyze(broken))


def test_a_network_with_errors_is_refused_by_the_first_of_them():
    graph = mlp()
    broken = graph.with_node("last", graph["last"].changed(sources=(None,)))
    report = analyze(broken)
    with pytest.raises(TrainingError) as refusal:
        build(broken, report)
    assert report.errors[0].problem in str(refusal.value)


OWN_NAMES = ["steps", "multiply_adds", "graph", "inputs", "outputs", "training", "_modules"]


@pytest.mark.parametrize("name", [*OWN_NAMES, "forward", "run", "add", "train", "state_dict"])
def test_a_layer_may_have_any_name_even_one_of_an_attribute(name):
    expected, network = made(mlp()), made(_with_first_called(name))
    x = torch.rand(8, 4)

    with streamlined(network, 8, channels_last=True):
        network.train()
        network(x)["scores"].sum().backward()
    network.eval()

    assert torch.equal(network(x)["scores"], expected(x)["scores"])
    assert name in network.layers()
    load_weights(network, weights_of(network))


def test_a_recurrent_layer_runs_with_the_weight_it_borrows():
    graph = chain(
        rows=("input", {"sample": (3, 4)}),
        one=("gru", {"hidden_size": 4}),
        two=("gru", {"hidden_size": 4}),
        scores=("output", {}),
    )
    tied = {"weight_hh_l0": "one.weight_hh_l0"}
    network = made(graph.with_node("two", graph["two"].changed(tied=tied)))
    x = torch.rand(2, 3, 4)
    before = network.two(x)[0]

    with torch.no_grad():
        network.one.weight_hh_l0.zero_()

    assert network.two.weight_hh_l0 is network.one.weight_hh_l0
    assert not torch.equal(network.two(x)[0], before)


def test_weights_that_are_loaded_next_take_no_random_numbers():
    graph = chain(
        rows=("input", {"sample": (3, 4)}),
        one=("gru", {"hidden_size": 4}),
        last=("linear", {"out_features": 4}),
        scores=("output", {}),
    )
    drawn = build(graph, analyze(graph))
    before = torch.get_rng_state()

    network = build(graph, analyze(graph), seed=None)
    load_weights(network, weights_of(drawn))

    assert torch.equal(torch.get_rng_state(), before)
    x = torch.rand(2, 3, 4)
    assert torch.equal(network(x)["scores"], drawn(x)["scores"])


def _with_first_called(name: str) -> Graph:
    layers: dict[str, tuple[str, dict[str, Any]]] = {
        "row": ("input", {"sample": (4,)}),
        name: ("linear", {"out_features": 16}),
        "act": ("relu", {}),
        "last": ("linear", {"out_features": 3}),
        "scores": ("output", {}),
    }
    return chain(**layers)
