"""The fold: curves, heat, epochs and the end, live or read back alike."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.runs.history import History
from studio.runs.series import Series
from studio.runs.smoothing import smoothed
from studio.training.events import CheckpointSaved, Event, FreezeChanged, RateChanged
from tests.unit.runs.events import ended, epoch, started, step


def run_to(steps: int) -> list[Event]:
    events: list[Event] = [started()]
    for number in range(1, steps + 1):
        events.append(step(number, 1 / number))
        if number % 10 == 0:
            events.append(epoch(number // 10))
    return events


def test_curves_hold_every_point() -> None:
    history = History().extend(run_to(25))

    assert history.steps.tolist() == list(range(1, 26))
    np.testing.assert_allclose(history.losses, 1 / np.arange(1, 26))
    np.testing.assert_allclose(history.epoch_points, np.arange(1, 26) / 10)
    assert set(history.rates) == {0.1}
    assert set(history.speeds) == {640.0}
    assert history.elapsed[-1] == 12.5
    assert [done.epoch for done in history.epochs] == [1, 2]


@given(st.lists(st.floats(0, 10) | st.just(math.nan), max_size=60), st.integers(1, 7))
def test_folding_one_by_one_equals_extending_in_pieces(losses: list[float], size: int) -> None:
    events: list[Event] = [started()]
    events += [step(n, loss) for n, loss in enumerate(losses, 1)]

    single = pieces = History()
    for event in events:
        single = single.folded(event)
    for start in range(0, len(events), size):
        pieces = pieces.extend(events[start : start + size])

    np.testing.assert_array_equal(single.curve.table, pieces.curve.table)


def test_an_older_history_stays_as_it_was() -> None:
    older = History().extend(run_to(5))
    kept = older.losses.copy()

    one, other = older.folded(step(6, 60.0)), older.folded(step(6, 66.0))

    assert len(older.losses) == 5
    np.testing.assert_array_equal(older.losses, kept)
    assert (one.losses[-1], other.losses[-1]) == (60.0, 66.0)
    with pytest.raises(ValueError, match="read-only"):
        one.losses[0] = 3


def test_heat_has_a_column_for_each_layer_and_gaps_for_frozen_ones() -> None:
    events: list[Event] = [
        started(),
        step(1, gradient_norms={"conv2d_1": 2.0, "linear_1": 3.0}, update_ratios={"conv2d_1": 0.1}),
        step(2),
        step(3, gradient_norms={"linear_1": 4.0}, update_ratios={"linear_1": 0.2}),
    ]

    history = History().extend(events)

    assert history.layers == ("conv2d_1", "linear_1")
    assert history.heat_steps.tolist() == [1, 3]
    np.testing.assert_array_equal(history.gradient_norms, [[2, 3], [math.nan, 4]])
    np.testing.assert_array_equal(history.update_ratios, [[0.1, math.nan], [math.nan, 0.2]])
    assert history.latest_ratios == {"linear_1": 0.2}


def test_progress_and_time_left_follow_the_speed() -> None:
    history = History().extend(run_to(25))

    assert history.step == 25
    assert history.progress == 0.25
    assert history.time_left_s == pytest.approx(75 / 10 * 320 / 640)


def test_nothing_is_known_of_nothing() -> None:
    history = History()

    assert (history.step, history.progress, history.time_left_s) == (0, 0.0, None)
    assert (history.metrics, history.confusion, history.latest_ratios) == ({}, (), {})


def test_the_end_speaks_last() -> None:
    history = History().extend(run_to(20))
    assert history.metrics["validation"]["accuracy"] == 0.7
    assert history.confusion == ((8, 2), (1, 9))

    history = history.folded(ended(at=20))

    assert history.metrics == {"test": {"accuracy": 0.75}}
    assert history.confusion == ((7, 3), (2, 8))
    assert history.step == 20
    assert history.time_left_s is None


def test_a_resumed_run_forgets_what_came_after_its_checkpoint() -> None:
    events = run_to(35)
    events += [FreezeChanged(3, ("conv2d_1",), 5), FreezeChanged(24, (), 9), RateChanged(24, 0.5)]
    events += [CheckpointSaved(20, "last"), ended("stopped", at=35)]
    heat = step(36, gradient_norms={"conv2d_1": 1.0}, update_ratios={"conv2d_1": 1.0})
    history = History().extend([*events, heat])

    again = history.folded(started(first_step=20)).folded(step(21, 9.0))

    assert again.ended is None
    assert again.steps.tolist() == list(range(1, 22))
    assert again.losses[-1] == 9.0
    assert history.losses[20] == pytest.approx(1 / 21)
    assert [done.step for done in again.epochs] == [10, 20]
    assert again.frozen == ("conv2d_1",)
    assert again.rate_changes == ()
    assert len(again.checkpoints) == 1
    assert len(again.heat) == 0


def test_the_smoothed_curve_starts_at_the_first_value_and_follows() -> None:
    curve = smoothed(None, 0, range(1, 6), [4.0] * 5, 20)

    assert curve == pytest.approx([4.0] * 5)
    noisy = smoothed(None, 0, range(1, 201), [1.0, 3.0] * 100, 20)
    assert abs(noisy[-1] - 2) < 0.15
    assert smoothed(2.0, 3, [4], [math.nan], 20) == [2.0]


def test_growing_by_one_is_cheap() -> None:
    series = Series(2)
    memories = set()
    for number in range(10_000):
        series = series.extended([(number, number)])
        memories.add(id(series.table.base))

    assert len(memories) < 12
    assert series.table[:, 0].tolist() == list(range(10_000))
