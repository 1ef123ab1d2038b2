"""Counts are those of published networks, and remember how they were computed."""

from typing import Any

import pytest

from studio.catalogue import CATALOGUE, Shape
from studio.catalogue.count import Count, times


def parameters(key: str, inputs: list[Shape], **settings: Any) -> int:
    layer = CATALOGUE[key]().changed(**settings)
    return sum(shape.size for shape in layer.weights(*inputs).values())


@pytest.mark.parametrize(
    ("key", "inputs", "settings", "expected"),
    [
        ("conv2d", [Shape(1, 28, 28)], {"out_channels": 32}, 320),
        ("linear", [Shape(5408)], {"out_features": 10}, 54_090),
        ("embedding", [Shape(9, dtype="int64")], {"num_embeddings": 10, "embedding_dim": 5}, 50),
        ("gru", [Shape(9, 5)], {"hidden_size": 8}, 360),
        ("attention", [Shape(9, 768)], {"num_heads": 12}, 2_362_368),
        ("layer_norm", [Shape(9, 768)], {}, 1_536),
    ],
)
def test_parameters_are_those_of_known_networks(key, inputs, settings, expected):
    assert parameters(key, inputs, **settings) == expected


@pytest.mark.parametrize(
    ("key", "inputs", "settings", "formula"),
    [
        ("linear", [Shape(6, 5)], {"out_features": 3}, "6 × 5 × 3"),
        ("conv2d", [Shape(4, 8, 8)], {"out_channels": 6, "groups": 2}, "6 × 6 × 6 × 2 × 3 × 3"),
        ("conv_transpose2d", [Shape(4, 8, 8)], {"out_channels": 6}, "8 × 8 × 4 × 6 × 2 × 2"),
        ("gru", [Shape(9, 5)], {"hidden_size": 8}, "9 × (24 × 5 + 24 × 8)"),
        (
            "attention", [Shape(9, 8)], {},
            "2 × 9 × 8 × 8 + 9 × 8 × 8 + 9 × 8 × 8 + 2 × 9 × 9 × 8",
        ),
    ],
)  # fmt: skip
def test_multiply_adds_say_how_they_were_computed(key, inputs, settings, formula):
    count = CATALOGUE[key]().changed(**settings).multiply_adds(*inputs)

    assert count.formula == formula
    assert count == eval(formula.replace("×", "*"))


def test_a_count_of_nothing_leaves_no_trace_in_a_sum():
    assert (Count(0) + times(2, 3)).formula == "2 × 3"
    assert (times(2, 3) + 0).formula == "2 × 3"
    assert (times(2, 3) + 1_000).formula == "2 × 3 + 1,000"


@pytest.mark.parametrize(
    ("key", "settings", "depth"),
    [("conv2d", {}, 1), ("linear", {}, 1), ("attention", {}, 2), ("lstm", {"num_layers": 3}, 3),
     ("embedding", {}, 0), ("batch_norm2d", {}, 0), ("relu", {}, 0)],
)  # fmt: skip
def test_depth_counts_weighted_layers(key, settings, depth):
    assert CATALOGUE[key]().changed(**settings).depth() == depth
