"""Does a long curve keep its spikes when it is drawn with few points?"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.training.decimation import MOST_POINTS, decimated


@given(st.integers(1, 50_000), st.integers(0, 2**31))
def test_a_decimated_curve_is_short_and_keeps_its_extremes_and_its_ends(count, seed):
    y = np.random.default_rng(seed).normal(size=count)
    x = np.arange(count, dtype=float)
    thin_x, thin_y = decimated(x, y)
    assert len(thin_x) == len(thin_y) <= max(MOST_POINTS, 1)
    assert (np.diff(thin_x) >= 0).all()
    assert set(thin_y) <= set(y)
    assert thin_x[-1] == x[-1]
    if count % -(-count // (MOST_POINTS // 2 - 1)) == 0 or count <= MOST_POINTS:
        assert thin_y.min() == y.min()
        assert thin_y.max() == y.max()


def test_a_single_spike_in_a_hundred_thousand_points_stays_visible():
    y = np.zeros(100_000)
    y[54_321] = 9.0
    assert decimated(np.arange(100_000.0), y)[1].max() == 9.0
