"""Attention in our own code against torch's module, and in which precision it looks."""

import pytest
import torch
from torch.nn import functional

from studio.graph.model import Wire
from studio.network.attending import FastAttention
from studio.network.execution import streamlined
from tests.unit.training.toys import chain, made


def _network(**settings):
    graph = chain(
        steps=("input", {"sample": (6, 8)}),
        look=("attention", {"num_heads": 2, **settings}),
        mixed=("output", {}),
    )
    return made(graph)


@pytest.mark.parametrize("settings", [{}, {"causal": True}, {"bias": False}])
def test_answers_and_gradients_are_those_of_torch(settings):
    network, x = _network(**settings), torch.randn(3, 6, 8)
    plain = network(x)["mixed"]
    plain.square().sum().backward()
    expected = [parameter.grad.clone() for parameter in network.parameters()]
    network.zero_grad()
    with streamlined(network, 3, channels_last=True):
        assert isinstance(network.steps[1].call, FastAttention)
        fast = network(x)["mixed"]
        fast.square().sum().backward()
    torch.testing.assert_close(fast, plain, rtol=1e-5, atol=1e-6)
    found = [parameter.grad for parameter in network.parameters()]
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("settings", [{"add_zero_attn": True}, {"add_bias_kv": True}])
def test_steps_that_a_module_adds_are_left_to_torch(settings):
    network = _network(**settings)
    with streamlined(network, 3, channels_last=True):
        assert not isinstance(network.steps[1].call, FastAttention)


def test_attention_to_a_memory_is_left_to_torch():
    graph = chain(steps=("input", {"sample": (6, 8)}), norm=("layer_norm", {}))
    look = chain(look=("attention", {"num_heads": 2}), mixed=("output", {}))
    nodes = dict(graph.nodes) | dict(look.nodes)
    nodes["look"] = nodes["look"].changed(sources=(Wire("steps"), Wire("norm")))
    network = made(type(graph)(nodes))
    with streamlined(network, 3, channels_last=True):
        call = {step.name: step.call for step in network.steps}["look"]
        assert not isinstance(call, FastAttention)


@pytest.mark.parametrize("settings", [{}, {"num_kv_heads": 1}, {"window": 2}])
def test_in_mixed_precision_processors_look_in_float32(settings, monkeypatch):
    network, x = _network(**settings), torch.randn(3, 6, 8)
    seen = []
    real = functional.scaled_dot_product_attention

    def watched(query, *args, **rest):
        seen.append((query.dtype, torch.is_autocast_enabled("cpu")))
        return real(query, *args, **rest)

    monkeypatch.setattr(functional, "scaled_dot_product_attention", watched)
    with (
        streamlined(network, 3, channels_last=True),
        torch.autocast("cpu", dtype=torch.bfloat16),
    ):
        answer = network(x)["mixed"]
    assert seen == [(torch.float32, False)]
    assert answer.dtype is torch.bfloat16
