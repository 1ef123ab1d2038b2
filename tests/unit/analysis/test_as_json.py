"""The report as other programs read it."""

import json

from studio.analysis.analyze import analyze
from studio.analysis.as_json import as_json
from tests.unit.analysis.networks import graph, mnist_cnn, residual


def test_totals_and_nodes_are_plain_json():
    value = as_json(analyze(mnist_cnn(scores={"type": "output", "from": ["linear"]})))
    assert json.loads(json.dumps(value)) == value
    assert value["parameters"] == {"total": 54_410, "trainable": 54_410, "frozen": 0}
    assert [node["path"] for node in value["nodes"]][:2] == ["image", "conv"]
    assert value["nodes"][1] == {
        "path": "conv", "type": "conv2d", "output_shape": [32, 26, 26], "parameters": 320,
        "trainable": 320, "buffers": 0, "depth": 1, "multiply_adds": 194_688,
        "activation_bytes": 32 * 26 * 26 * 4, "receptive_field": [3, 3], "stride": [1, 1],
    }  # fmt: skip


def test_receptive_fields_are_plain():
    up = {"type": "conv_transpose2d", "out_channels": 4, "kernel_size": 2, "stride": 2}
    value = as_json(analyze(mnist_cnn(pool=up)))
    fields = {node["path"]: (node["receptive_field"], node["stride"]) for node in value["nodes"]}
    assert fields["pool"] == ([3, 3], [0.5, 0.5])
    assert fields["linear"] == ("global", None)
    assert json.loads(json.dumps(value)) == value

    value = as_json(analyze(graph(x={"type": "input", "shape": [4]}, linear="linear", y="output")))
    assert value["nodes"][1]["receptive_field"] is None


def test_what_is_inside_a_block_follows_it_with_depth_from_the_input():
    conv = {"type": "conv2d", "out_channels": 4, "kernel_size": 1}
    built = graph(
        x={"type": "input", "shape": [4, 8, 8]}, first=conv, stage=residual(4, 3), y="output"
    )
    nodes = {node["path"]: node for node in as_json(analyze(built))["nodes"]}
    assert list(nodes)[2:5] == ["stage", "stage/x", "stage/conv"]
    assert nodes["stage"]["repeat"] == 3
    assert nodes["stage"]["depth"] == 4
    assert nodes["stage/conv"]["depth"] == 2


def test_findings_say_where_and_an_unknown_shape_is_null():
    value = as_json(analyze(mnist_cnn(conv={"type": "conv2d", "kernel_size": 40})))
    assert [(f["severity"], f["node"]) for f in value["findings"]] == [("error", "conv")]
    assert value["nodes"][1]["output_shape"] is None
