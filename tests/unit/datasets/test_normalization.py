"""Normalization: learned from the training part only."""

import json

import numpy as np
import pytest

from studio.datasets.builtin import Diabetes, Digits
from studio.datasets.dataset import Dataset, Split
from studio.datasets.normalization import Normalization, Scaling
from studio.datasets.split import split


def test_the_training_part_gets_mean_zero_and_deviation_one() -> None:
    source = Diabetes()
    dataset = source.load()
    parts = split(dataset, source)

    scaling = Scaling.fitted(dataset, parts)

    assert scaling.inputs is not None
    assert scaling.targets is not None
    for values, normalization in (
        (dataset.inputs, scaling.inputs),
        (dataset.targets, scaling.targets),
    ):
        train = normalization.applied(values[parts.train])
        np.testing.assert_allclose(train.mean(axis=0), 0, atol=1e-4)
        np.testing.assert_allclose(train.std(axis=0), 1, atol=1e-4)


def test_other_parts_leave_no_trace() -> None:
    inputs = np.array([[0.0], [2.0], [1000.0]], dtype=np.float32)
    dataset = Dataset("toy", inputs, np.array([0, 1, 1]), ("a", "b"))

    scaling = Scaling.fitted(dataset, Split(np.array([0, 1]), np.array([2]), np.array([2])))

    assert scaling == Scaling(Normalization((1.0,), (1.0,)))


def test_a_column_that_does_not_vary_stays_finite() -> None:
    values = np.full((5, 1), 0.1, dtype=np.float32)
    values[2] = np.nextafter(values[2], np.float32(1))  # rounding is not variation

    assert Normalization.fitted(values).std == (1.0,)
    assert np.abs(Normalization.fitted(values).applied(values)).max() < 1e-6


def test_pixels_are_measured_like_any_other_numbers() -> None:
    pixels = Digits().load().inputs

    normalization = Normalization.fitted(pixels)

    assert normalization.mean[0] == pytest.approx(pixels.mean(dtype=np.float64), rel=1e-12)
    assert normalization.std[0] == pytest.approx(pixels.std(dtype=np.float64), rel=1e-9)


def test_channels_are_normalized_one_by_one() -> None:
    pixels = np.zeros((2, 3, 2, 2), dtype=np.uint8)
    pixels[0, 1], pixels[:, 2] = 100, 7

    assert Normalization.fitted(pixels) == Normalization((0.0, 50.0, 7.0), (1.0, 50.0, 1.0))


def test_ids_are_left_alone() -> None:
    dataset = Dataset("toy", np.zeros((4, 3), dtype=np.int64), np.array([0, 1, 0, 1]), ("a", "b"))

    assert Scaling.fitted(dataset, Split(*[np.array([0, 1])] * 3)) == Scaling()


def test_json_brings_the_same_numbers_back() -> None:
    scaling = Scaling(Normalization((1 / 3,), (0.1,)), None)

    assert Scaling.from_json(json.loads(json.dumps(scaling.to_json()))) == scaling


@pytest.mark.parametrize(
    "broken",
    [{}, {"inputs": 3, "targets": None}, {"inputs": {"mean": [1], "std": [0]}, "targets": None}],
)
def test_json_that_is_none_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Scaling.from_json(broken)


def test_columns_of_a_series_are_normalized_each_over_all_its_times() -> None:
    inputs = np.random.default_rng(0).normal([5, -300], [1, 40], (50, 7, 2)).astype(np.float32)
    dataset = Dataset("series", inputs, np.zeros((50, 1), np.float32), channels=2)
    parts = Split(np.arange(40), np.arange(40, 45), np.arange(45, 50))

    scaling = Scaling.fitted(dataset, parts)

    assert scaling.inputs is not None
    assert scaling.inputs.axis == 2
    train = scaling.inputs.applied(inputs[parts.train])
    np.testing.assert_allclose(train.mean((0, 1)), 0, atol=1e-4)
    np.testing.assert_allclose(train.std((0, 1)), 1, atol=1e-4)
    assert Scaling.from_json(json.loads(json.dumps(scaling.to_json()))) == scaling
    assert "axis" not in json.dumps(Scaling(Normalization((1.0,), (1.0,))).to_json())
