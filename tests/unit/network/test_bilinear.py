"""A bilinear layer weighs every pair of features of its two wires."""

import torch

from studio.catalogue import CATALOGUE, Shape
from studio.network.passing import Made, make


def bilinear() -> Made:
    torch.manual_seed(0)
    layer = CATALOGUE["bilinear"]().changed(out_features=5)
    return make(layer.recipe(Shape(2, 3), Shape(2, 4)))


def test_every_pair_is_weighed_even_with_a_single_sample():
    made = bilinear()
    one, other = torch.randn(3, 2, 3), torch.randn(1, 2, 4)
    assert made.module is not None
    weight, bias = made.module.get_parameter("weight"), made.module.get_parameter("bias")

    expected = torch.einsum("nti,oij,ntj->nto", one, weight, other.expand(3, -1, -1)) + bias
    assert torch.allclose(made.forward(one, other), expected, atol=1e-6)


def test_wires_of_other_precision_are_taken_in_mixed_precision():
    made, one, other = bilinear(), torch.randn(3, 2, 3), torch.randn(3, 2, 4)

    with torch.autocast("cpu", dtype=torch.bfloat16):
        short = made.forward(one.bfloat16(), other)

    assert torch.allclose(short, made.forward(one, other), atol=0.03)
