"""What pieces, tables, positions and products refuse, and how they show themselves."""

import json

import pytest
import torch

from studio.analysis.analyze import analyze
from studio.analysis.as_json import as_json
from studio.catalogue import CATALOGUE, Shape
from studio.catalogue.shape import BATCH
from studio.errors import ShapeError
from studio.network.build import build
from tests.unit.analysis.networks import Spec, graph

STEPS = Shape(5, 12)
IDS = Shape(5, dtype="int64")


@pytest.mark.parametrize(
    ("key", "settings", "inputs", "numbers"),
    [
        ("split", {"sizes": (2, 4)}, [STEPS], ("6", "5")),
        ("split", {"parts": 3}, [STEPS], ("5", "3")),
        ("slice", {"start": 3, "stop": 2}, [STEPS], ("3", "2", "5")),
        ("slice", {"start": 7}, [STEPS], ("7", "5")),
        ("stack", {}, [STEPS, Shape(5, 11)], ("5 × 12", "5 × 11")),
        ("select_token", {}, [STEPS, Shape(4, dtype="int64")], ("5", "4")),
        ("matmul", {}, [STEPS, Shape(11, 3)], ("12", "11")),
        ("matmul", {}, [Shape(2, 5, 12), Shape(3, 12, 4)], ("2", "3")),
        ("cosine_similarity", {}, [Shape(4), Shape(5)], ("4", "5")),
        ("parameter", {"init": "xavier_uniform"}, [], ("2", "1")),
        ("position_embedding", {"max_length": 4}, [STEPS], ("5", "4")),
        ("position_embedding", {"max_length": 5, "class_tokens": 1}, [STEPS], ("6", "5")),
        ("segment_embedding", {"stored_ids": 3}, [STEPS], ("5", "3")),
        ("rotary_positions", {"dim": 7}, [IDS], ("7",)),
        ("relative_bias", {"max_distance": 8}, [IDS], ("32", "8")),
        ("embedding_bag", {"num_embeddings": 4, "padding_idx": 4}, [IDS], ("4",)),
        ("window_partition", {"window": 7}, [Shape(14, 15, 3)], ("7", "15")),
        ("window_reverse", {"window": 7}, [Shape(5, 49, 3)], ("5 × 49 × 3", "14")),
        ("timestep_encoding", {}, [Shape(3)], ("3",)),
    ],
)
def test_a_refusal_says_both_numbers_and_what_would_help(key, settings, inputs, numbers):
    layer = CATALOGUE[key]().changed(**settings)

    with pytest.raises(ShapeError) as refusal:
        layer.shapes(*inputs)

    assert all(number in refusal.value.problem for number in numbers), refusal.value.problem
    assert refusal.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("key", "settings", "caption"),
    [
        ("split", {}, "÷ 2"),
        ("split", {"sizes": (1, 2)}, "1 + 2"),
        ("slice", {"start": 1, "step": 2}, "1: 1::2"),
        ("slice", {"stop": -1}, "1: 0:-1"),
        ("parameter", {"shape": (9, 4)}, "9 × 4"),
        ("constant", {"fill": "number", "value": 0.5}, "0.5 · 1"),
        ("matmul", {"transpose_second": True}, "a · bᵀ"),
        ("scale", {"factor": 2.0, "shift": -1.0}, "×2 -1"),
        ("clamp", {"min": None, "max": 6.0}, "…6"),
        ("position_embedding", {"max_length": 197, "class_tokens": 1}, "197 · +1"),
        ("rotary_positions", {"dim": 128}, "128 · 10000"),
        ("window_partition", {"window": (7, 8)}, "7×8"),
    ],
)
def test_a_caption_shows_what_matters(key, settings, caption):
    assert CATALOGUE[key]().changed(**settings).caption() == caption


def test_a_batch_of_unknown_size_counts_as_one_and_says_n():
    shape = Shape(BATCH, 3)

    assert str(shape) == f"{shape[0]} × 3" == "N × 3"
    assert shape == (1, 3)
    assert shape.size == 3
    assert json.dumps(list(shape)) == "[1, 3]"


def test_where_numbers_come_from_does_not_tell_shapes_apart():
    assert Shape(3).of("learned") == Shape(3)
    assert Shape(3, dtype="int64").of("fixed") == Shape(3, dtype="int64") != Shape(3)


def test_two_sides_are_scored_against_each_other():
    side: Spec = {"type": "input", "shape": [6]}
    built = graph(texts=side, pictures=side,
                  alike={"type": "cosine_similarity", "from": ["texts", "pictures"]},
                  scores={"type": "logit_scale"}, per_text="output",
                  turned={"type": "permute", "dims": [1, 0], "from": ["scores"]},
                  per_picture="output")  # fmt: skip
    report = analyze(built)
    network = build(built, report)
    texts, pictures = torch.randn(3, 6), torch.randn(3, 6)

    found = network(texts, pictures)

    assert not report.findings
    assert report.multiply_adds == 6
    assert as_json(report)["output_shapes"] == [[1, 1], [1, 1]]
    assert found["per_text"].shape == (3, 3)
    assert torch.equal(found["per_text"].T, found["per_picture"])
