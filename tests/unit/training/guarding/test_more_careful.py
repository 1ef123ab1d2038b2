"""What a run does when its numbers break again after it went back."""

from typing import Any

import pytest

from studio.training.control import Control
from studio.training.course.fired import ticks_of
from studio.training.events import Broken, StepDone, TickFired
from studio.training.ticks.tick import tick_json
from tests.unit.training.guarding.test_recovery import PLAN, Poison, of, same
from tests.unit.training.ticking import Hasty
from tests.unit.training.toys import cnn, made, pictures, running


@pytest.mark.parametrize(
    ("recovery", "careful"),
    [
        ("halve", ["learning rate, 0.025,", "learning rate, 0.0125,"]),
        ("clip", ["to 1,", "to 0.5,"]),
    ],
)
def test_a_second_recovery_from_the_same_state_is_more_careful_still(
    recovery, careful, monkeypatch
):
    broken = Poison(monkeypatch, 1, 2).into(made(cnn()))
    plan = {**PLAN, "recovery": recovery}
    events = list(running(broken, pictures(), **plan))
    told = of(Broken, events)
    assert [broken.back_to for broken in told] == [0, 0]
    assert all(says in broken.message for says, broken in zip(careful, told, strict=True))
    if recovery == "halve":
        assert {done.learning_rate for done in of(StepDone, events)[-3:]} == {0.0125}


@pytest.mark.parametrize("mode", ["rate", "factor"])
def test_half_the_rate_stays_half_whatever_rates_ticks_set_after_the_good_state(mode, monkeypatch):
    own = {"type": "rate", "mode": "rate", "value": 0.01, "paths": ["last"]}
    ticks: list[dict[str, Any]] = [
        {
            "at": {"type": "step", "at": 5},
            "actions": [{"type": "rate", "mode": mode, "value": 0.2}],
        },
        {"at": {"type": "step", "at": 7}, "actions": [own]},
    ]
    plan: dict[str, Any] = {**PLAN, "ticks": ticks}
    broken = Poison(monkeypatch, 6, 9).into(made(cnn()))
    events = list(running(broken, pictures(), Control(Hasty()), **plan))
    assert [(b.step, b.back_to) for b in of(Broken, events)] == [(6, 4), (9, 8)]
    set_by_tick = 0.2 if mode == "rate" else 0.2 * 0.05
    rates = {done.step: done for done in of(StepDone, events)}  # of steps made again, the last
    assert rates[5].learning_rate == 0.05 / 2
    assert rates[6].learning_rate == set_by_tick / 2
    assert rates[8].layer_rates["last"] == 0.01 / 2
    assert rates[9].learning_rate == rates[16].learning_rate == set_by_tick / 4
    assert rates[16].layer_rates["last"] == 0.01 / 4
    hand = [event for event in of(TickFired, events) if event.origin == "hand"]
    repeated = [*ticks, *(tick_json(tick) for tick in ticks_of(hand))]
    monkeypatch.undo()
    again = made(cnn())
    list(running(again, pictures(), **{**plan, "ticks": repeated}))
    assert same(again, broken)


def test_rates_of_some_layers_are_multiplied_for_good_alone():
    lasting = {"type": "rate", "mode": "lasting", "value": 0.5, "paths": ["last"], "ramp": 1}
    sets = {"type": "rate", "mode": "rate", "value": 0.2}
    ticks = [
        {"at": {"type": "step", "at": 5}, "actions": [lasting]},
        {"at": {"type": "step", "at": 7}, "actions": [sets, {**sets, "paths": ["last"]}]},
    ]
    plan = {**PLAN, "ticks": ticks}
    events = list(running(made(cnn()), pictures(), Control(Hasty()), **plan))
    rates = {done.step: done for done in of(StepDone, events)}
    assert [rates[step].learning_rate for step in (5, 6, 7, 8)] == [0.05, 0.05, 0.05, 0.2]
    last = [rates[step].layer_rates["last"] for step in (5, 6, 7, 8, 16)]
    assert last == [0.05, 0.05 * 0.75, 0.05 * 0.5, 0.2 * 0.5, 0.2 * 0.5]
