"""The activations of our own compute what their formulas say."""

from typing import Any

import pytest
import torch
from torch import Tensor

from studio.catalogue import CATALOGUE, Shape
from studio.network.modules.activation import GATES
from studio.network.passing import make


def compute(key: str, x: Tensor, **settings: Any) -> Tensor:
    layer = CATALOGUE[key]().changed(**settings)
    return make(layer.recipe(Shape(*x.shape[1:]))).forward(x)


X = torch.linspace(-4.0, 4.0, 24).reshape(2, 3, 4)


def test_quick_gelu_is_a_sigmoid_with_the_slope_of_clip():
    assert torch.allclose(compute("quick_gelu", X), X / (1 + torch.exp(-1.702 * X)), atol=1e-6)


def test_a_scaled_tanh_is_the_one_of_lenet():
    y = compute("tanh", X, amplitude=1.7159, slope=2 / 3)

    assert torch.allclose(y, 1.7159 * torch.tanh(2 / 3 * X))
    assert torch.allclose(compute("tanh", torch.ones(1, 1), amplitude=1.7159, slope=2 / 3),
                          torch.ones(1, 1), atol=1e-3)  # fmt: skip
    assert torch.equal(compute("tanh", X), torch.tanh(X))


FORMULAS = {
    "sigmoid": lambda g: 1 / (1 + torch.exp(-g)),
    "silu": lambda g: g / (1 + torch.exp(-g)),
    "gelu": lambda g: g * 0.5 * (1 + torch.erf(g / 2**0.5)),
    "gelu_tanh": lambda g: (
        0.5 * g * (1 + torch.tanh((2 / torch.pi) ** 0.5 * (g + 0.044715 * g**3)))
    ),
    "relu": lambda g: g.clamp(min=0),
    "tanh": lambda g: (torch.exp(2 * g) - 1) / (torch.exp(2 * g) + 1),
    "identity": lambda g: g,
}


@pytest.mark.parametrize("gate", FORMULAS)
@pytest.mark.parametrize("dim", [1, 2, -1, -2])
def test_the_second_half_opens_the_gate_of_the_first(gate, dim):
    x = torch.randn(2, 6, 4)
    value, opening = x.chunk(2, dim)

    y = compute("glu", x, gate=gate, dim=dim)

    assert torch.allclose(y, value * FORMULAS[gate](opening), atol=1e-5)


def test_every_gate_that_is_offered_is_known():
    assert set(CATALOGUE["glu"].declared["gate"].options) == set(GATES) == set(FORMULAS)


def test_prelu_learns_one_slope_or_one_for_each_channel():
    assert torch.allclose(compute("prelu", X, init=0.5), X.clamp(min=0) + 0.5 * X.clamp(max=0))
    layer = make(CATALOGUE["prelu"]().changed(num_parameters=None).recipe(Shape(3, 4)))
    assert layer.module is not None
    slopes = torch.tensor([0.1, 0.2, 0.3])
    with torch.no_grad():
        layer.module.get_parameter("weight").copy_(slopes)

    expected = X.clamp(min=0) + slopes[:, None] * X.clamp(max=0)
    assert torch.allclose(layer.forward(X), expected)
