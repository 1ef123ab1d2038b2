"""Colors, blur, noise, covered parts and RandAugment do to pictures what they say."""

import functools
from collections.abc import Callable

import kornia.filters
import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from torch import Tensor

from studio.training.choices.augmentations import Blur, Color, Erase, Noise, RandAugment
from studio.training.data.augmenting.operations import OPERATIONS
from studio.training.data.augmenting.recoloring import blurred, colored, erased, noisy, recolored
from studio.training.data.augmenting.several import changed_by_some
from tests.unit.training.augmenting.batches import drawn, noise

ONE, NONE = torch.ones(4), torch.zeros(4)


def test_colors_stay_where_nothing_was_drawn_to_change():
    x = noise()
    assert torch.equal(colored(Color(hue=90.0), x, drawn(0.5, 0.5, 0.5, 0.5)), x)


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_brightness_and_contrast_are_those_of_their_definition(channels):
    x = noise(channels=channels).float()
    weights = torch.tensor([0.299, 0.587, 0.114] if channels == 3 else [1 / channels] * channels)
    mean = torch.einsum("bchw,c->bhw", x, weights).mean((1, 2))[:, None, None, None]
    assert torch.allclose(recolored(x, 2 * ONE, ONE, ONE, NONE), 2 * x, rtol=1e-4, atol=1e-2)
    flat = recolored(x, ONE, 0 * ONE, ONE, NONE)
    assert torch.allclose(flat, mean.expand_as(x), rtol=1e-4, atol=1e-2)


def test_no_saturation_is_gray_and_a_whole_turn_of_the_hue_comes_back():
    x = noise().float()
    gray = recolored(x, ONE, ONE, 0 * ONE, NONE)
    assert torch.allclose(gray[:, 0], gray[:, 2], atol=1e-2)
    assert torch.allclose(gray[:, 0], x[:, 0] * 0.299 + x[:, 1] * 0.587 + x[:, 2] * 0.114, atol=0.1)
    assert torch.allclose(recolored(x, ONE, ONE, ONE, NONE + 2 * torch.pi), x, atol=0.05)
    turned = recolored(gray, ONE, ONE, ONE, NONE + 1)
    assert torch.allclose(turned, gray, atol=0.3), "gray has no hue"
    assert (recolored(x, ONE, ONE, ONE, NONE + 1) - x).abs().max() > 20


def test_pixels_stay_within_their_range_and_are_rounded():
    x = torch.tensor([101, 200], dtype=torch.uint8).reshape(1, 1, 1, 2)
    u = drawn(1.0, 0.5, 0.5, 0.5, samples=1)
    assert colored(Color(brightness=1.0), x, u).flatten().tolist() == [202, 255]
    assert colored(Color(brightness=0.01), x, u).flatten().tolist() == [102, 202]


def test_a_blur_is_that_of_kornia_with_its_own_width_for_each_picture():
    x, u = noise().float(), torch.tensor([[0.0], [0.3], [0.7], [1.0]])
    widths = (0.1 + 1.9 * u).expand(-1, 2)
    expected = kornia.filters.gaussian_blur2d(x, (11, 11), widths)
    assert torch.allclose(blurred(Blur(deviation=2.0), x, u), expected, atol=1e-3)


def test_noise_is_as_strong_as_asked_and_other_for_each_place_drawn():
    x = torch.full((2, 1, 64, 64), 128, dtype=torch.uint8)
    found = noisy(Noise(deviation=0.05), x, torch.tensor([[0.2], [0.6]])).float() - 128
    assert float(found.std()) == pytest.approx(0.05 * 255, rel=0.05)
    assert abs(float(found.mean())) < 0.5
    assert abs(float((found[0] * found[1]).mean())) < 10
    table = torch.zeros(2, 4096)
    assert float(noisy(Noise(deviation=0.5), table, drawn(0.3, samples=2)).std()) == pytest.approx(
        0.5, rel=0.05
    )


@pytest.mark.parametrize("fill", ["black", "mean"])
def test_a_rectangle_of_the_area_drawn_is_covered(fill):
    x = noise(1, 3, 40, 40)
    item = Erase(smallest=0.25, largest=0.25, fill=fill)
    found = erased(item, x, drawn(0.5, 0.5, 0.0, 1.0, samples=1))
    expected = x.clone()
    mean = x.float().mean((2, 3)).round().to(torch.uint8)
    expected[:, :, :20, 20:] = mean[:, :, None, None] if fill == "mean" else 0
    assert torch.equal(found, expected)


def operation(name: str, way: float = 0.9, *, magnitude: int = 30, x: Tensor) -> Tensor:
    number = (OPERATIONS.index(name) + 0.5) / len(OPERATIONS)
    u = drawn(number, way, samples=len(x))
    return changed_by_some(RandAugment(operations=1, magnitude=magnitude), x, u)


def test_operations_of_rand_augment_do_one_thing_each():
    x = noise(2, 3, 12, 12)
    assert torch.equal(operation("identity", x=x), x)
    assert torch.equal(operation("posterize", x=x), x // 16 * 16)
    assert torch.equal(operation("solarize", x=x), 255 - x)
    half = operation("solarize", magnitude=15, x=x)
    assert torch.equal(half, torch.where(x >= 128, 255 - x, x))
    narrow = (x.float() / 4 + 50).to(torch.uint8)
    wide = operation("autocontrast", x=narrow)
    assert wide.amin((2, 3)).eq(0).all()
    assert wide.amax((2, 3)).eq(255).all()
    blank = torch.full_like(x, 7)
    assert torch.equal(operation("autocontrast", x=blank), blank)
    assert operation("translate_x", x=x)[..., -5:].eq(0).all()
    assert operation("translate_y", 0.1, x=x)[..., :5, :].eq(0).all()


@pytest.mark.parametrize("name", [n for n in OPERATIONS if n != "autocontrast"])
def test_no_magnitude_changes_nothing(name):
    x = noise(2, 3, 12, 12)
    assert torch.equal(operation(name, magnitude=0, x=x), x)


@pytest.mark.parametrize("name", OPERATIONS[1:])
def test_every_operation_changes_pictures(name):
    x = (noise(2, 3, 24, 24).float() / 2 + 20).to(torch.uint8)
    assert not torch.equal(operation(name, x=x), x)


PILLOW: dict[str, Callable[[Image.Image], Image.Image]] = {
    "equalize": ImageOps.equalize,
    "autocontrast": ImageOps.autocontrast,
    "posterize": lambda picture: ImageOps.posterize(picture, 4),
    "solarize": lambda picture: ImageOps.solarize(picture, 128),
}


@pytest.mark.parametrize("name", PILLOW)
def test_shades_become_what_pillow_makes_of_them(name):
    x = (noise(3, 3, 40, 40).float() / 3 + 60).to(torch.uint8)
    magnitude = 15 if name == "solarize" else 30
    found = operation(name, magnitude=magnitude, x=x)
    for one, other in zip(x, found, strict=True):
        picture = PILLOW[name](Image.fromarray(one.permute(1, 2, 0).numpy()))
        expected = torch.from_numpy(np.array(picture)).permute(2, 0, 1)
        assert (other.int() - expected.int()).abs().max() <= (name == "autocontrast")


@pytest.mark.parametrize("samples", [1, 4, 33])
def test_each_picture_is_changed_by_its_own_numbers_alone(samples):
    x = noise(samples, 3, 12, 12)
    u = torch.rand(samples, 9, generator=torch.Generator().manual_seed(2))
    for change in (
        functools.partial(changed_by_some, RandAugment(magnitude=20)),
        functools.partial(blurred, Blur()),
    ):
        whole = change(x, u)
        apart = torch.cat([change(x[i : i + 1], u[i : i + 1]) for i in range(samples)])
        assert (whole.int() - apart.int()).abs().max() <= 1  # rounded otherwise at most
