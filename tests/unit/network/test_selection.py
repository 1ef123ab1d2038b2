"""Pieces, stretches and single steps are those that were asked for."""

import torch

from tests.unit.network.made import run

X = torch.arange(2 * 6 * 3).float().reshape(2, 6, 3)


def test_a_split_hands_out_the_pieces_in_order():
    one, two, three = run("split", X, sizes=(1, 3, 2))

    assert torch.equal(one, X[:, :1])
    assert torch.equal(two, X[:, 1:4])
    assert torch.equal(three, X[:, 4:])


def test_equal_parts_need_no_sizes():
    parts = run("split", X, dim=-1, parts=3)

    assert [part.shape for part in parts] == [(2, 6, 1)] * 3
    assert torch.equal(torch.cat(parts, dim=-1), X)


def test_a_slice_is_that_of_python():
    assert torch.equal(run("slice", X, start=1, stop=-1, step=2), X[:, 1:-1:2])
    assert torch.equal(run("slice", X, dim=-1, start=-2), X[..., -2:])


def test_the_step_of_the_largest_id_is_kept():
    ids = torch.tensor([[1, 9, 2, 0, 0, 0], [3, 1, 1, 1, 8, 0]])

    assert torch.equal(run("select_token", X, ids), torch.stack([X[0, 1], X[1, 4]]))


def test_the_first_step_with_an_id_is_kept_or_the_first_of_all():
    ids = torch.tensor([[1, 7, 7, 0, 0, 0], [3, 1, 1, 1, 8, 0]])

    found = run("select_token", X, ids, mode="first_of", token=7)

    assert torch.equal(found, torch.stack([X[0, 1], X[1, 0]]))


def test_the_last_step_before_the_padding_is_kept():
    ids = torch.tensor([[1, 0, 7, 0, 0, 0], [0, 0, 0, 0, 0, 0]])

    found = run("select_token", X, ids, mode="last_other", token=0)

    assert torch.equal(found, torch.stack([X[0, 2], X[1, 0]]))


def test_expanding_repeats_each_place_or_the_whole():
    x = torch.tensor([[1.0, 2.0]])

    assert run("expand", x).tolist() == [[1, 1, 2, 2]]
    assert run("expand", x, order="tile").tolist() == [[1, 2, 1, 2]]


def test_stacked_wires_lie_side_by_side():
    single = torch.ones(1, 6, 3)

    found = run("stack", X, single, dim=2)

    assert torch.equal(found[:, :, 0], X)
    assert torch.equal(found[:, :, 1], torch.ones(2, 6, 3))
