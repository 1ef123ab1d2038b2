"""Parameters and constants come from no wire and serve every sample."""

import pytest
import torch

from tests.unit.network.made import made, run


@pytest.mark.parametrize(("init", "mean", "spread"), [
    ("zeros", 0.0, 0.0), ("ones", 1.0, 0.0), ("normal", 0.0, 0.5),
    ("xavier_uniform", 0.0, (2 / 300) ** 0.5),
])  # fmt: skip
def test_a_parameter_starts_as_told(init, mean, spread):
    layer = made("parameter", shape=(100, 200), init=init, std=0.5)

    weight = layer.module.weight
    assert weight.requires_grad
    assert weight.shape == (100, 200)
    assert weight.mean().item() == pytest.approx(mean, abs=0.02)
    assert weight.std().item() == pytest.approx(spread, rel=0.02, abs=1e-9)
    assert torch.equal(layer.forward(), weight[None])


@pytest.mark.parametrize(("fill", "expected"), [
    ("zeros", [[0, 0], [0, 0]]), ("ones", [[1, 1], [1, 1]]),
    ("number", [[2.5, 2.5], [2.5, 2.5]]), ("arange", [[0, 1], [2, 3]]),
])  # fmt: skip
@pytest.mark.parametrize("stored", [False, True])
def test_a_constant_is_what_it_was_filled_with(fill, expected, stored):
    layer = made("constant", shape=(2, 2), fill=fill, value=2.5, stored=stored)

    assert layer.forward().tolist() == [expected]
    assert [name for name, _buffer in layer.module.named_buffers()] == ["value"] * stored
    assert not list(layer.module.parameters())


def test_a_constant_moves_with_its_network_though_no_file_holds_it():
    layer = made("constant", shape=(2,))

    layer.module.to("meta")

    assert layer.forward().device.type == "meta"
    assert layer.module.state_dict() == {}


def test_ids_are_whole_numbers():
    found = run("constant", shape=(3,), fill="arange", dtype="int64")

    assert found.dtype == torch.int64
    assert found.tolist() == [[0, 1, 2]]
