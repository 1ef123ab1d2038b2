"""The core of attention computes its formula, whichever way heads arrive."""

import math

import pytest
import torch
from torch import Tensor

from studio.catalogue import Shape
from studio.catalogue.attention.looking import ScaledDotProductAttention
from studio.network.passing import make


def slowly(query: Tensor, key: Tensor, value: Tensor, scale: float, *, causal: bool) -> Tensor:
    """Attend with one head, samples × steps × features, one query after the other."""
    found = torch.zeros(*query.shape[:2], value.shape[-1])
    for n in range(query.shape[0]):
        for t in range(query.shape[1]):
            last = t + 1 if causal else key.shape[1]
            scores = (key[n, :last] @ query[n, t]) * scale
            found[n, t] = torch.softmax(scores, 0) @ value[n, :last]
    return found


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("scale", [None, 0.7])
def test_features_are_shared_out_to_heads(causal, scale):
    query, key, value = torch.randn(2, 5, 12), torch.randn(2, 6, 6), torch.randn(2, 6, 4)
    layer = ScaledDotProductAttention(num_heads=4, causal=causal, scale=scale)
    call = make(layer.recipe(Shape(5, 12), Shape(6, 6), Shape(6, 4)))

    found = call.forward(query, key, value)

    for head in range(4):
        shared = head // 2
        expected = slowly(
            query[..., head * 3 : head * 3 + 3],
            key[..., shared * 3 : shared * 3 + 3],
            value[..., shared * 2 : shared * 2 + 2],
            scale or 1 / math.sqrt(3),
            causal=causal,
        )
        assert torch.allclose(found[..., head * 2 : head * 2 + 2], expected, atol=1e-5)


def test_heads_on_an_axis_give_the_same():
    query, key, value = torch.randn(2, 5, 12), torch.randn(2, 6, 12), torch.randn(2, 6, 8)
    bias = torch.randn(2, 4, 5, 6)
    flat = ScaledDotProductAttention(num_heads=4)
    call = make(flat.recipe(Shape(5, 12), Shape(6, 12), Shape(6, 8), Shape(4, 5, 6)))
    apart = [x.unflatten(-1, (4, -1)).transpose(1, 2) for x in (query, key, value)]
    shapes = (Shape(4, 5, 3), Shape(4, 6, 3), Shape(4, 6, 2), Shape(4, 5, 6))
    axis = make(ScaledDotProductAttention().recipe(*shapes))

    together = axis.forward(*apart, bias).transpose(1, 2).flatten(-2)

    assert torch.allclose(call.forward(query, key, value, bias), together, atol=1e-6)
    assert not torch.allclose(call.forward(query, key, value, 0 * bias), together, atol=1e-3)


def test_a_bias_does_not_uncover_later_steps():
    shapes = (Shape(4, 6), Shape(4, 6), Shape(4, 6))
    query, key, value = (torch.randn(2, *shape) for shape in shapes)
    causal = ScaledDotProductAttention(causal=True)
    call = make(causal.recipe(*shapes))
    biased = make(causal.recipe(*shapes, Shape(4, 4)))

    found = biased.forward(query, key, value, torch.zeros(2, 4, 4))

    assert torch.allclose(found, call.forward(query, key, value), atol=1e-6)
