"""Totals and node facts: against figures worked out by hand and published ones."""

import random
from typing import Any

import pytest

from studio.analysis import analyze as analyze_module
from studio.analysis.analyze import analyze
from studio.analysis.report import Report
from studio.errors import StudioError
from studio.gallery import load
from studio.graph import edits
from studio.graph.model import Graph, Wire
from tests.unit.analysis.networks import IMAGE, Spec, block, graph, mnist_cnn, residual


def test_the_network_of_the_articles_has_the_published_figures():
    report = analyze(mnist_cnn())
    assert (report.parameters, report.depth, report.multiply_adds) == (54_410, 2, 248_768)
    assert report.findings == ()


def test_a_count_shows_how_it_came_about():
    facts = analyze(mnist_cnn()).nodes
    assert facts["conv"].parameters.formula == "32 × 1 × 3 × 3 + 32"
    assert facts["linear"].parameters.formula == "10 × 5,408 + 10"


def test_activation_bytes_are_four_for_a_number_and_eight_for_an_id():
    built = graph(
        words={"type": "input", "shape": [7], "dtype": "int64"},
        embedding={"type": "embedding", "num_embeddings": 10, "embedding_dim": 5},
        y="output",
    )
    facts = analyze(built).nodes
    assert facts["words"].activation_bytes == 7 * 8
    assert facts["embedding"].activation_bytes == 7 * 5 * 4


def test_what_follows_a_broken_layer_is_unknown_and_gets_no_finding_of_its_own():
    report = analyze(mnist_cnn(conv={"type": "conv2d", "kernel_size": 40}))
    assert [finding.node for finding in report.findings] == ["conv"]
    assert report.nodes["relu"].output is None
    assert report.nodes["scores"].outputs == ()


def test_a_frozen_layer_keeps_its_parameters_and_trains_none():
    report = analyze(edits.set_frozen(mnist_cnn(), ["conv"], True))
    assert (report.parameters, report.trainable, report.frozen) == (54_410, 54_090, 320)


def test_frozen_statistics_leave_the_weights_trainable():
    built = graph(
        image=IMAGE,
        conv="conv2d",
        norm={"type": "batch_norm2d", "frozen": "statistics"},
        y="output",
    )
    report = analyze(built)
    assert report.trainable == report.parameters > 0
    assert report.nodes["norm"].buffers == 32 + 32 + 1


def test_a_repeated_block_counts_all_its_copies_and_works_one_out():
    report = analyze(
        graph(x={"type": "input", "shape": [4, 8, 8]}, stage=residual(4, 12), y="output")
    )
    stage = report.nodes["stage"]
    assert stage.parameters == 12 * (4 * 4 * 9 + 4)
    assert stage.parameters.formula == "12 × 148"
    assert stage.depth == report.depth == 12
    assert stage.multiply_adds == 12 * 8 * 8 * 4 * 4 * 9
    assert len(stage.copies) == 1


def test_copies_that_see_other_shapes_are_worked_out_each():
    shrinking = block(
        {
            "x": IMAGE,
            "conv": {"type": "conv2d", "out_channels": 3, "kernel_size": 3},
            "y": "output",
        },
        repeat=3,
    )
    stage = analyze(graph(image=IMAGE, stage=shrinking, y="output")).nodes["stage"]
    assert stage.output == (3, 22, 22)
    assert len(stage.copies) == 3
    assert stage.parameters == (3 * 9 + 3) + 2 * (3 * 3 * 9 + 3)


def test_blocks_nest_and_depth_runs_through_them():
    inner = residual(4, 2)
    outer = block(
        {"x": {"type": "input", "shape": [4, 8, 8]}, "inner": inner, "y": "output"}, repeat=3
    )
    built = graph(x={"type": "input", "shape": [4, 8, 8]}, outer=outer, flatten="flatten",
                  linear="linear", y="output")  # fmt: skip
    report = analyze(built)
    assert report.depth == 3 * 2 + 1
    assert report.nodes["outer"].parameters == 6 * 148


def test_a_frozen_block_freezes_everything_inside():
    built = graph(
        x={"type": "input", "shape": [4, 8, 8]}, stage=residual(4, 3, frozen=True), y="output"
    )
    stage = analyze(built).nodes["stage"]
    assert stage.parameters == 3 * 148
    assert stage.trainable == 0
    assert stage.copies[0].nodes["conv"].trainable == 0


def test_a_tied_weight_counts_once_and_is_locked_by_either_end():
    nodes: dict[str, str | Spec] = {
        "words": {"type": "input", "shape": [7], "dtype": "int64"},
        "embedding": {"type": "embedding", "num_embeddings": 50, "embedding_dim": 8},
        "scores": {"type": "linear", "out_features": 50, "bias": False,
                   "tied": {"weight": "embedding.weight"}},
        "y": "output",
    }  # fmt: skip
    built = graph(**nodes)
    assert analyze(built).parameters == 400
    locked = analyze(edits.set_frozen(built, ["scores"], True))
    assert (locked.parameters, locked.trainable) == (400, 0)


def test_the_longest_way_counts_and_the_headline_is_that_of_the_outputs():
    built = graph(
        x={"type": "input", "shape": [8]},
        long_1={"type": "linear", "out_features": 8},
        long_2={"type": "linear", "out_features": 8},
        short={"type": "linear", "out_features": 8, "from": ["x"]},
        add={"type": "add", "from": ["long_2", "short"]},
        y="output",
        extra_1={"type": "linear", "out_features": 8, "from": ["add"]},
        extra_2={"type": "linear", "out_features": 8},
    )
    report = analyze(built)
    assert report.nodes["extra_2"].depth == 4
    assert report.depth == 2


@pytest.mark.parametrize(
    ("name", "parameters", "depth", "multiply_adds"),
    [("mnist-cnn", 54_410, 2, 248_768), ("text-gru", 428, 2, None), ("lenet5", 61_706, 5, 416_520)],
)
def test_templates_have_their_published_figures(name, parameters, depth, multiply_adds):
    report = analyze(load(name).graph)
    assert (report.parameters, report.depth) == (parameters, depth)
    assert multiply_adds in {None, report.multiply_adds}


LENT = ("stage.conv.weight", "stage.1.conv.weight")


def _edited(built: Graph, draw: random.Random) -> Graph:
    """Return the graph after one random edit; an edit that is refused changes nothing."""
    name = draw.choice(list(built))
    layer = built[name].layer
    choices = [
        lambda: edits.set_frozen(built, [name], draw.choice([True, False])),
        lambda: edits.remove(built, [name]),
        lambda: edits.connect(built, draw.choice(list(built)), name),
        lambda: edits.disconnect(built, name, 0),
        lambda: edits.configure(built, name, out_channels=draw.choice([3, 4, 16])),
        lambda: edits.configure(built, name, sample=(draw.choice([1, 4]), 8, 8)),
        lambda: edits.configure(built, name, repeat=draw.randint(1, 4)),
        lambda: edits.at_location(built, (name,), lambda page: _edited(page, draw)),
        lambda: edits.add(built, layer, after=name),
        lambda: edits.tie(built, name, "weight", f"{draw.choice(list(built))}.weight"),
        lambda: edits.tie(built, name, "weight", draw.choice(LENT)),
        lambda: edits.group(built, draw.sample(list(built), 2)),
    ]
    try:
        return draw.choice(choices)()
    except StudioError:
        return built


@pytest.mark.parametrize("seed", range(40))
def test_a_report_made_from_the_one_before_equals_a_fresh_one(seed):
    draw = random.Random(seed)
    built = graph(
        x={"type": "input", "shape": [4, 8, 8]},
        conv_1={"type": "conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1},
        stage=residual(4, 2),
        conv_2={"type": "conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1},
        add={"type": "add", "from": ["conv_1", "conv_2"]},
        y="output",
    )
    report = analyze(built)
    for _step in range(30):
        edited = _edited(built, draw)
        built = edited if len(edited) else built
        report = analyze(built, None, report)
        fresh = analyze(built)
        assert _said(report) == _said(fresh)


def _said(report: Report) -> tuple[object, ...]:
    """Return everything a report says, without the fixes, which are functions."""
    nodes = {
        name: (facts.inputs, facts.outputs, facts.parameters, facts.trainable, facts.buffers,
               facts.depth, facts.own_depth, facts.depths, facts.ways,
               facts.multiply_adds, facts.activation_bytes,
               tuple(_said(inner) for inner in facts.copies))
        for name, facts in report.nodes.items()
    }  # fmt: skip
    findings = [(f.severity, f.node, f.problem, f.remedy) for f in report.findings]
    return nodes, sorted(findings), report.trainable, report.depth, report.order


def test_copies_that_differ_in_too_many_ways_are_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr(analyze_module, "_MOST_LAYERS", 2_000)
    x = {"type": "input", "shape": [4]}
    fc = {"type": "linear", "out_features": 4}
    inside: dict[str, Any] = {"x": x, "fc": fc, "y": "output"}
    for level in range(12):
        target = "body/" * level + "fc.out_features"
        three = {"0": {target: 5 + level}, "1": {target: 50 + level}}
        inside = {"x": x, "body": block(inside, repeat=3, overrides=three), "y": "output"}
    report = analyze(graph(**inside))
    assert any("The copies differ so much" in error.problem for error in report.errors)


def test_as_many_copies_as_a_block_can_have_may_all_differ():
    fc = {"type": "linear", "out_features": 4}
    join = {"type": "concat", "from": ["fc", "x"]}
    inside: dict[str, Any] = {
        "x": {"type": "input", "shape": [4]},
        "fc": fc,
        "join": join,
        "y": "output",
    }
    growing = graph(x=inside["x"], body=block(inside, repeat=10_000), y="output")
    assert analyze(growing).nodes["y"].output == (40_004,)


def test_an_axis_that_nothing_could_count_is_refused():
    join = {"type": "concat", "from": ["x", "x"]}
    inside: dict[str, Any] = {"x": {"type": "input", "shape": [4]}, "join": join, "y": "output"}
    doubling = graph(x=inside["x"], body=block(inside, repeat=10_000), y="output")
    problems = [error.problem for error in analyze(doubling).errors]
    assert "An axis would have 1.2e+18 places, but 1.0e+18 are the most." in problems[0]


def test_an_axis_on_which_samples_meet_is_not_taken_for_one_place():
    nodes: dict[str, Spec] = {
        "x": {"type": "input", "shape": [8]},
        "other": {"type": "linear", "out_features": 8},
        "one": {"type": "linear", "out_features": 1},
        "all": {"type": "cosine_similarity", "pairwise": True, "from": ["x", "other"]},
    }
    turn: Spec = {"type": "permute", "dims": [1, 0]}
    good = graph(**nodes, turned={**turn, "from": ["all"]}, y="output")
    node = good["turned"].changed(sources=(Wire("one"),))

    edited = analyze(good.with_node("turned", node), previous=analyze(good))
    both = analyze(
        graph(
            **nodes,
            turned={**turn, "from": ["all"]},
            y="output",
            again={**turn, "from": ["one"]},
            z="output",
        )
    )

    assert [finding.node for finding in edited.errors] == ["turned"]
    assert [finding.node for finding in both.errors] == ["again"]
