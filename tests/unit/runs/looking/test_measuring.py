"""The figures of a layer are those of all its numbers, also where only some can be shown."""

import numpy as np
import torch

from studio.runs.looking.measuring import attention_of, measured


def test_figures_are_those_of_numpy():
    x = torch.randn(5, 6, 7).relu()
    x[2] = 0
    found = measured(x)
    numbers = x.numpy()
    assert found.kind == "maps"
    assert np.array_equal(found.values, numbers)
    figures = found.figures
    assert figures.shape == (5, 6, 7)
    assert np.isclose(figures.mean, numbers.mean())
    assert np.isclose(figures.std, numbers.std())
    assert (figures.low, figures.high) == (numbers.min(), numbers.max())
    assert np.isclose(figures.zeros, (numbers == 0).mean())
    assert (figures.silent, figures.units) == (1, 5)
    expected = np.histogram(numbers, 40, (numbers.min(), numbers.max()))[0]
    assert figures.counts.sum() == expected.sum() == numbers.size
    assert np.abs(figures.counts - expected).max() <= 1  # at the edges of steps


def test_many_and_large_maps_are_cut_down_and_it_is_told():
    x = torch.rand(100, 513, 300)
    found = measured(x, first=64)
    assert found.values.shape == (36, 171, 100)
    assert (found.first, found.factor, found.units) == (64, 3, 100)
    assert np.isclose(found.values[0, 0, 0], x[64, :3, :3].mean())
    assert np.isclose(found.figures.mean, x.mean())


def test_steps_lie_where_the_layer_has_them():
    x = torch.randn(4, 9)
    assert np.array_equal(measured(x).values, x.numpy())
    assert measured(x).units == 9
    signal = measured(x, channels_first=True)
    assert np.array_equal(signal.values, x.T.numpy())
    assert signal.units == 4


def test_long_sequences_are_means_of_steps():
    x = torch.randn(1025, 3)
    found = measured(x)
    assert (len(found.values), found.factor) == (342, 3)
    assert np.allclose(found.values[0], x[:3].mean(0), atol=1e-6)
    assert np.allclose(found.values[-1], x[1023:].mean(0), atol=1e-6)


def test_what_is_not_finite_is_counted_and_left_out():
    found = measured(torch.tensor([1.0, float("nan"), 3.0, float("inf")]))
    assert found.kind == "vector"
    assert (found.figures.broken, found.figures.mean) == (2, 2.0)


def test_channels_may_come_last():
    x = torch.randn(7, 7, 12)
    assert np.array_equal(measured(x).values, x.permute(2, 0, 1).numpy())
    assert measured(torch.randn(3, 8, 8)).values.shape == (3, 8, 8)


def test_slices_of_a_volume_are_maps():
    assert measured(torch.randn(2, 3, 4, 5)).values.shape == (6, 4, 5)


def test_long_looks_are_means():
    weights = torch.rand(1, 2, 600, 600)
    found = attention_of(weights)
    assert (found.factor, found.steps, found.seen, found.heads) == (3, 600, 600, 2)
    assert np.isclose(found.weights[0, 1, 0, 0], weights[0, 1, :3, :3].mean())
