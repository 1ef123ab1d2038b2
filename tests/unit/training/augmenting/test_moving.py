"""Pictures are moved as the numbers drawn say: flipped, shifted, cropped, turned, resized."""

import pytest
import torch

from studio.training.choices.augmentations import Crop, Flip, Rotate, Scale, Shift
from studio.training.data.augmenting.moving import cropped, flipped, rotated, scaled, shifted
from tests.unit.training.augmenting.batches import drawn, noise


@pytest.mark.parametrize("direction", ["horizontal", "vertical"])
def test_flipping_twice_leaves_pictures_as_they_were(direction):
    x, item = noise(), Flip(direction=direction)
    once = flipped(item, x, drawn())
    assert torch.equal(once, x.flip(-1 if direction == "horizontal" else -2))
    assert torch.equal(flipped(item, once, drawn()), x)


@pytest.mark.parametrize("samples", [1, 5])
def test_pictures_can_be_shifted_in_every_direction(samples):
    pixels = 2
    x = noise(samples)
    framed = torch.zeros(samples, 3, 6 + 2 * pixels, 7 + 2 * pixels, dtype=torch.uint8)
    framed[:, :, pixels : pixels + 6, pixels : pixels + 7] = x
    for down in range(2 * pixels + 1):
        for right in range(2 * pixels + 1):
            u = drawn((down + 0.5) / 5, (right + 0.5) / 5, samples=samples)
            found = shifted(Shift(pixels=pixels), x, u)
            assert torch.equal(found, framed[:, :, down : down + 6, right : right + 7])


def test_each_picture_of_a_batch_is_shifted_on_its_own():
    x = torch.zeros(2, 1, 3, 3)
    x[:, 0, 1, 1] = 1
    found = shifted(Shift(pixels=1), x, torch.tensor([[0.1, 0.5], [0.9, 0.5]]))
    assert found[0, 0].nonzero().tolist() == [[2, 1]]
    assert found[1, 0].nonzero().tolist() == [[0, 1]]


def test_a_mirrored_border_shows_the_edge_again_however_far_it_moves():
    x = torch.arange(4, dtype=torch.uint8).expand(1, 1, 4, 4)
    found = shifted(Shift(pixels=64, border="mirrored"), x, drawn(0.5, 0.0, samples=1))
    assert found[0, 0, 0].tolist() == [3, 2, 1, 0]


def test_a_crop_of_the_whole_picture_is_the_picture():
    x = noise()
    assert torch.equal(cropped(Crop(area=1.0, stretch=1.0), x, drawn(0.3, 0.7, 0.1, 0.9)), x)


def test_a_crop_of_a_quarter_enlarges_the_corner_that_was_drawn():
    x = torch.zeros(1, 1, 8, 8)
    x[..., :4, 4:] = 200
    item = Crop(area=0.25, stretch=1.0)
    corner = cropped(item, x, drawn(0.0, 0.5, 0.0, 1.0, samples=1))
    assert corner[..., :-1, 1:].eq(200).all()
    other = cropped(item, x, drawn(0.0, 0.5, 1.0, 0.0, samples=1))
    assert other[..., 1:, :-1].eq(0).all()


def test_a_quarter_turn_is_that_of_numpy_and_no_turn_changes_nothing():
    x = noise(width=6)
    item = Rotate(degrees=90.0)
    assert torch.equal(rotated(item, x, drawn(1.0)), x.rot90(1, (2, 3)))
    assert torch.equal(rotated(item, x, drawn(0.0)), x.rot90(-1, (2, 3)))
    assert torch.equal(rotated(item, x, drawn(0.5)), x)


def test_turning_keeps_lengths_in_pictures_that_are_not_square():
    x = torch.zeros(1, 1, 5, 11)
    x[..., 2, 3:8] = 1
    found = rotated(Rotate(degrees=90.0), x, drawn(1.0, samples=1))
    assert found[0, 0, :, 5].round(decimals=4).tolist() == [1, 1, 1, 1, 1]
    assert float(found.sum()) == pytest.approx(5, abs=1e-4)


def test_pictures_get_smaller_and_larger_around_their_middle():
    x = torch.zeros(1, 1, 8, 8)
    x[..., 2:6, 2:6] = 100
    item = Scale(smallest=0.5, largest=2.0)
    large = scaled(item, x, drawn(1.0, samples=1))
    assert large[..., 1:-1, 1:-1].eq(100).all()
    small = scaled(item, x, drawn(0.0, samples=1))
    assert small[0, 0, 3:5, 3:5].flatten().tolist() == pytest.approx([100] * 4)
    assert float(small.sum()) == pytest.approx(4 * 100)
    assert torch.allclose(scaled(item, x, drawn(0.5, samples=1)), x, atol=1e-3)
