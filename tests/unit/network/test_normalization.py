"""The norms and scales of our own compute what their formulas say."""

from typing import Any

import pytest
import torch
from torch import Tensor

from studio.catalogue import CATALOGUE, Shape
from studio.network.passing import Made, make


def made(key: str, *inputs: Shape, **settings: Any) -> Made:
    torch.manual_seed(0)
    return make(CATALOGUE[key]().changed(**settings).recipe(*inputs))


def set_weights(layer: Made, **values: Tensor) -> None:
    with torch.no_grad():
        for name, value in values.items():
            assert layer.module is not None
            layer.module.get_parameter(name).copy_(value)


@pytest.mark.parametrize("offset", [False, True])
def test_rms_norm_divides_by_the_root_of_the_mean_square(offset):
    layer = made("rms_norm", Shape(5, 4), eps=0.1, offset=offset)
    x, learned = torch.randn(3, 5, 4), torch.tensor([0.5, -1.0, 2.0, 0.0])

    start = x / torch.sqrt((x**2).mean(-1, keepdim=True) + 0.1)
    assert torch.allclose(layer.forward(x), start, atol=1e-6)

    set_weights(layer, weight=learned)
    assert torch.allclose(layer.forward(x), start * (learned + offset), atol=1e-6)


def test_rms_norm_over_two_axes_takes_both_together():
    x = torch.randn(3, 5, 4)
    layer = made("rms_norm", Shape(5, 4), axes=2, elementwise_affine=False, offset=True)

    expected = x / torch.sqrt((x**2).mean((-2, -1), keepdim=True) + 1e-6)
    assert layer.module is not None
    assert not list(layer.module.parameters())
    assert torch.allclose(layer.forward(x), expected, atol=1e-6)


def test_layer_norm_2d_looks_at_the_channels_of_one_place():
    layer = made("layer_norm2d", Shape(6, 4, 5))
    x, weight, bias = torch.randn(2, 6, 4, 5), torch.randn(6), torch.randn(6)
    set_weights(layer, weight=weight, bias=bias)

    mean = x.mean(1, keepdim=True)
    spread = torch.sqrt(((x - mean) ** 2).mean(1, keepdim=True) + 1e-6)
    expected = (x - mean) / spread * weight[:, None, None] + bias[:, None, None]
    assert torch.allclose(layer.forward(x), expected, atol=1e-5)


def test_l2_normalize_makes_vectors_of_length_one():
    x = torch.randn(2, 3, 4)

    for dim in (1, -1):
        y = made("l2_normalize", Shape(3, 4), dim=dim).forward(x)
        assert torch.allclose(y, x / torch.sqrt((x**2).sum(dim, keepdim=True)), atol=1e-6)
    assert torch.equal(made("l2_normalize", Shape(4)).forward(torch.zeros(2, 4)), torch.zeros(2, 4))


@pytest.mark.parametrize(("dim", "axes"), [(1, (6, 1, 1)), (-1, (5,)), (3, (5,)), (2, (4, 1))])
def test_layer_scale_has_one_number_for_each_place_of_its_axis(dim, axes):
    x, learned = torch.randn(2, 6, 4, 5), torch.randn(axes)
    layer = made("layer_scale", Shape(6, 4, 5), dim=dim, init=0.25)

    assert torch.equal(layer.forward(x), x * 0.25)
    set_weights(layer, weight=learned)
    shape = [1, 1, 1, 1]
    shape[dim] = axes[0]
    assert torch.equal(layer.forward(x), x * learned.reshape(shape))


def test_affine_starts_as_it_came_and_learns_scale_and_offset():
    x, weight, bias = torch.randn(2, 3, 4), torch.randn(3, 1), torch.randn(3, 1)
    layer = made("affine", Shape(3, 4), dim=1)

    assert torch.equal(layer.forward(x), x)
    set_weights(layer, weight=weight, bias=bias)
    assert torch.allclose(layer.forward(x), x * weight + bias)


def test_local_response_norm_is_the_formula_of_alexnet():
    x = torch.randn(2, 7, 3, 3)
    layer = made("local_response_norm", Shape(7, 3, 3), size=5, alpha=0.3, beta=0.75, k=2.0)

    squares = torch.stack(
        [(x[:, max(0, c - 2) : c + 3] ** 2).sum(1) for c in range(x.shape[1])], dim=1
    )
    assert torch.allclose(layer.forward(x), x / (2.0 + 0.3 * squares / 5) ** 0.75, atol=1e-6)


@pytest.mark.parametrize("key", ["rms_norm", "layer_norm2d", "layer_scale", "affine"])
def test_gradients_reach_the_input_and_every_weight(key):
    settings = {"offset": True} if key == "rms_norm" else {}
    layer = made(key, Shape(3, 4, 5), **settings)
    x = torch.randn(1, 3, 4, 5, requires_grad=True)

    layer.forward(x).square().sum().backward()

    assert layer.module is not None
    assert x.grad is not None
    assert all(weight.grad is not None for weight in layer.module.parameters())


@pytest.mark.parametrize(
    "key", ["rms_norm", "layer_norm2d", "l2_normalize", "layer_scale", "affine"]
)
def test_mixed_precision_on_processors_needs_no_other_kernel(key):
    layer = made(key, Shape(3, 4, 5))
    x = torch.randn(2, 3, 4, 5)

    with torch.autocast("cpu", dtype=torch.bfloat16):
        short = layer.forward(x.bfloat16())

    assert torch.allclose(short.float(), layer.forward(x), atol=0.03)
