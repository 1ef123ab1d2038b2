"""Windows and neighbors hold the places that Swin and MaxViT give them."""

import pytest
import torch

from tests.unit.network.made import run

X = torch.randn(2, 4, 6, 3)


def test_a_window_holds_neighbors():
    found = run("window_partition", X, window=(2, 3))

    assert found.shape == (2, 4, 6, 3)
    assert torch.equal(found[:, 1], X[:, :2, 3:].flatten(1, 2))
    assert torch.equal(found[:, 2], X[:, 2:, :3].flatten(1, 2))


def test_a_grid_holds_places_spread_over_the_map():
    found = run("window_partition", X, window=(2, 3), grid=True)

    assert torch.equal(found[:, 0], X[:, ::2, ::2].flatten(1, 2))
    assert torch.equal(found[:, 3], X[:, 1::2, 1::2].flatten(1, 2))


@pytest.mark.parametrize("grid", [False, True])
@pytest.mark.parametrize(("window", "size"), [((2, 3), None), (2, (4, 6)), ((4, 2), (4, 6))])
def test_windows_go_back_to_where_they_were(window, size, grid):
    windows = run("window_partition", X, window=window, grid=grid)

    back = run("window_reverse", windows, window=window, size=size, grid=grid)

    assert torch.equal(back, X)


def test_neighbors_come_one_behind_the_other_column_by_column():
    found = run("patch_gather", X)

    corners = [X[:, 0::2, 0::2], X[:, 1::2, 0::2], X[:, 0::2, 1::2], X[:, 1::2, 1::2]]
    assert torch.equal(found, torch.cat(corners, dim=-1))


def test_odd_maps_grow_by_zeros():
    found = run("patch_gather", X[:, :3, :5])

    assert found.shape == (2, 2, 3, 12)
    assert torch.equal(found[:, 1, 2, :3], X[:, 2, 4])
    assert torch.equal(found[:, 1, 2, 3:], torch.zeros(2, 9))
