"""Drop path skips whole samples while training, and does nothing afterwards."""

import pytest
import torch

from studio.catalogue import CATALOGUE, Shape
from studio.network.passing import Made, make


def drop_path(p: float, mode: str = "row") -> Made:
    return make(CATALOGUE["drop_path"]().changed(p=p, mode=mode).recipe(Shape(3, 4)))


def test_each_sample_is_skipped_whole_or_scaled_up():
    torch.manual_seed(0)
    x = torch.rand(4000, 3, 4) + 0.5

    factors = drop_path(0.2).forward(x) / x

    first = factors[:, 0, 0]
    assert torch.allclose(factors, first[:, None, None].expand_as(factors), atol=1e-5)
    assert set(first.mul(4).round().tolist()) == {0.0, 5.0}
    assert first.mean() == pytest.approx(1.0, abs=0.03)
    assert (first == 0).double().mean() == pytest.approx(0.2, abs=0.03)


def test_a_batch_is_skipped_as_a_whole():
    torch.manual_seed(0)
    x = torch.ones(5, 3, 4)
    forward = drop_path(0.5, "batch").forward

    found = {tuple(forward(x)[:, 0, 0].tolist()) for _again in range(50)}

    assert found == {(0.0,) * 5, (2.0,) * 5}


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_nothing_happens_after_training(p):
    made, x = drop_path(p), torch.randn(4, 3, 4)
    assert made.module is not None
    made.module.eval()

    assert torch.equal(made.forward(x), x)


def test_all_or_nothing_is_skipped_at_the_ends():
    x = torch.randn(4, 3, 4)

    assert torch.equal(drop_path(0.0).forward(x), x)
    assert torch.equal(drop_path(1.0).forward(x), torch.zeros_like(x))
