"""Which step lies in which epoch while batch sizes change; each sample is used once an epoch."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.analysis.analyze import analyze
from studio.errors import TrainingError
from studio.training.course.by_hand import by_hand
from studio.training.course.calendar import Calendar
from studio.training.course.course import Course
from studio.training.course.fired import Record
from studio.training.course.length import Samples
from studio.training.course.places import anchored_at
from studio.training.course.preview import preview
from studio.training.data.epochs import Epoch
from studio.training.plan import Plan, read_plan
from tests.unit.training.toys import chain, device_data, mlp, rows

SWITCH = {"type": "batch_size", "size": 5}
CHANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), max_size=5).map(sorted)
CALENDARS = st.builds(
    lambda samples, batch, epochs, pairs, changes: changed(
        Calendar.even(samples, min(batch, samples), epochs, pairs=pairs), changes
    ),
    *(st.integers(2, 40), st.integers(1, 40), st.integers(1, 6), st.booleans(), CHANGES),
)


def changed(calendar: Calendar, changes: list[tuple[int, int]]) -> Calendar:
    for step, size in changes:
        if step < calendar.total:
            calendar = calendar.changed(step, min(size, calendar.legs[0].samples))
    return calendar


def walked(calendar: Calendar) -> list[tuple[int, int]]:
    """Return epoch and position of every step, counted one by one."""
    return [(e, p) for e in range(calendar.epochs) for p in range(len(calendar.sizes(e)))]


@given(CALENDARS)
def test_every_sample_is_used_once_an_epoch_whatever_the_batch_sizes(calendar):
    samples, pairs = calendar.legs[0].samples, calendar.legs[0].pairs
    for epoch in range(calendar.epochs):
        sizes = calendar.sizes(epoch)
        assert len(sizes) == calendar.length(epoch)
        assert all(size > 0 for size in sizes)
        left = samples - sum(sizes)
        assert left == 0 or (pairs and left == 1)


@given(CALENDARS)
def test_steps_are_counted_through_epochs_of_different_lengths(calendar):
    assert [calendar.place(step) for step in range(calendar.total)] == walked(calendar)
    for epoch in range(calendar.epochs):
        assert calendar.place(calendar.start(epoch)) == (epoch, 0)
        sizes = calendar.sizes(epoch)
        for position, size in enumerate(sizes):
            step = calendar.start(epoch) + position
            assert size == calendar.batch(step) or position == len(sizes) - 1
            assert calendar.taken(step) == sum(sizes[:position])


@given(CALENDARS)
def test_time_runs_evenly_forward_and_is_whole_where_an_epoch_begins(calendar):
    done = [calendar.progress(step) for step in range(calendar.total + 1)]
    assert all(before < after for before, after in pairwise(done))
    assert [done[calendar.start(e)] for e in range(calendar.epochs + 1)] == list(
        range(calendar.epochs + 1)
    )


@given(CALENDARS, st.floats(0, 6))
def test_a_moment_comes_at_the_nearest_step(calendar, moment):
    moment = min(moment, float(calendar.epochs))
    step = calendar.when(moment)
    assert 0 <= step <= calendar.total
    away = abs(calendar.progress(step) - moment)
    for other in (step - 1, step + 1):
        if 0 <= other <= calendar.total:
            assert away <= abs(calendar.progress(other) - moment) + 1e-9
    if calendar.is_even:
        assert step == round(moment * calendar.length(0))


@given(CALENDARS, st.integers(0, 60), st.integers(1, 40))
def test_what_comes_later_moves_nothing_before_it(calendar, step, size):
    first = max(step, calendar.legs[-1].step)
    later = changed(calendar, [(first, size)])
    for earlier in range(min(first, calendar.total) + 1):
        assert later.place(earlier) == calendar.place(earlier)
        assert later.progress(earlier) == pytest.approx(calendar.progress(earlier))
    for earlier in range(min(first, calendar.total)):
        assert later.evened(earlier) == calendar.evened(earlier)
        assert later.batch(earlier) == calendar.batch(earlier)


@settings(max_examples=60)
@given(
    samples=st.integers(2, 50),
    batch=st.integers(1, 50),
    hands=st.lists(st.tuples(st.integers(1, 30), st.integers(1, 50)), max_size=4),
    planned=st.lists(st.tuples(st.floats(0, 3), st.integers(1, 50)), max_size=3),
)
def test_batches_of_a_steered_run_hold_each_sample_once_an_epoch(samples, batch, hands, planned):
    """As the trainer does it: an epoch is cut anew after each change, and goes on where it was."""
    data = device_data(rows(samples), 0, 0)
    ticks = [
        {"at": {"type": "epoch", "at": at}, "actions": [SWITCH | {"size": min(size, samples)}]}
        for at, size in planned
    ]
    plan = read_plan({"epochs": 3, "batch_size": min(batch, samples), "ticks": ticks})
    course = Course(plan, mlp(), Samples(samples))
    step, by_step = 0, dict(hands)
    for number in range(plan.epochs):
        position, seen = 0, []
        while position < course.calendar.length(number):
            if step in by_step:
                came = by_hand(step, {}, batch_size=min(by_step[step], samples))
                course = course.recorded(Record((*course.record.fired, came)))
            epoch = Epoch(data, plan, number, steps=course.calendar.sizes(number))
            seen += epoch._rows[position].tolist()
            assert len(epoch._rows[position]) == course.calendar.sizes(number)[position]
            step, position = step + 1, position + 1
        assert sorted(seen) == list(range(samples))
    assert step == course.total


def test_a_change_by_hand_makes_the_rates_that_the_same_change_makes_if_planned():
    plan = read_plan({"epochs": 6, "batch_size": 8, "schedule": {"type": "one_cycle"}})
    hand = Course(plan, mlp(), Samples(60), Record((by_hand(11, {}, batch_size=5),)))
    tick = {"at": {"type": "step", "at": 11}, "actions": [SWITCH]}
    planned = Course(plan.changed(ticks=[tick]), mlp(), Samples(60))
    even = Course(plan, mlp(), Samples(60))
    assert hand.total == planned.total == 11 + 8 + 4 * 12
    for step in range(hand.total):
        assert hand.at(step).rates == planned.at(step).rates
    for step in range(11):
        assert hand.at(step).rate == even.at(step).rate
    for epoch in range(2, 6):  # the schedule follows the epochs, whatever steps they have
        there = hand.at(hand.calendar.start(epoch)).rate
        assert there == pytest.approx(even.at(8 * epoch).rate)
    ends = [c.at(c.total - 1).rate for c in (hand, even)]
    assert ends[0] == pytest.approx(ends[1], abs=1e-6)


def test_moments_of_ticks_follow_the_ticks_before_them():
    ticks = [
        {"at": {"type": "fraction", "at": 0.5}, "actions": ["save"]},
        {"at": {"type": "epoch", "at": 1.5}, "actions": [SWITCH | {"size": 4}]},
        {"at": {"type": "epoch", "at": 1.75}, "actions": [SWITCH | {"size": 16}]},
        {"at": {"type": "epoch", "at": 3}, "actions": ["stop"]},
    ]
    found = Course(read_plan({"epochs": 4, "batch_size": 8, "ticks": ticks}), mlp(), Samples(64))
    # 12 steps, then 32 samples in fours of which the half, then 16 in one, then fours of sixteen
    assert found.moments == {1: 12, 2: 16, 0: 17, 3: 21}
    assert found.total == 25
    assert found.calendar.sizes(1) == [8, 8, 8, 8, 4, 4, 4, 4, 16]


def test_a_ramp_told_in_epochs_is_measured_in_those_of_its_own_batch_size():
    ramp = {"type": "rate", "value": 0.0, "ramp": 1, "unit": "epochs"}
    tick = {"at": {"type": "epoch", "at": 1}, "actions": [SWITCH | {"size": 4}, ramp]}
    found = Course(read_plan({"epochs": 4, "batch_size": 8, "ticks": [tick]}), mlp(), Samples(64))
    assert [found.at(step).rate for step in (23, 24)] == [pytest.approx(1e-3 / 17), 0.0]


def test_a_batch_size_that_cannot_be_is_refused_in_a_sentence():
    tick = {"name": "late", "at": "epoch", "actions": [SWITCH | {"size": 65}]}
    plan = read_plan({"epochs": 4, "batch_size": 8, "ticks": [tick]})
    with pytest.raises(TrainingError) as refusal:
        preview(plan, analyze(mlp()), Samples.of(64, mlp()))
    assert "sets the batch size 65, but there are only 64 training samples" in str(refusal.value)
    assert "“late”" in str(refusal.value)


def test_a_run_goes_on_by_another_batch_size_with_the_samples_it_has_left():
    plan = Plan(epochs=4, batch_size=8)
    before = Course(plan, mlp(), Samples(60))
    asked = Course(plan.changed(batch_size=20), mlp(), Samples(60))
    same = anchored_at(before, before, 11, 1, 3)
    assert same is before
    found = anchored_at(asked, before, 11, 1, 3)
    assert found.calendar.sizes(1)[3:] == [20, 16]
    assert sum(found.calendar.sizes(1)) == 60
    assert found.calendar.length(1) == 5
    assert found.calendar.start(2) == 13
    assert found.total == 13 + 2 * 3
    again = anchored_at(found, found, 12, 1, 4)
    assert again is found


def test_networks_that_normalize_leave_out_a_single_sample():
    graph = chain(
        row=("input", {"sample": (4,)}),
        norm=("batch_norm1d", {}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )
    tick = {"at": {"type": "step", "at": 2}, "actions": [SWITCH | {"size": 7}]}
    plan = read_plan({"epochs": 2, "batch_size": 8, "ticks": [tick]})
    found = Course(plan, graph, Samples.of(31, graph))
    assert found.calendar.sizes(0) == [8, 8, 7, 7]
    assert found.calendar.sizes(1) == [7, 7, 7, 7, 3]
    assert sum(found.calendar.sizes(0)) == 30
