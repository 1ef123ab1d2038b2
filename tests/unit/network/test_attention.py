"""Attention computes what its formula says: compared with torch's module and with plain loops."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from studio.catalogue import Shape
from studio.catalogue.attention.multi_head import MultiHeadAttention
from studio.network.passing import make


def made(layer: MultiHeadAttention, *shapes: tuple[int, ...]):
    torch.manual_seed(1)
    call: Any = make(layer.recipe(*(Shape(*shape) for shape in shapes)))
    for weight in call.module.parameters():
        nn.init.normal_(weight, std=0.5)
    tensors = [torch.randn(2, *shape) for shape in shapes]
    return call, tensors


def plain(
    query: Tensor, key: Tensor, value: Tensor, *, scale: float, hidden=None, bias=None
) -> Tensor:
    """Scores, softmax and sum for each head and step by itself; heads of keys are shared."""
    samples, heads, steps, _size = query.shape
    shared = heads // key.shape[1]
    found = torch.zeros(samples, heads, steps, value.shape[-1])
    for n in range(samples):
        for h in range(heads):
            for t in range(steps):
                scores = (key[n, h // shared] @ query[n, h, t]) * scale
                if bias is not None:
                    scores = scores + bias[h, t]
                if hidden is not None:
                    scores = torch.tensor(
                        [-math.inf if hidden(t, s) else x for s, x in enumerate(scores.tolist())]
                    )
                found[n, h, t] = torch.softmax(scores, 0) @ value[n, h // shared]
    return found


def split(x: Tensor, heads: int) -> Tensor:
    size = x.shape[-1] // heads
    return torch.stack([x[..., h * size : (h + 1) * size] for h in range(heads)], dim=1)


def by_hand(module: Any, x: Tensor, heads: int, kv_heads: int, turn=None, **how):
    """Attend with the weights of a module with separate projections, in separate steps."""
    query, key, value = (
        split(x @ layer.weight.T + (0 if layer.bias is None else layer.bias), n)
        for layer, n in (
            (module.q_proj, heads), (module.k_proj, kv_heads), (module.v_proj, kv_heads)
        )
    )  # fmt: skip
    if turn is not None:
        query, key = turn(query), turn(key)
    found = plain(query, key, value, **({"scale": query.shape[-1] ** -0.5} | how))
    joined = torch.cat([found[:, h] for h in range(heads)], dim=-1)
    out = module.out_proj
    return joined @ out.weight.T + (0 if out.bias is None else out.bias)


def close(one, other):
    return torch.allclose(one, other, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("shapes", [((5, 8),), ((5, 8), (7, 8)), ((5, 8), (7, 6), (7, 3))])
def test_separate_projections_answer_like_torchs_own_packed_module(shapes, causal):
    layer = MultiHeadAttention(num_heads=2, causal=causal)
    classic, tensors = made(layer, *shapes)
    separate, _same = made(layer.changed(projection="separate"), *shapes)
    for at, name in enumerate("qkv"):
        weight = classic.module.in_proj_weight
        side = getattr(classic.module, f"{name}_proj_weight") if weight is None else None
        linear = getattr(separate.module, f"{name}_proj")
        linear.weight.data = weight.chunk(3)[at].data if side is None else side.data
        linear.bias.data = classic.module.in_proj_bias.chunk(3)[at].data
    separate.module.out_proj.load_state_dict(classic.module.out_proj.state_dict())

    assert close(classic.forward(*tensors), separate.forward(*tensors))


@pytest.mark.parametrize("shapes", [((5, 8),), ((5, 8), (7, 8)), ((5, 8), (7, 6), (7, 3))])
def test_own_packed_projections_take_the_weights_of_torchs_module(shapes):
    layer = MultiHeadAttention(num_heads=2)
    classic, tensors = made(layer, *shapes)
    # the scale that is taken anyway, said aloud, makes it the studio's own module
    packed, _same = made(layer.changed(scale=0.5), *shapes)
    packed.module.load_state_dict(classic.module.state_dict())

    assert type(packed.module) is not type(classic.module)
    assert close(classic.forward(*tensors), packed.forward(*tensors))


@pytest.mark.parametrize("causal", [False, True])
def test_groups_of_heads_share_keys_and_values(causal):
    layer = MultiHeadAttention(
        num_heads=4, num_kv_heads=2, head_dim=3, projection="separate", causal=causal
    )
    call, (x,) = made(layer, (6, 8))

    expected = by_hand(call.module, x, 4, 2, hidden=(lambda t, s: s > t) if causal else None)

    assert close(call.forward(x), expected)


@pytest.mark.parametrize("causal", [False, True])
def test_a_window_hides_what_is_too_far(causal):
    layer = MultiHeadAttention(num_heads=2, projection="separate", window=3, causal=causal)
    call, (x,) = made(layer, (7, 8))

    def hidden(t, s):
        return t - s >= 3 or s - t >= (1 if causal else 3)

    assert close(call.forward(x), by_hand(call.module, x, 2, 2, hidden=hidden))


def test_a_window_wider_than_the_sequence_hides_nothing():
    layer = MultiHeadAttention(num_heads=2, projection="separate", causal=True)
    call, (x,) = made(layer, (7, 8))
    wide, _x = made(layer.changed(window=7), (7, 8))

    assert close(call.forward(x), wide.forward(x))


def turning(layout: str, turned: int):
    """Turn pairs as complex numbers, by step × frequency."""

    def turn(x: Tensor) -> Tensor:
        found = x.clone()
        for t in range(x.shape[-2]):
            for pair in range(turned // 2):
                angle = t * 0.3 ** (pair + 1)
                one, other = (
                    (pair, pair + turned // 2) if layout == "halves" else (2 * pair, 2 * pair + 1)
                )
                number = torch.complex(x[..., t, one], x[..., t, other])
                number = number * complex(math.cos(angle), math.sin(angle))
                found[..., t, one], found[..., t, other] = number.real, number.imag
        return found

    return turn


@pytest.mark.parametrize("turned", [8, 4])
@pytest.mark.parametrize("layout", ["halves", "interleaved"])
def test_positions_turn_pairs_of_features(layout, turned):
    layer = MultiHeadAttention(num_heads=2, projection="separate", rotary=layout)
    call, (x, _angles) = made(layer, (5, 16), (5, turned))
    rates = torch.tensor([0.3 ** (pair + 1) for pair in range(turned // 2)])
    spread = rates.repeat(2) if layout == "halves" else rates.repeat_interleave(2)
    angles = torch.arange(6.0)[:, None] * spread

    found = call.forward(x, angles[None])

    assert close(found, by_hand(call.module, x, 2, 2, turn=turning(layout, turned)))


def test_a_bias_is_added_to_scores_that_are_not_scaled():
    layer = MultiHeadAttention(
        num_heads=2, head_dim=3, bias=False, projection="separate", scale=1.0, score_bias=True
    )
    call, (x, _bias) = made(layer, (5, 8), (2, 5, 5))
    bias = torch.randn(2, 5, 5)

    found = call.forward(x, bias[None])

    assert close(found, by_hand(call.module, x, 2, 2, scale=1.0, bias=bias))


@pytest.mark.parametrize("shape", [(4,), (3, 4), (1, 1, 4), (2, 1, 4), (2, 3, 1)])
def test_a_bias_stretches_to_all_heads_and_steps(shape):
    layer = MultiHeadAttention(num_heads=2, score_bias=True, causal=True)
    call, (x, memory, bias) = made(layer, (3, 8), (4, 8), shape)
    full = bias.reshape(2, *[1] * (3 - len(shape)), *shape).expand(2, 2, 3, 4)

    assert close(call.forward(x, memory, bias), call.forward(x, memory, full))


@pytest.mark.parametrize("kind", ["rms", "layer"])
def test_queries_and_keys_are_normalized_head_by_head(kind):
    layer = MultiHeadAttention(num_heads=2, projection="separate", qk_norm=kind, eps=0.01)
    call, (x,) = made(layer, (5, 8))
    norms = iter((call.module.q_norm, call.module.k_norm))

    def turn(heads):
        norm = next(norms)
        if kind == "layer":
            heads = heads - heads.mean(-1, keepdim=True)
        even = heads / (heads.pow(2).mean(-1, keepdim=True) + 0.01).sqrt()
        return even * norm.weight + (norm.bias if kind == "layer" else 0)

    assert close(call.forward(x), by_hand(call.module, x, 2, 2, turn=turn))


def test_queries_that_no_sample_changes_meet_every_sample():
    layer = MultiHeadAttention(num_heads=2, projection="separate")
    call, (query, memory) = made(layer, (3, 8), (5, 8))

    found = call.forward(query[:1], memory)

    assert close(found, call.forward(query[:1].expand(2, 3, 8), memory))


def test_a_half_precision_run_stays_close():
    layer = MultiHeadAttention(
        num_heads=2, num_kv_heads=1, rotary="halves", score_bias=True, qk_norm="rms"
    )
    call, tensors = made(layer, (5, 8), (5, 4), (1, 5))
    for weight in call.module.parameters():
        weight.data *= 0.3

    with torch.autocast("cpu", torch.bfloat16):
        half = call.forward(*tensors)

    assert torch.allclose(half.float(), call.forward(*tensors), atol=0.05)


def test_looks_are_silenced_only_while_training():
    call, (x,) = made(MultiHeadAttention(num_heads=2, projection="separate", dropout=0.5), (5, 8))

    training = call.forward(x)
    call.module.eval()

    assert not close(training, call.forward(x))
    assert close(call.forward(x), call.forward(x))
