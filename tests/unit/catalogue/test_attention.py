"""What attention says of published networks, and how it refuses."""

import pytest

from studio.catalogue import Shape
from studio.catalogue.attention.multi_head import MultiHeadAttention
from studio.errors import ShapeError

LLAMA = MultiHeadAttention(
    num_heads=32, bias=False, projection="separate", causal=True, rotary="halves"
)


def gated(steps: int, width: int, hidden: int) -> int:
    return 3 * steps * width * hidden


def plain(steps: int, width: int, hidden: int) -> int:
    return 2 * steps * width * hidden


def test_llama_7b_costs_what_is_published():
    x, angles = Shape(2048, 4096), Shape(2048, 128)

    block = LLAMA.multiply_adds(x, angles) + gated(2048, 4096, 11008)

    assert 32 * block + 2048 * 4096 * 32000 == 14_630_806_093_824


def test_mistral_7b_costs_what_is_published():
    x, angles = Shape(2048, 4096), Shape(2048, 128)
    layer = LLAMA.changed(num_kv_heads=8, window=4096)

    block = layer.multiply_adds(x, angles) + gated(2048, 4096, 14336)

    assert 32 * block + 2048 * 4096 * 32000 == 15_661_598_244_864


def test_qwen2_costs_and_holds_what_is_published():
    x, angles = Shape(2048, 896), Shape(2048, 64)
    layer = LLAMA.changed(num_heads=14, num_kv_heads=2, bias=True, out_bias="no")

    block = layer.multiply_adds(x, angles) + gated(2048, 896, 4864)
    held = sum(shape.size for shape in layer.weights(x, angles).values())
    others = 3 * 896 * 4864 + 2 * 896

    assert 24 * block + 2048 * 896 * 151_936 == 1_192_021_196_800
    assert 24 * (held + others) + 896 + 896 * 151_936 == 494_032_768


def test_t5_small_costs_what_is_published():
    x, bias = Shape(512, 512), Shape(8, 512, 512)
    layer = MultiHeadAttention(
        num_heads=8, head_dim=64, bias=False, projection="separate", scale=1.0, score_bias=True
    )
    attend = layer.multiply_adds(x, bias)

    assert layer.changed(score_bias=False).multiply_adds(x, x) == attend
    assert 6 * (3 * attend + 2 * plain(512, 512, 2048)) + 512 * 512 * 32128 == 35_802_578_944


def test_whisper_tiny_costs_what_is_published():
    sound, text = Shape(1500, 384), Shape(448, 384)
    layer = MultiHeadAttention(num_heads=6, projection="separate", key_bias=False)
    encoder = layer.multiply_adds(sound) + plain(1500, 384, 1536)
    looks = layer.multiply_adds(text) + layer.multiply_adds(text, sound)
    front = 3000 * 384 * 80 * 3 + 1500 * 384 * 384 * 3

    total = front + 4 * (encoder + looks + plain(448, 384, 1536)) + 448 * 384 * 51865

    assert total == 35_541_098_496
    assert "k_proj.bias" not in layer.weights(text)


def test_separate_projections_are_modules_of_their_own():
    x, angles = Shape(4, 8), Shape(4, 2)
    layer = LLAMA.changed(num_heads=4, num_kv_heads=2, qk_norm="rms")

    assert layer.weights(x, angles) == {
        "q_proj.weight": (8, 8),
        "k_proj.weight": (4, 8),
        "v_proj.weight": (4, 8),
        "out_proj.weight": (8, 8),
        "q_norm.weight": (2,),
        "k_norm.weight": (2,),
    }


@pytest.mark.parametrize(
    ("settings", "shapes", "problem"),
    [
        ({"num_heads": 3}, [(4, 8)], "3 heads cannot share 8 features evenly."),
        (
            {"num_kv_heads": 3},
            [(4, 8)],
            "4 heads cannot share 3 key and value heads evenly.",
        ),
        (
            {"rotary": "halves"},
            [(4, 8)],
            "These settings ask for 2 to 4 wires, but there are 1.",
        ),
        (
            {"rotary": "halves"},
            [(4, 8), (3, 2)],
            "Positions are given for 3 steps, but there are 4.",
        ),
        (
            {"rotary": "halves"},
            [(4, 8), (4, 4)],
            "Positions turn 4 features, but each head has 2.",
        ),
        (
            {"score_bias": True},
            [(4, 8), (2, 4, 4)],
            "A bias of 2 × 4 × 4 does not stretch to the scores, which are 4 × 4 × 4.",
        ),
        ({}, [(4, 8), (5, 8), (6, 8)], "Key has 5 steps but value has 6."),
        (
            {"key_bias": False},
            [(4, 8)],
            "A packed projection has one offset for query, key and value.",
        ),
        (
            {"add_zero_attn": True, "window": 2},
            [(4, 8)],
            "The added learned or empty step works only with classic settings.",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(settings, shapes, problem):
    with pytest.raises(ShapeError) as refusal:
        MultiHeadAttention(**settings).shape(*(Shape(*shape) for shape in shapes))

    assert refusal.value.problem == problem
    assert refusal.value.remedy
