"""Edits that let copies of a block differ, and show inner settings outside."""

import pytest

from studio.errors import EditError, SettingError
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.targets import configured
from tests.toys.graphs import block, network

BODY = network("input 8 16 16 → conv 8 3 p1 → dropout → conv 8 3 p1 → output")


def _graph():
    draft = Draft()
    inner = Block(graph=BODY, repeat=4)
    draft.output("map", draft.add("stage", inner, draft.input("image", 8, 16, 16)))
    return draft.graph()


def test_every_setting_inside_can_be_named_blocks_in_blocks_too():
    outer = Block(graph=_graph())
    named = {target: value for target, _setting, value in edits.inner_settings(outer)}
    assert named["stage.repeat"] == 4
    assert named["stage/conv2d_1.out_channels"] == 8
    assert named["stage/dropout_1.p"] == 0.5
    assert not [target for target in named if target.endswith((".graph", ".preset"))]


def test_a_copy_is_overridden_and_made_uniform_again():
    graph = edits.override(_graph(), "stage", 0, "conv2d_1.stride", 2)
    graph = edits.override(graph, "stage", 0, "dropout_1.p", 0.1)
    assert block(graph, "stage").overrides == {"0": {"conv2d_1.stride": 2, "dropout_1.p": 0.1}}
    graph = edits.uniform(graph, "stage", number="0", target="dropout_1.p")
    graph = edits.uniform(graph, "stage", number="0", target="conv2d_1.stride")
    assert block(graph, "stage").overrides == {}


def test_a_ramp_is_set_and_taken_away():
    graph = edits.ramp(_graph(), "stage", "dropout_1.p", 0.0, 0.3)
    assert block(graph, "stage").ramps == {"dropout_1.p": (0.0, 0.3)}
    assert block(edits.uniform(graph, "stage", target="dropout_1.p"), "stage").ramps == {}
    with pytest.raises(SettingError):
        edits.ramp(_graph(), "stage", "dropout_1.p", 0.0, 3.0)


def test_one_name_outside_can_drive_several_settings_inside():
    graph = edits.expose(_graph(), "stage", "conv2d_1.out_channels", "width")
    graph = edits.expose(graph, "stage", "conv2d_2.out_channels", "width")
    graph = edits.configure(graph, "stage", width=12)
    inner = block(graph, "stage").graph
    assert [inner[name].layer.get("out_channels") for name in ("conv2d_1", "conv2d_2")] == [12, 12]
    graph = edits.conceal(graph, "stage", "width")
    assert block(graph, "stage").exposed == {}
    assert block(graph, "stage").graph == inner


def test_only_blocks_have_copies():
    with pytest.raises(EditError, match="image is no block"):
        edits.override(_graph(), "image", 0, "x.y", 1)


def test_overrides_in_overrides_are_read_at_once():
    page = network("input 4 → linear 4 → output")
    for level in range(25):
        target = "body/" * level + "linear_1.out_features"
        inner = Block(graph=page, repeat=2, overrides={"0": {target: 5}, "1": {target: 6}})
        draft = Draft()
        draft.output("y", draft.add("body", inner, draft.input("x")))
        page = draft.graph()
    assert configured(page, {"body/" * 25 + "linear_1.out_features": 7}) != page
