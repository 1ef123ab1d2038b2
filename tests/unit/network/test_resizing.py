"""Pictures are enlarged, padded, cropped and rearranged as plain indexing says."""

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from studio.catalogue import CATALOGUE, Shape
from studio.network.passing import make


def compute(key: str, *tensors: Tensor, **settings: Any) -> Tensor:
    torch.manual_seed(0)
    layer = CATALOGUE[key]().changed(**settings)
    return make(layer.recipe(*(Shape(*x.shape[1:]) for x in tensors))).forward(*tensors)


X = torch.arange(2 * 3 * 4 * 6.0).reshape(2, 3, 4, 6)


def test_nearest_repeats_every_place():
    expected = X.repeat_interleave(2, 2).repeat_interleave(2, 3)

    assert torch.equal(compute("upsample", X), expected)
    assert torch.equal(compute("upsample", X, size=(8, 12)), expected)


@pytest.mark.parametrize("align_corners", [False, True])
def test_blending_is_that_of_torch(align_corners):
    y = compute("upsample", X, scale_factor=1.5, mode="bilinear", align_corners=align_corners)

    assert torch.equal(
        y, functional.interpolate(X, scale_factor=1.5, mode="bilinear", align_corners=align_corners)
    )


def test_a_second_wire_says_the_size_even_with_a_single_sample():
    reference = torch.zeros(1, 7, 9, 5)

    y = compute("upsample", X, reference, mode="bilinear", size=(2, 2))

    expected = functional.interpolate(X, size=(9, 5), mode="bilinear", align_corners=False)
    assert torch.equal(y, expected)


def test_padding_begins_with_the_last_axis():
    y = compute("pad", X, pad=(1, 2, 0, 3), value=7.0)

    expected = torch.full((2, 3, 7, 9), 7.0)
    expected[:, :, :4, 1:7] = X
    assert torch.equal(y, expected)


def test_channels_are_padded_as_by_the_shortcut_of_a_small_resnet():
    y = compute("pad", X, pad=(0, 0, 0, 0, 2, 2))

    assert torch.equal(y[:, 2:5], X)
    assert y.shape == (2, 7, 4, 6)
    assert not y[:, :2].any()
    assert not y[:, 5:].any()


def test_negative_padding_cuts_and_shifts_ids():
    ids = torch.tensor([[5, 6, 7]])

    assert compute("pad", ids, pad=(1, -1), value=2.0).tolist() == [[2, 5, 6]]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("reflect", [3, 2, 1, 2, 3, 4, 3]),
        ("replicate", [1, 1, 1, 2, 3, 4, 4]),
        ("circular", [3, 4, 1, 2, 3, 4, 1]),
    ],
)
def test_borders_are_continued(mode, expected):
    x = torch.tensor([[[1.0, 2.0, 3.0, 4.0]]])

    assert compute("pad", x, pad=(2, 1), mode=mode)[0, 0].tolist() == expected


def test_a_crop_keeps_the_middle_and_rounds_down_in_front():
    reference = torch.zeros(1, 9, 2, 3)

    assert torch.equal(compute("crop", X, reference), X[:, :, 1:3, 1:4])
    assert torch.equal(compute("crop", X, size=(3, 6)), X[:, :, 0:3])
    assert torch.equal(compute("crop", X, size=(3,)), X[..., 1:4])
    assert torch.equal(compute("crop", X), X)
    assert torch.equal(compute("crop", X[:, 0], torch.zeros(2, 4, 2)), X[:, 0, :, 2:4])


def test_a_roll_comes_in_at_the_other_end():
    y = compute("roll", X, shifts=(-1, 2), dims=(2, 3))

    for row in range(4):
        for column in range(6):
            assert torch.equal(y[..., row, column], X[..., (row + 1) % 4, (column - 2) % 6])


def test_pixel_shuffle_lays_channels_out_and_back():
    x = torch.arange(8.0).reshape(1, 8, 1, 1)

    y = compute("pixel_shuffle", x)

    assert y.tolist() == [[[[0.0, 1.0], [2.0, 3.0]], [[4.0, 5.0], [6.0, 7.0]]]]
    assert torch.equal(compute("pixel_unshuffle", y), x)


def test_channel_shuffle_deals_the_groups_out():
    x = torch.arange(6.0).reshape(1, 6, 1)

    assert compute("channel_shuffle", x, groups=2).flatten().tolist() == [0, 3, 1, 4, 2, 5]


def test_folding_adds_what_unfolding_cut():
    columns = compute("unfold", X, kernel_size=2, stride=2)
    assert columns.shape == (2, 12, 6)
    assert columns[0, :4, 1].tolist() == X[0, 0, 0:2, 2:4].flatten().tolist()

    back = compute("fold", columns, output_size=(4, 6), kernel_size=2, stride=2)
    assert torch.equal(back, X)
