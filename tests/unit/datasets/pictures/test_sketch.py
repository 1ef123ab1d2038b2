"""Are strokes brought to where trained digits are, wherever and however large they were drawn?"""

import numpy as np
import pytest

from studio.catalogue.shape import Shape
from studio.datasets.pictures.sketch import sketched

MNIST, SMALL = Shape(1, 28, 28), Shape(1, 8, 8)
HOOK = [[(0.3, 0.2), (0.6, 0.2), (0.4, 0.8)]]


def moved(scale: float, x: float, y: float) -> list[list[tuple[float, float]]]:
    return [[(px * scale + x, py * scale + y) for px, py in stroke] for stroke in HOOK]


def test_a_digit_has_its_weight_in_the_middle_and_room_around_it():
    pixels = sketched(HOOK, MNIST)[0].astype(float)
    rows, columns = np.mgrid[:28, :28]
    assert abs((pixels * rows).sum() / pixels.sum() - 13.5) < 0.5
    assert abs((pixels * columns).sum() / pixels.sum() - 13.5) < 0.5
    lit = np.flatnonzero(pixels.max(axis=1) > 30)
    assert 18 <= lit[-1] - lit[0] + 1 <= 21
    assert not pixels[0].any()
    assert not pixels[:, -1].any()


@pytest.mark.parametrize("place", [(0.5, 0.4, 0.1), (0.3, 0.0, 0.6), (1.2, -0.1, -0.1)])
def test_size_and_place_of_the_hand_do_not_matter(place):
    usual = sketched(HOOK, MNIST).astype(int)
    assert np.abs(sketched(moved(*place), MNIST).astype(int) - usual).mean() < 3


def test_small_digits_fill_their_square():
    lit = sketched(HOOK, SMALL)[0] > 60
    assert lit.any(axis=1).all()


def test_a_dot_stays_small():
    assert (sketched([[(0.5, 0.5), (0.5, 0.5)]], MNIST) > 60).sum() < 30


def test_strokes_can_stay_where_they_are_in_color_and_dark_on_light():
    pixels = sketched(HOOK, Shape(3, 40, 60), light_on_dark=False, centered=False)
    assert pixels.shape == (3, 40, 60)
    assert pixels[:, 8, 25].max() < 60
    assert pixels[:, -1, -1].min() == 255
