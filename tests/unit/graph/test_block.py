"""Blocks whose copies differ, share weights, or are driven by one number."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import torch
from torch import nn

from studio.analysis.analyze import analyze
from studio.analysis.tensors import parameters, tied
from studio.errors import EditError, SettingError
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.exposing import Exposed
from studio.graph.file import ProjectFile, project_from_json, project_to_json
from studio.network.build import build
from tests.toys.graphs import block, layer, network

BODY = network("input 8 16 16 → conv 8 3 p1 → relu → output")
EXPOSED: Mapping[str, Any] = {
    "width": {
        "value": 8,
        "drives": {"conv2d_1.out_channels": "width", "conv2d_2.out_channels": "2 * width"},
        "hint": "How wide.",
    }
}


def _stage(**settings):
    """Return a network of one block around a convolution."""
    draft = Draft()
    image = draft.input("image", 8, 16, 16)
    draft.output("map", draft.block("stage", BODY, image, **settings))
    return draft.graph()


def _copies(net: nn.Module) -> list[Any]:
    return list(net.get_submodule("stage").children())


def _shape(graph):
    return analyze(graph).nodes["map"].output


def test_an_override_of_the_first_copy_changes_that_copy_only():
    graph = _stage(repeat=4, overrides={"0": {"conv2d_1.stride": 2}})
    report = analyze(graph)
    assert report.nodes["map"].output == (8, 8, 8)
    assert [count for _inner, count in report.nodes["stage"].rows] == [1, 3]
    net = build(graph, report)
    assert net(torch.randn(2, 8, 16, 16))["map"].shape == (2, 8, 8, 8)
    strides = [copy.conv2d_1.stride for copy in _copies(net)]
    assert strides == [(2, 2), (1, 1), (1, 1), (1, 1)]


def test_a_negative_number_counts_from_the_last_copy():
    report = analyze(_stage(repeat=3, overrides={"-1": {"conv2d_1.out_channels": 5}}))
    assert report.nodes["map"].output == (5, 16, 16)


def test_a_ramp_grows_evenly_and_leaves_the_analysis_of_one_copy():
    body = network("input 8 → linear 8 → dropout → output")
    draft = Draft()
    stage = draft.block(
        "stage", body, draft.input("x", 8), repeat=5, ramps={"dropout_1.p": (0, 0.4)}
    )
    draft.output("y", stage)
    graph = draft.graph()
    report = analyze(graph)
    assert len(report.nodes["stage"].copies) == 1
    drops = [copy.dropout_1.p for copy in _copies(build(graph, report))]
    assert drops == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])


def test_shared_copies_count_their_weights_once_and_their_work_each_time():
    plain, shared = analyze(_stage(repeat=6)), analyze(_stage(repeat=6, shared=True))
    assert plain.parameters == 6 * shared.parameters
    assert plain.modules == 6 * shared.modules == 6
    assert plain.multiply_adds == shared.multiply_adds
    assert plain.depth == shared.depth == 6


def test_shared_copies_run_the_same_weights_one_after_the_other():
    graph = _stage(repeat=3, shared=True)
    report = analyze(graph)
    net = build(graph, report)
    assert [name for name, _p in net.named_parameters()] == [
        "stage.conv2d_1.weight",
        "stage.conv2d_1.bias",
    ]
    x = torch.randn(2, 8, 16, 16)
    expected, conv = x, net.get_submodule("stage.conv2d_1")
    for _copy in range(3):
        expected = torch.relu(conv(expected))
    assert torch.equal(net(x)["map"], expected)


def test_shared_copies_that_would_see_another_shape_are_refused_with_both():
    body = network("input 8 → linear 4 → output")
    draft = Draft()
    draft.output("y", draft.block("stage", body, draft.input("x", 8), repeat=2, shared=True))
    problem = analyze(draft.graph()).errors[0].problem
    assert "8" in problem
    assert "4" in problem


def test_one_exposed_number_drives_what_its_formulas_say():
    body = network("input 3 16 16 → conv 8 3 p1 → relu → conv 16 3 p1 → output")
    stage = Block(graph=body, exposed=EXPOSED).changed(width=20)
    assert stage.get("width") == 20
    assert stage.graph["conv2d_1"].layer.get("out_channels") == 20
    assert stage.graph["conv2d_2"].layer.get("out_channels") == 40
    assert stage.offered()["width"].hint == "How wide."
    with pytest.raises(SettingError, match="0"):
        stage.changed(width=0)


def test_an_exposed_setting_of_an_inner_block_is_driven_from_further_out():
    body = network("input 3 16 16 → conv 8 3 p1 → relu → conv 16 3 p1 → output")
    draft = Draft()
    draft.output("y", draft.block("inner", body, draft.input("x"), exposed=EXPOSED))
    outer = Block(
        graph=draft.graph(), exposed={"size": Exposed(8, {"inner.width": "size"})}
    ).changed(size=6)
    assert block(outer.graph, "inner").graph["conv2d_2"].layer.get("out_channels") == 12


def test_editing_inside_keeps_what_is_said_of_layers_that_stay():
    body = network("input 3 16 16 → conv 8 3 p1 → relu → conv 16 3 p1 → output")
    stage = Block(graph=body, repeat=2, exposed=EXPOSED, overrides={"0": {"conv2d_1.stride": 2}})
    renamed = stage.with_page(edits.rename(body, "conv2d_1", "first"))
    assert renamed.overrides == {"0": {"first.stride": 2}}
    assert "first.out_channels" in renamed.exposed["width"].drives
    removed = renamed.with_page(edits.remove(renamed.graph, ["first"]))
    assert removed.overrides == {}
    assert list(removed.exposed["width"].drives) == ["conv2d_2.out_channels"]


def test_a_value_set_by_hand_inside_is_what_the_block_then_shows():
    body = network("input 3 16 16 → conv 8 3 p1 → relu → conv 16 3 p1 → output")
    stage = Block(graph=body, exposed=EXPOSED)
    edited = stage.with_page(edits.configure(body, "conv2d_1", out_channels=24))
    assert edited.get("width") == 24


def test_a_number_stays_as_long_as_formulas_of_others_need_it():
    body = network("input 3 16 16 → conv 8 3 p1 → relu → conv 16 3 p1 → output")
    exposed: Mapping[str, Any] = {
        "width": {"value": 8, "drives": {"conv2d_1.out_channels": "width"}},
        "growth": {"value": 2, "drives": {"conv2d_2.out_channels": "growth * width"}},
    }
    stage = Block(graph=body, exposed=exposed)
    edited = stage.with_page(edits.remove(body, ["conv2d_1"]))
    assert list(edited.exposed) == ["width", "growth"]
    assert edited.changed(width=5).graph["conv2d_2"].layer.get("out_channels") == 10


def test_renaming_in_a_block_inside_keeps_what_the_outer_block_says_of_it():
    draft = Draft()
    draft.output("y", draft.block("body", BODY, draft.input("x")))
    width: Any = {"value": 8, "drives": {"body/conv2d_1.out_channels": "width"}}
    stage = Block(
        graph=draft.graph(),
        repeat=2,
        exposed={"width": width},
        overrides={"0": {"body/conv2d_1.stride": 2}},
    )
    page = edits.at_location(stage.graph, ["body"], lambda g: edits.rename(g, "conv2d_1", "first"))
    renamed = stage.with_page(page)
    assert renamed.overrides == {"0": {"body/first.stride": 2}}
    assert list(renamed.exposed["width"].drives) == ["body/first.out_channels"]


def test_a_ramp_goes_when_one_of_its_ends_is_out_of_bounds():
    body = network("input 8 → elu → output")
    stage = Block(graph=body, repeat=2, ramps={"elu_1.alpha": (1.0, 0.0)})
    assert stage.with_page(edits.replace_layer(body, "elu_1", layer("celu"))).ramps == {}


@pytest.mark.parametrize(
    "settings",
    [
        {"overrides": {"0": {"nothing.stride": 2}}},
        {"overrides": {"9" * 5000: {"conv2d_1.stride": 2}}},
        {"overrides": {"0": {"conv2d_1.strides": 2}}},
        {"overrides": {"first": {"conv2d_1.stride": 2}}},
        {"overrides": {"0": {"conv2d_1.stride": 0}}},
        {"overrides": [1]},
        {"overrides": {"0": {"conv2d_1.stride": 2}}, "shared": True},
        {"ramps": {"conv2d_1.out_channels": (1, 2)}},
        {"ramps": {"relu_1.p": (0, 1)}},
        {"exposed": {"repeat": {"value": 1, "drives": {}}}},
        {"exposed": {"width": {"value": 1, "drives": {"conv2d_1.out_channels": "w"}}}},
        {"exposed": {"width": {"value": 1, "drives": {"conv2d_9.out_channels": "width"}}}},
        {"exposed": {"width": 8}},
    ],
)
def test_what_cannot_be_is_refused(settings):
    with pytest.raises(SettingError):
        Block(graph=BODY, repeat=2, **settings)


def test_all_of_it_survives_a_file():
    body = network("input 3 16 16 → conv 8 3 p1 → dropout → conv 16 3 p1 → output")
    draft = Draft()
    stage = Block(
        graph=body,
        repeat=3,
        exposed=EXPOSED,
        overrides={"0": {"conv2d_1.kernel_size": (3, 1)}},
        ramps={"dropout_1.p": (0.0, 0.2)},
    )
    draft.output("y", draft.add("stage", stage, draft.input("x", 3, 16, 16)))
    written = project_to_json(ProjectFile(draft.graph(), {}, {}))
    read = project_from_json(written)
    assert project_to_json(read) == written
    inner = block(read.graph, "stage").changed(width=5).graph
    assert inner["conv2d_2"].layer.get("out_channels") == 10


def test_tensors_are_named_as_torch_names_them_and_ties_are_grouped():
    draft = Draft()
    ids = draft.input("ids", 6, dtype="int64")
    words = draft.add("words", layer("embedding", num_embeddings=9, embedding_dim=8), ids)
    body = draft.block("body", network("input 6 8 → linear 8 → output"), words, repeat=2)
    head = layer("linear", out_features=9, bias=False)
    draft.output("scores", draft.add("head", head, body, tied={"weight": "words.weight"}))
    graph = draft.graph()
    report = analyze(graph)
    held = {one.name: tuple(one.shape) for one in parameters(report)}
    net = build(graph, report)
    assert held == {n: tuple(p.shape) for n, p in net.named_parameters(remove_duplicate=False)}
    assert tied(report) == (("words.weight", "head.weight"),)
    assert report.modules == 4


def test_ungrouping_writes_out_what_each_copy_does_differently():
    graph = _stage(repeat=3, overrides={"0": {"conv2d_1.stride": 2}})
    flat = edits.ungroup(graph, "stage")
    strides = [n.layer.get("stride") for n in flat.nodes.values() if n.layer.key == "conv2d"]
    assert strides == [2, 1, 1]
    assert _shape(flat) == _shape(graph)
    assert analyze(flat).parameters == analyze(graph).parameters


def test_inputs_beyond_the_outputs_reach_every_copy_when_written_out():
    draft = Draft()
    x, memory = draft.input("x", 8), draft.input("memory", 8)
    inner = Draft()
    first, second = inner.input("a"), inner.input("b")
    inner.output("out", inner.add("sum", layer("add"), first, second))
    draft.output("y", draft.block("loop", inner.graph(), x, memory, repeat=3))
    flat = edits.ungroup(draft.graph(), "loop")
    sums = [n for n in flat.nodes.values() if n.layer.key == "add"]
    assert [str(n.sources[1]) for n in sums] == ["memory"] * 3


def test_copies_that_share_weights_are_not_written_out():
    with pytest.raises(EditError, match="share"):
        edits.ungroup(_stage(repeat=3, shared=True), "stage")


@pytest.mark.parametrize("value", [None, True, "x", [1], {"a": 1}, 0, 10**19])
def test_a_value_that_the_setting_inside_could_not_have_is_refused(value):
    exposed: Any = {"width": {"value": value, "drives": {"conv2d_1.out_channels": "width"}}}
    with pytest.raises(SettingError, match="width must be a whole number"):
        Block(graph=BODY, exposed=exposed)


@pytest.mark.parametrize("name", ["self", "repeat", "a b", ""])
def test_a_name_that_means_something_else_cannot_be_exposed(name):
    with pytest.raises(SettingError, match="cannot be exposed"):
        Block(graph=BODY, exposed={name: Exposed(8)})


def test_lists_in_what_is_said_of_copies_come_back_equal():
    draft = Draft()
    overrides = {"0": {"conv2d_1.stride": (2, 1)}}
    exposed: Any = {"step": {"value": (1, 1), "drives": {"conv2d_1.stride": "step"}}}
    inner = Block(graph=BODY, repeat=2, overrides=overrides, exposed=exposed)
    draft.output("y", draft.add("stage", inner, draft.input("x", 8, 16, 16)))
    said = json.loads(json.dumps(project_to_json(ProjectFile(draft.graph()))))
    assert project_from_json(said).graph == draft.graph()


def test_a_number_takes_the_value_of_what_it_still_drives():
    body = network("input 8 16 16 → conv 8 3 p1 → dropout 0.5 → output")
    drives = {"conv2d_1.out_channels": "width", "dropout_1.p": "width"}
    stage = Block(graph=body, exposed={"width": Exposed(8, drives)})
    edited = stage.with_page(edits.remove(body, ["conv2d_1"]))
    assert edited.get("width") == 0.5


def test_what_is_said_of_layers_follows_them_into_a_block_and_out_again():
    stage = Block(
        graph=BODY,
        repeat=3,
        overrides={"0": {"conv2d_1.stride": 2}},
        exposed={"width": Exposed(8, {"conv2d_1.out_channels": "width"})},
    )
    page = edits.group(BODY, ["conv2d_1", "relu_1"], "inner")
    folded = stage.with_page(page)
    assert folded.overrides == {"0": {"inner/conv2d_1.stride": 2}}
    assert (
        folded.changed(width=5)
        .graph["inner"]
        .layer.get("graph")["conv2d_1"]
        .layer.get("out_channels")
        == 5
    )
    unfolded = folded.with_page(edits.ungroup(page, "inner"))
    assert (unfolded.overrides, unfolded.exposed) == (stage.overrides, stage.exposed)
