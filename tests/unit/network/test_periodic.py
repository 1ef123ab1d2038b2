"""Numbers that are spelled as waves."""

import math

import pytest
import torch

from studio.network.modules.periodic import Periodic


def test_each_feature_is_spelled_by_its_own_frequencies():
    torch.manual_seed(0)
    module = Periodic(features=3, frequencies=4, std=0.5)
    x = torch.tensor([[0.0, 1.0, -2.0]])

    found = module(x)

    assert found.shape == (1, 3, 8)
    for place, value in enumerate(x[0].tolist()):
        for number, frequency in enumerate(module.frequency[place].tolist()):
            turned = 2 * math.pi * frequency * value
            assert found[0, place, number].item() == pytest.approx(math.sin(turned), abs=1e-5)
            assert found[0, place, 4 + number].item() == pytest.approx(math.cos(turned), abs=1e-5)


def test_frequencies_spread_as_asked():
    torch.manual_seed(0)

    module = Periodic(features=50, frequencies=100, std=0.3)

    assert float(module.frequency.detach().std()) == pytest.approx(0.3, rel=0.05)
