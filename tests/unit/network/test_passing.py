"""Inputs go into a torch call, and outputs come out, the way its name says."""

from typing import Any

import pytest
import torch

from studio.catalogue import CATALOGUE, Call, Shape
from studio.network.passing import VIA, Made, make, resolve


def made(key: str, *inputs: Shape, **settings: Any) -> Made:
    torch.manual_seed(0)
    return make(CATALOGUE[key]().changed(**settings).recipe(*inputs))


@pytest.mark.parametrize(
    "target",
    ["os.system", "torch.load.x", "torch.Tensor", "torch.nn", "nn.functional", "nn.Nothing", ""],
)
def test_only_torch_modules_and_functions_are_found(target):
    with pytest.raises(ValueError, match="no torch module or function"):
        resolve(target)


def test_every_spelled_way_is_known():
    shapes = {"embedding": Shape(5, dtype="int64"), "conv2d": Shape(3, 8, 8)}

    for cls in (CATALOGUE[key] for key in ("gru", "attention", "add", "concat", "conv2d")):
        x = shapes.get(cls.key, Shape(4, 8))
        assert cls().recipe(*[x] * max(1, cls.inputs[0])).via in VIA


def test_a_function_has_no_module_and_a_module_is_kept():
    assert made("add").module is None
    assert isinstance(made("linear", Shape(4)).module, torch.nn.Linear)


def test_a_call_refused_by_torch_stays_a_refusal():
    with pytest.raises(ValueError, match="divisible"):
        make(Call.to("nn.Conv2d", in_channels=3, out_channels=4, kernel_size=1, groups=2))


def test_any_number_of_wires_is_added():
    one, two, three = torch.ones(2, 3), torch.full((2, 3), 2.0), torch.full((2, 3), 4.0)

    assert torch.equal(made("add").forward(one, two, three), torch.full((2, 3), 7.0))
    assert torch.equal(made("multiply").forward(two, three, three), torch.full((2, 3), 32.0))


@pytest.mark.parametrize("key", ["rnn", "gru", "lstm"])
def test_the_last_state_is_that_of_the_last_step(key):
    x = torch.randn(2, 5, 3)
    settings = {"hidden_size": 4, "num_layers": 2}

    every = made(key, Shape(5, 3), **settings).forward(x)
    last = made(key, Shape(5, 3), **settings, output="last").forward(x)

    assert torch.equal(last, every[:, -1])


@pytest.mark.parametrize("key", ["rnn", "gru", "lstm"])
def test_both_directions_end_at_opposite_ends(key):
    x = torch.randn(2, 5, 3)
    settings = {"hidden_size": 4, "num_layers": 2, "bidirectional": True}

    every = made(key, Shape(5, 3), **settings).forward(x)
    last = made(key, Shape(5, 3), **settings, output="last").forward(x)

    assert torch.equal(last, torch.cat([every[:, -1, :4], every[:, 0, 4:]], dim=-1))


@pytest.mark.parametrize("extra", [{}, {"add_bias_kv": True}, {"add_zero_attn": True}])
def test_causal_attention_does_not_see_later_steps(extra):
    x = torch.randn(2, 5, 8)
    changed = x.clone()
    changed[:, 3:] += 1.0

    for causal in (True, False):
        forward = made("attention", Shape(5, 8), causal=causal, **extra).forward
        same = torch.allclose(forward(x)[:, :3], forward(changed)[:, :3], atol=1e-6)
        assert same is causal
        assert not torch.allclose(forward(x)[:, 3:], forward(changed)[:, 3:], atol=1e-6)


def test_causal_attention_sees_the_step_itself():
    x = torch.randn(2, 1, 8)
    forward = made("attention", Shape(1, 8), causal=True).forward

    assert torch.allclose(forward(x), made("attention", Shape(1, 8)).forward(x), atol=1e-6)
    assert not torch.allclose(forward(x), forward(x + 1.0), atol=1e-3)


def test_a_second_wire_is_the_memory_that_is_looked_at():
    query, memory = torch.randn(2, 5, 8), torch.randn(2, 3, 6)
    attention = made("attention", Shape(5, 8), Shape(3, 6))

    two = attention.forward(query, memory)
    three = attention.forward(query, memory, memory)

    assert two.shape == (2, 5, 8)
    assert torch.equal(two, three)
    assert not torch.allclose(two, attention.forward(query, memory, memory + 1.0))
