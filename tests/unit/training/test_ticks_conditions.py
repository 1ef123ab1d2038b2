"""Conditions come once, are remembered by the record, and can be repeated from it; so can hands."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from studio.runs.event_json import from_line, to_line
from studio.runs.history import History
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.course.fired import ticks_of
from studio.training.events import (
    EpochDone,
    FreezeChanged,
    RateChanged,
    StepDone,
    TickFired,
)
from studio.training.plan import read_plan
from studio.training.ticks.moments import Memory, Plateau, Reached
from studio.training.ticks.tick import tick_json
from tests.unit.training.test_ticks_running import digest
from tests.unit.training.ticking import TEN, Hasty, events, net, settings
from tests.unit.training.toys import made, pictures, running

EASED = {
    "at": {"type": "plateau", "patience": 1, "min_delta": 10.0, "times": 2, "part": "train"},
    "actions": [
        {"type": "rate", "mode": "times", "value": 0.5},
        {"type": "freeze", "paths": ["conv"]},
    ],
}


def fired(found: list[Any]) -> list[TickFired]:
    return [event for event in found if isinstance(event, TickFired)]


def test_a_plateau_comes_after_its_patience_and_waits_anew():
    plateau = Plateau(patience=2, min_delta=0.1, times=2)
    memory, came = Memory(), []
    for value in (3.0, 2.0, 1.95, 1.92, 1.91, 1.0, 0.99, float("nan"), 0.98, 0.97):
        memory, comes = plateau.followed(memory, value)
        came.append(comes)
    assert [index for index, comes in enumerate(came) if comes] == [3, 7]
    assert Memory.read(memory.written()) == memory


def test_larger_is_better_for_what_is_no_error():
    accuracy, memory = Plateau(metric="accuracy", patience=1), Memory()
    came = []
    for value in (0.5, 0.6, 0.7):
        memory, comes = accuracy.followed(memory, value)
        came.append(comes)
    assert came == [False, False, False]


def test_a_value_is_reached_once():
    above, memory = Reached(metric="accuracy", value=0.5), Memory()
    came = []
    for value in (0.5, 0.6, 0.4, 0.9):
        memory, comes = above.followed(memory, value)
        came.append(comes)
    assert came == [False, True, False, False]


def test_a_condition_takes_effect_from_the_step_after_its_epoch():
    found = list(events(made(net()), settings(ticks=[EASED])))
    assert [(event.step, event.origin) for event in fired(found)] == [
        (16, "condition"),
        (24, "condition"),
    ]
    plain = read_plan(settings(ticks=[]))
    scales = {event.step: event for event in found if isinstance(event, StepDone)}
    for step, scale in ((16, 1.0), (17, 0.5), (24, 0.5), (25, 0.25), (48, 0.25)):
        assert scales[step].learning_rate == scale * plain.learning_rate(step - 1, 48, 8)
    assert [event.step for event in found if isinstance(event, FreezeChanged)] == [16]


@pytest.mark.parametrize("cut", [8, 15, 16, 17, 23, 24, 25, 40])
def test_a_run_goes_on_bit_for_bit_around_conditions(tmp_path, cut):
    whole = made(net())
    straight = fired(list(events(whole, settings(ticks=[EASED]))))
    first = list(events(made(net()), settings(ticks=[EASED]), stop_at=cut, folder=tmp_path))
    again = made(net(), seed=4)
    second = list(events(again, settings(ticks=[EASED]), start=load(tmp_path, "last")))
    assert digest(again) == digest(whole)
    assert History().extend([*first, *second]).ticks == tuple(straight)


def test_a_run_that_gets_more_epochs_is_the_longer_run(tmp_path):
    """A condition that comes with the last epoch holds for those that are added."""
    constant = settings(ticks=[EASED], schedule="constant")
    whole = made(net())
    list(events(whole, constant))
    short = list(events(made(net()), constant | {"epochs": 2}, folder=tmp_path))
    assert [event.step for event in fired(short)] == [16]
    again = made(net(), seed=4)
    list(events(again, constant, start=load(tmp_path, "last")))
    assert digest(again) == digest(whole)


def test_a_planned_tick_that_came_stays_where_it_came_when_the_run_gets_longer(tmp_path):
    ticks = [
        {"at": {"type": "fraction", "at": 0.5}, "actions": [{"type": "freeze", "paths": ["conv"]}]}
    ]
    list(events(made(net()), settings(ticks=ticks, epochs=2), stop_at=10, folder=tmp_path))
    found = list(events(made(net()), settings(ticks=ticks), start=load(tmp_path, "last")))
    assert fired(found) == []
    assert [event.step for event in found if isinstance(event, FreezeChanged)] == [10]


def steered(folder: Any = None, stop_at: int | None = None) -> tuple[Any, list[Any]]:
    """Train with a hand on the reins: the rate twice, a layer frozen and thawed again."""
    control, network, found = Control(Hasty()), made(net()), []
    plan = settings(ticks=[EASED])
    for event in running(network, pictures(), control, **plan, folder=folder):
        found.append(event)
        if isinstance(event, StepDone):
            if event.step in {5, 29}:
                control.scale_rate(0.3)
            if event.step in {12, 30}:
                control.set_frozen({"hidden": event.step == 12, "norm": "statistics"})
            if event.step == stop_at:
                control.stop()
    return network, found


def test_a_run_changed_by_hand_is_repeated_from_its_record():
    network, found = steered()
    lines = [from_line(to_line(event)) for event in found]
    history = History().extend([event for event in lines if event is not None])
    assert [(t.step, t.origin) for t in history.ticks if t.origin == "hand"] == [
        (5, "hand"),
        (12, "hand"),
        (29, "hand"),
        (30, "hand"),
    ]
    assert [e.scale for e in found if isinstance(e, RateChanged)] == [0.3, 0.3 * 0.3]
    repeated = ticks_of(history.ticks, read_plan(settings(ticks=[EASED])).ticks)
    assert len(repeated) == 6
    again = made(net())
    second = list(events(again, settings(ticks=[tick_json(tick) for tick in repeated])))
    assert digest(again) == digest(network)
    assert all(event.origin == "planned" for event in fired(second))
    rates = [e.learning_rate for e in found if isinstance(e, StepDone)]
    assert [e.learning_rate for e in second if isinstance(e, StepDone)] == rates


@pytest.mark.parametrize("cut", [7, 12, 13, 28])
def test_what_was_done_by_hand_before_a_checkpoint_holds_after_it(tmp_path, cut):
    _network, first = steered(tmp_path, stop_at=cut)
    start = load(tmp_path, "last")
    assert start.step == cut
    again = made(net())
    second = list(events(again, settings(ticks=[EASED]), start=start))
    history = History().extend([*first, *second])
    hands = [came.step for came in history.ticks if came.origin == "hand"]
    assert hands == [step for step in (5, 12) if step <= cut]
    straight = made(net())
    ticks = ticks_of(history.ticks, read_plan(settings(ticks=[EASED])).ticks)
    list(events(straight, settings(ticks=[tick_json(tick) for tick in ticks])))
    assert digest(again) == digest(straight)


def test_a_change_by_hand_that_would_leave_nothing_to_learn_later_is_refused():
    ticks = [
        {"at": {"type": "epoch", "at": 3}, "actions": [{"type": "freeze", "paths": ["hidden"]}]}
    ]
    control = Control(Hasty())
    found = []
    others = {"conv": True, "norm": True, "scale": True, "last": True}
    for event in running(made(net()), pictures(), control, **settings(ticks=ticks)):
        found.append(event)
        if isinstance(event, EpochDone) and event.epoch == 1:
            control.set_frozen(others)
    assert "tick 1 (epoch 3)" in control.refusal
    assert found[-1].reason == "finished"
    assert [event.step for event in found if isinstance(event, FreezeChanged)] == [24]


def test_a_checkpoint_from_before_there_were_ticks_keeps_what_hand_had_changed(tmp_path):
    network, _found = steered(tmp_path, stop_at=20)
    start = load(tmp_path, "last")
    old = {name: fact for name, fact in start.facts.items() if name not in {"ticks", "bypassed"}}
    assert start.rate_scale == 0.3
    # the plateau came at step 16, which such a checkpoint could not have known
    marks = {path: mark for path, mark in start.frozen.items() if path != "conv"}
    ancient = replace(start, facts=old, frozen=marks)
    found = list(events(made(net()), settings(ticks=[]), start=ancient))
    changed = next(event for event in found if isinstance(event, FreezeChanged))
    assert (changed.step, changed.frozen) == (20, ("hidden",))
    plain = read_plan(settings(ticks=[]))
    first = next(event for event in found if isinstance(event, StepDone))
    assert first.learning_rate == 0.3 * plain.learning_rate(20, 48, 8)
    del network


def test_what_the_plan_has_taken_over_from_the_hand_counts_once(tmp_path):
    _network, first = steered(tmp_path, stop_at=14)
    ticks = ticks_of(History().extend(first).ticks, read_plan(settings(ticks=[EASED])).ticks)
    plan = settings(ticks=[tick_json(tick) for tick in ticks])
    again, straight = made(net()), made(net())
    rest = list(events(again, plan, start=load(tmp_path, "last")))
    list(events(straight, plan))
    assert digest(again) == digest(straight)
    rates = [event.learning_rate for event in rest if isinstance(event, StepDone)]
    assert rates[0] == 0.3 * read_plan(settings()).learning_rate(14, 48, 8)


def test_a_condition_that_comes_with_the_last_epoch_does_not_change_what_is_judged():
    late = {"at": {"type": "reached", "metric": "loss", "side": "below", "value": 1e9}}
    ticks = [late | {"actions": [{"type": "bypass", "paths": ["scale"]}]}]
    judged = list(events(made(net()), settings(ticks=ticks, epochs=1)))
    plain = list(events(made(net()), settings(ticks=[], epochs=1)))
    assert [event.step for event in fired(judged)] == [8]
    assert judged[-1].metrics == plain[-1].metrics


def replanned(at_step: int, ticks: list[Any], folder: Any = None) -> tuple[Any, Any, list[Any]]:
    """Train by one plan and go by other ticks once so many steps are done."""
    control, network, found = Control(Hasty()), made(net()), []
    for event in running(network, pictures(), control, **settings(), folder=folder):
        found.append(event)
        if isinstance(event, StepDone) and event.step == at_step:
            control.set_ticks(read_plan({"ticks": ticks}).ticks)
    return network, control, found


LATER = {"at": {"type": "step", "at": 20}, "actions": [{"type": "freeze", "paths": ["hidden"]}]}
AT_ONCE = {"at": {"type": "step", "at": 12}, "actions": [{"type": "rate", "value": 0.2}]}


def test_ticks_can_be_changed_while_the_run_goes_on():
    """What came stays: the run is the one that had been planned so from the start."""
    ticks = [*TEN[:3], AT_ONCE, LATER]
    network, control, found = replanned(12, ticks)
    straight = made(net())
    second = list(events(straight, settings(ticks=ticks)))
    assert control.refusal == ""
    assert [(e.step, e.origin) for e in fired(found)] == [(e.step, e.origin) for e in fired(second)]
    assert [e.step for e in fired(found)] == [0, 4, 9, 12, 20]
    assert digest(network) == digest(straight)


def test_a_tick_that_came_cannot_be_taken_back():
    network, _control, found = replanned(12, [*TEN[1:3], LATER])
    straight = made(net())
    list(events(straight, settings(ticks=[*TEN[:3], LATER])))
    assert digest(network) == digest(straight)
    assert [e.step for e in fired(found)] == [0, 4, 9, 20]


def test_a_run_whose_ticks_were_changed_goes_on_with_them(tmp_path):
    ticks = [*TEN[1:3], AT_ONCE, LATER, TEN[9]]
    network, _control, _found = replanned(12, ticks, tmp_path)
    start = load(tmp_path, "late")
    again = made(net())
    list(events(again, settings(ticks=[tick_json(t) for t in start.plan.ticks]), start=start))
    assert digest(again) == digest(network)


@pytest.mark.parametrize(
    ("ticks", "sentence"),
    [
        ([*TEN[:3], {"at": {"type": "step", "at": 5}, "actions": ["stop"]}], "step 5, but 12 are"),
        ([*TEN[:3], LATER | {"actions": ["freeze"]}], "nothing could learn"),
        (
            [{"at": {"type": "step", "at": 20}, "actions": [{"type": "freeze", "paths": ["x"]}]}],
            "x",
        ),
        ([LATER | {"actions": [{"type": "bypass", "paths": ["act"]}]}], "from the start"),
    ],
)
def test_ticks_that_cannot_be_followed_leave_the_run_as_it_was(ticks, sentence):
    network, control, found = replanned(12, ticks)
    assert sentence in control.refusal
    straight = made(net())
    list(events(straight, settings()))
    assert digest(network) == digest(straight)
    assert len(fired(found)) == 10


def test_a_step_that_failed_before_a_tick_is_found_before_the_tick_changes_anything(tmp_path):
    network, count = made(net()), itertools.count(1)
    network.last.weight.register_hook(
        lambda gradient: gradient if next(count) <= 9 else gradient * float("nan")
    )
    ticks = [{"at": {"type": "step", "at": 11}, "actions": [{"type": "freeze", "paths": ["last"]}]}]
    plan = settings(ticks=ticks, on_failure="stop")
    found = list(running(network, pictures(), Control(Still()), **plan, folder=tmp_path))
    assert (found[-1].reason, found[-1].step) == ("failed", 9)
    assert fired(found) == []
    start = load(tmp_path, "last")
    assert (start.step, start.frozen) == (9, {})
    assert "last.weight/exp_avg" in start.optimizer


class Still:
    """A clock that stands, so that nothing is reported but what has to be."""

    def __call__(self) -> float:
        return 0.0
