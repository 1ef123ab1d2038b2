"""What is added to the scores of attention follows the formulas of the papers."""

import math

import pytest
import torch

from tests.unit.network.made import made, run

SHORT, LONG = torch.zeros(2, 40, 3), torch.zeros(2, 300, 3)


def bucket(distance: int, count: int, most: int, *, bidirectional: bool) -> int:
    """Return the bucket of T5, written out for one distance."""
    first = 0
    if bidirectional:
        count //= 2
        first = count if distance > 0 else 0
        distance = abs(distance)
    else:
        distance = max(-distance, 0)
    exact = count // 2
    if distance < exact:
        return first + distance
    share = math.log(distance / exact) / math.log(most / exact)
    return first + min(exact + int(share * (count - exact) + 1e-6), count - 1)


@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize(("count", "most"), [(32, 128), (6, 20), (4, 3)])
def test_distances_share_the_buckets_of_t5(count, most, bidirectional):
    settings = {"num_buckets": count, "max_distance": most, "bidirectional": bidirectional}
    layer = made("relative_bias", SHORT, LONG, num_heads=2, **settings)
    weight = layer.module.weight

    found = layer.forward(SHORT, LONG)

    assert weight.shape == (count, 2)
    assert found.shape == (1, 2, 40, 300)
    for query in (0, 1, 39):
        for key in range(300):
            row = bucket(key - query, count, most, bidirectional=bidirectional)
            assert torch.equal(found[0, :, query, key], weight[row])


@pytest.mark.parametrize(("heads", "expected"), [
    (8, [2.0**-i for i in range(1, 9)]),
    (4, [2.0**-2, 2.0**-4, 2.0**-6, 2.0**-8]),
    (1, [2.0**-8]),
    (6, [2.0**-2, 2.0**-4, 2.0**-6, 2.0**-8, 2.0**-1, 2.0**-3]),
])  # fmt: skip
def test_each_head_has_its_slope(heads, expected):
    found = run("alibi", SHORT, num_heads=heads)

    assert found.shape == (1, heads, 40, 40)
    assert (-found[0, :, 5, 4]).tolist() == expected
    assert torch.equal(found[0, :, 30, 10], 20 * found[0, :, 5, 4])


def test_later_steps_are_hidden_and_those_beyond_the_window():
    found = run("causal_mask", SHORT, window=3)[0]

    for query in range(40):
        for key in range(40):
            seen = query - 3 < key <= query
            assert found[query, key] == (0.0 if seen else -math.inf)
    assert torch.equal(run("causal_mask", SHORT)[0] == 0, torch.ones(40, 40).tril().bool())


def test_steps_that_fill_up_get_no_share_of_attention():
    ids = torch.tensor([[5, 6, 0], [7, 0, 0]])

    shares = (torch.randn(2, 4, 3, 3) * 50 + run("padding_mask", ids)).softmax(-1)

    assert torch.equal(shares[0, ..., 2], torch.zeros(4, 3))
    assert torch.equal(shares[1, ..., 0], torch.ones(4, 3))
