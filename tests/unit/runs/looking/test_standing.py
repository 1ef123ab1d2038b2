"""What a run does inside is shown as the canvas's own only where nothing was edited."""

import copy
from typing import Any

import pytest

from studio.graph.spelling import graph_from_json
from studio.runs.looking.standing import standing

INSIDE = {
    "input_1": {"type": "input", "shape": [8, 8, 8]},
    "conv": {"type": "conv2d", "out_channels": 8, "padding": 1, "from": ["input_1"]},
    "output_1": {"type": "output", "from": ["conv"]},
}
NODES: dict[str, Any] = {
    "x": {"type": "input", "shape": [1, 10, 10]},
    "conv": {"type": "conv2d", "out_channels": 8, "from": ["x"]},
    "block": {"type": "block", "graph": INSIDE, "repeat": 2, "from": ["conv"]},
    "relu": {"type": "relu", "from": ["block"]},
    "scores": {"type": "output", "from": ["relu"]},
}


def edited(*path, **settings):
    nodes = copy.deepcopy(NODES)
    place = nodes
    for name in path[:-1]:
        place = place[name]["graph"]
    place[path[-1]].update(settings)
    return graph_from_json(nodes)


RUN = graph_from_json(NODES)


@pytest.mark.parametrize(
    ("shown", "path", "expected"),
    [
        (RUN, "conv", "same"),
        (RUN, "block/conv", "same"),
        (edited("conv", at=[3, 4]), "relu", "same"),
        (edited("conv", frozen=True), "relu", "same"),
        (edited("conv", kernel_size=5), "conv", "changed"),
        (edited("conv", kernel_size=5), "relu", "before"),
        (edited("conv", kernel_size=5), "block/conv", "before"),
        (edited("conv", kernel_size=5), "x", "same"),
        (edited("block", "conv", bias=False), "block/conv", "changed"),
        (edited("block", "conv", bias=False), "conv", "same"),
        (edited("block", "conv", bias=False), "relu", "before"),
        (edited("block", repeat=3), "block/conv", "changed"),
        (RUN, "other", "absent"),
        (RUN, "block/other", "absent"),
        (RUN, "conv/inner", "absent"),
    ],
)
def test_edits_count_for_what_they_change(shown, path, expected):
    assert standing(shown, RUN, path) == expected


def test_a_new_wire_counts():
    assert standing(edited("relu", **{"from": ["conv"]}), RUN, "relu") == "changed"
    assert standing(edited("relu", **{"from": ["conv"]}), RUN, "scores") == "before"
