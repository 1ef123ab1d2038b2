"""The looks of every attention layer are those that its own answer is made of."""

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from studio.network.modules.attention import Attention
from studio.network.modules.looking import ScaledDotProductAttention
from studio.network.modules.rotation import rotated
from studio.network.modules.windowed import WindowAttention
from studio.network.passing import VIA
from studio.runs.looking.attending import looks
from tests.unit.runs.looking.subjects import opened


def looked(call, *inputs) -> Tensor:
    """Return the looks of a layer that does look."""
    found = looks(call, inputs)
    assert found is not None
    return found


def attention(shape=(7, 16), **settings):
    """Return the module of one attention layer that looks at itself, and how it is called."""
    nodes = {
        "x": {"type": "input", "shape": list(shape)},
        "look": {"type": "attention", "num_heads": 4, "from": ["x"], **settings},
        "scores": {"type": "output", "from": ["look"]},
    }
    network = opened(nodes).network
    return network.get_submodule("look"), network.steps[1].call


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("extra", [{}, {"add_bias_kv": True}, {"add_zero_attn": True}])
def test_torchs_own_layer_says_what_it_says_itself(causal, extra):
    module, call = attention(causal=causal, **extra)
    x = torch.randn(1, 7, 16)
    later = torch.ones(7, 7, dtype=torch.bool).triu(1) if causal else None
    _answer, expected = module(
        x, x, x, need_weights=True, average_attn_weights=False, attn_mask=later
    )
    found = looked(call, x)
    assert found.shape == expected.shape == (1, 4, 7, 7 + len(extra))
    assert (found - expected).abs().max() < 1e-6
    if causal:
        assert not found[..., :7].triu(1).any()


def test_query_and_memory_may_differ():
    nodes = {
        "x": {"type": "input", "shape": [5, 16]},
        "memory": {"type": "input", "shape": [9, 12]},
        "look": {"type": "attention", "num_heads": 4, "from": ["x", "memory"]},
        "scores": {"type": "output", "from": ["look"]},
    }
    network = opened(nodes).network
    module = network.get_submodule("look")
    call = next(step.call for step in network.steps if step.name == "look")
    x, memory = torch.randn(1, 5, 16), torch.randn(1, 9, 12)
    expected = module(x, memory, memory, average_attn_weights=False)[1]
    assert (looked(call, x, memory) - expected).abs().max() < 1e-6


def spelled(module, x, bias=None, angles=None):
    """Return the looks of the studio's own layer, written out head by head."""
    rows = module.rows
    packed = functional.linear(x, module.in_proj_weight, module.in_proj_bias)[0]
    query, key = packed[:, : rows[0]], packed[:, rows[0] : rows[0] + rows[1]]
    size, steps = rows[0] // module.heads, x.shape[1]
    found = []
    for head in range(module.heads):
        shared = head // (module.heads // module.kv_heads)
        q = query[:, head * size : (head + 1) * size]
        k = key[:, shared * size : (shared + 1) * size]
        if angles is not None:
            q, k = (rotated(side[None, None], angles, module.rotary)[0, 0] for side in (q, k))
        scores = q @ k.T * (module.scale or 1 / math.sqrt(size))
        if bias is not None:
            scores = scores + bias[0, head]
        for step in range(steps):
            for seen in range(steps):
                far = module.window is not None and abs(step - seen) >= module.window
                if far or (module.causal and seen > step):
                    scores[step, seen] = -math.inf
        found.append(scores.softmax(-1))
    return torch.stack(found)[None]


@pytest.mark.parametrize(
    "settings",
    [
        {"num_kv_heads": 2},
        {"num_kv_heads": 1, "causal": True},
        {"window": 3},
        {"window": 3, "causal": True},
        {"scale": 0.3},
    ],
)
def test_the_studios_own_layer_is_spelled_out(settings):
    torch.manual_seed(0)
    module = Attention(features=(16, 16, 16), num_heads=4, **settings).eval()
    x = torch.randn(1, 7, 16)
    with torch.no_grad():
        assert (looked(module, x) - spelled(module, x)).abs().max() < 1e-6


def test_turned_positions_and_added_scores_count():
    torch.manual_seed(0)
    module = Attention(
        features=(16, 16, 16), num_heads=4, rotary="halves", score_bias=True, causal=True
    ).eval()
    x, bias = torch.randn(1, 7, 16), torch.randn(1, 4, 7, 7)
    angles = torch.arange(7.0)[None, :, None] * torch.tensor([1.0, 0.1, 1.0, 0.1])
    with torch.no_grad():
        found = looked(module, x, angles, bias)
        assert (found - spelled(module, x, bias, angles)).abs().max() < 1e-6
        plain = spelled(module, x, bias)
    assert (found - plain).abs().max() > 1e-3


def test_padding_is_not_looked_at_where_a_mask_says_so():
    nodes = {
        "ids": {"type": "input", "shape": [6], "dtype": "int64"},
        "words": {"type": "embedding", "num_embeddings": 9, "embedding_dim": 8, "from": ["ids"]},
        "mask": {"type": "padding_mask", "from": ["ids"]},
        "look": {
            "type": "attention",
            "num_heads": 2,
            "score_bias": True,
            "from": ["words", "mask"],
        },
        "scores": {"type": "output", "from": ["look"]},
    }
    network = opened(nodes).network
    steps = {step.name: step.call for step in network.steps}
    ids = torch.tensor([[3, 4, 5, 0, 0, 0]])
    found = looked(steps["look"], steps["words"](ids), steps["mask"](ids))
    assert not found[..., 3:].any()
    assert torch.allclose(found.sum(-1), torch.ones(1, 2, 6))


def test_looks_without_projections_and_in_windows_are_had_too():
    torch.manual_seed(0)
    bare = ScaledDotProductAttention(num_heads=2, causal=True)
    q, k, v = (torch.randn(1, 5, 8) for _side in range(3))
    found = looked(bare, q, k, v)
    assert found.shape == (1, 2, 5, 5)
    collected = (found @ v.reshape(1, 5, 2, 4).transpose(1, 2)).transpose(1, 2).flatten(2)
    assert (collected - bare(q, k, v)).abs().max() < 1e-6
    swin = WindowAttention(channels=8, num_heads=2, window=(2, 2), shift=(1, 1)).eval()
    x = torch.randn(1, 4, 4, 8)
    found = looked(swin, x)
    assert found.shape == (4, 2, 4, 4)
    assert torch.allclose(found.sum(-1), torch.ones(4, 2, 4))


def test_a_step_that_may_look_at_nothing_looks_at_nothing():
    def call(x):
        hidden = torch.zeros(1, 1, 3, 3, dtype=torch.bool)
        hidden[..., 1:, :] = True
        return functional.scaled_dot_product_attention(x, x, x, attn_mask=hidden)

    found = looked(call, torch.randn(1, 1, 3, 4))
    assert not found[0, 0, 0].any()
    assert torch.allclose(found[0, 0, 1:].sum(-1), torch.ones(2))


def test_other_layers_do_not_look():
    call = torch.nn.Linear(3, 3)
    assert looks(call, (torch.randn(1, 3),)) is None
    assert looks(lambda *x: VIA["plain"](call, *x), (torch.randn(1, 3),)) is None
