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
        ("rms_norm", [Shape(9, 4096)], {}, 4_096),
        ("layer_norm2d", [Shape(96, 56, 56)], {}, 192),
        ("layer_scale", [Shape(96, 56, 56)], {"dim": 1}, 96),
        ("affine", [Shape(9, 384)], {}, 768),
        ("prelu", [Shape(64, 9, 9)], {"num_parameters": None}, 64),
        ("bilinear", [Shape(3), Shape(4)], {"out_features": 5}, 65),
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
        ("conv_transpose1d", [Shape(4, 8)], {"out_channels": 6}, "8 × 4 × 6 × 2"),
        ("bilinear", [Shape(9, 3), Shape(9, 4)], {"out_features": 5}, "9 × 5 × (3 × 4 + 4)"),
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
     ("embedding", {}, 0), ("batch_norm2d", {}, 0), ("relu", {}, 0), ("bilinear", {}, 1),
     ("conv_transpose1d", {}, 1), ("layer_scale", {}, 0), ("prelu", {}, 0)],
)  # fmt: skip
def test_depth_counts_weighted_layers(key, settings, depth):
    assert CATALOGUE[key]().changed(**settings).depth() == depth


@pytest.mark.parametrize(
    ("learned", "depth"),
    [((False, False), 2), ((True, False), 3), ((False, True), 4), ((True, False, False), 3)],
)
def test_attention_is_deeper_where_data_meet_what_is_learned(learned, depth):
    plain, bare = CATALOGUE["attention"](), CATALOGUE["scaled_dot_product_attention"]()
    assert plain.depth(*learned) == depth
    assert plain.changed(score_bias=True).depth(*learned, True) == depth
    assert bare.depth(*learned, *learned[-1:] * (3 - len(learned))) == depth - 2
