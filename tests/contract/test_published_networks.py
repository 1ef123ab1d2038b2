"""Every published network of the gallery has the counts that its reference implementation has."""

import pytest

from tests.contract.published import NETWORKS, counted, known


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network["id"])
def test_a_published_network_has_its_exact_counts(network):
    assert counted(network["id"]) == known(network)
