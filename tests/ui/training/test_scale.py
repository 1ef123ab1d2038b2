"""Do axes hold what is drawn, with few and round labels?"""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.training import scale

sizes = st.floats(1e-9, 1e9)


@given(st.floats(-1e6, 1e6), sizes)
def test_a_linear_axis_holds_the_values_with_a_few_even_labels(low, span):
    high = low + span
    found = scale.linear(low, high)
    room = 1e-6 * max(abs(low), abs(high), span)
    assert found.low <= low + room
    assert found.high >= high - room
    assert 2 <= len(found.ticks) <= 9
    places = [at for at, _text in found.ticks]
    gaps = [after - before for before, after in pairwise(places)]
    assert max(gaps) == pytest.approx(min(gaps), rel=1e-3, abs=room)


@given(st.floats(1e-9, 1e3), st.floats(1.01, 1e6))
def test_a_logarithmic_axis_holds_the_values(low, factor):
    found = scale.logarithmic(low, low * factor)
    assert found.low <= math.log10(low) + 1e-9
    assert found.high >= math.log10(low * factor) - 1e-9
    assert all(found.low <= at <= found.high for at, _text in found.ticks)


@pytest.mark.parametrize(
    ("ends", "labels"),
    [
        ((0, 2.6), ["0", "1", "2", "3"]),
        ((0, 0.37), ["0", "0.1", "0.2", "0.3", "0.4"]),
        ((0, 0.001), ["0", "2e-4", "4e-4", "6e-4", "8e-4", "1e-3"]),
    ],
)
def test_labels_are_round_and_short(ends, labels):
    assert [text for _at, text in scale.linear(*ends).ticks] == labels


def test_the_epoch_axis_grows_in_few_chunks_and_ends_with_the_run():
    highs = [scale.counted(reached / 10, 40).high for reached in range(401)]
    assert highs == sorted(highs)
    assert len(set(highs)) < 14
    assert highs[-1] == 40
    assert all(high >= reached / 10 for reached, high in enumerate(highs))


def test_an_axis_that_still_fits_is_kept_and_one_that_is_far_too_large_is_not():
    axis = scale.linear(0, 10)
    assert axis.holds(0, 9)
    assert not axis.holds(0, 11)
    assert not axis.holds(0, 1)


def test_labels_are_thinned_to_what_fits_side_by_side():
    ticks = tuple((float(place), str(place)) for place in range(20, 201, 20))
    assert scale.thinned(ticks, 600) == ticks
    few = scale.thinned(ticks, 170)
    assert [place for place, _text in few] == [40, 80, 120, 160, 200]
    assert len(scale.thinned(ticks, 1)) == 1
