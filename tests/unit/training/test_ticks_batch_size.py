"""A run whose batch size changes on the way: as previewed, as recorded, and bit for bit again."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from studio.runs.history import History
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.course.fired import ticks_of
from studio.training.events import EpochDone, LengthChanged, Started, StepDone, TickFired
from studio.training.plan import read_plan
from studio.training.ticks.tick import tick_json
from tests.unit.training.test_ticks_running import digest, steps
from tests.unit.training.ticking import MOMENTUM, TEN, Hasty, Seen, events, foreseen, net, settings
from tests.unit.training.toys import made, pictures, running


def sized(number: int, size: int) -> dict[str, Any]:
    tick: Any = TEN[number]
    return {**tick, "actions": [*tick["actions"], {"type": "batch_size", "size": size}]}


SIZED = [*TEN[:2], sized(2, 20), *TEN[3:6], sized(6, 3), *TEN[7:9], sized(9, 64)]
"""Ten ticks, of which three switch the batch size, all of them inside an epoch."""
NUMBERS = dict.fromkeys(range(10))


def test_ten_ticks_with_other_batch_sizes_train_as_previewed_at_every_step(sizes):
    network, plan = made(net()), settings(ticks=SIZED)
    before = foreseen(net(), plan)
    with Seen(network) as seen:
        found = list(events(network, plan))
    assert [event.step for event in steps(found)] == list(range(1, before.steps + 1))
    for event in steps(found):
        step = event.step - 1
        assert event.learning_rate == before.rate(step)
        expected = before.layer_rates(step)
        assert {**expected, **event.layer_rates} == expected
        assert event.epoch == pytest.approx(before.course.calendar.progress(step + 1))
        moving = {name.partition(".")[0] for name in seen.moving[step]}
        assert moving == before.span(step).trained
    calendar = before.course.calendar
    assert sizes == [size for epoch in range(6) for size in calendar.sizes(epoch)]
    assert {3, 8, 20} <= set(sizes)
    done = [event.step for event in found if isinstance(event, EpochDone)]
    assert done == [calendar.start(epoch) for epoch in range(1, 7)]
    assert (found[0].steps, found[0].steps_per_epoch) == (before.steps, 8)
    assert before.steps != 48
    assert not [event for event in found if isinstance(event, LengthChanged)]


def test_a_run_of_other_batch_sizes_goes_on_bit_for_bit_around_every_tick(tmp_path):
    whole, plan = made(net()), settings(MOMENTUM, ticks=SIZED)
    straight = steps(list(events(whole, plan)))
    moments = foreseen(net(), plan).course.moments
    assert moments.keys() == NUMBERS.keys()
    for cut in sorted({m + more for m in moments.values() for more in (-1, 0, 1)} - {-1, 0}):
        folder = tmp_path / str(cut)
        first = list(events(made(net()), plan, stop_at=cut, folder=folder))
        assert (first[-1].reason, first[-1].step) == ("stopped", cut)
        again, start = made(net(), seed=99), load(folder, "last")
        assert start.facts["anchor"] is None
        second = list(events(again, plan, start=start))
        losses = [event.loss for event in (*steps(first), *steps(second))]
        assert losses == [event.loss for event in straight], cut
        assert digest(again) == digest(whole), cut


def steered(stop_at: int | None = None, folder: Any = None) -> tuple[Any, list[Any], Control]:
    """Train evenly, but ask for other batch sizes by hand after steps 5 and 13."""
    control, network, found = Control(Hasty()), made(net()), []
    plan = settings(MOMENTUM, ticks=TEN[:2])
    for event in running(network, pictures(), control, **plan, folder=folder):
        found.append(event)
        if isinstance(event, StepDone) and event.step in {5, 13}:
            control.set_batch_size({5: 24, 13: 5}[event.step])
        if isinstance(event, StepDone) and event.step == stop_at:
            control.stop()
    return network, found, control


def test_a_batch_size_set_by_hand_is_recorded_and_repeated_exactly(sizes):
    network, found, control = steered()
    assert control.refusal == ""
    seen, history = list(sizes), History().extend(found)
    came = [event for event in found if isinstance(event, TickFired) and event.origin == "hand"]
    assert [(event.step, event.tick["actions"][0]["size"]) for event in came] == [(5, 24), (13, 5)]
    ticks = ticks_of(history.ticks, read_plan({"ticks": TEN[:2]}).ticks)
    again = made(net())
    sizes.clear()
    second = list(events(again, settings(MOMENTUM, ticks=[tick_json(tick) for tick in ticks])))
    assert sizes == seen
    assert digest(again) == digest(network)
    rates = [[event.learning_rate for event in steps(each)] for each in (found, second)]
    assert rates[0] == rates[1]
    assert second[0].steps == len(seen)


def test_the_window_hears_how_long_a_run_is_now():
    _network, found, _control = steered()
    assert found[0].steps == 48
    told = [event for event in found if isinstance(event, LengthChanged)]
    assert [event.step for event in told] == [5, 13]
    assert told[-1].steps == found[-1].step
    history = History().extend(found[:-1])
    assert (history.total, history.progress) == (found[-1].step, 1.0)
    assert history.time_left_s == 0.0
    done = [event for event in found if isinstance(event, EpochDone)]
    places = history.epochs_at(np.array([event.step for event in done]))
    assert places.tolist() == pytest.approx([1, 2, 3, 4, 5, 6])


@pytest.mark.parametrize("cut", [4, 5, 6, 7, 12, 13, 14, 30])
def test_a_run_whose_batch_size_was_set_by_hand_goes_on_bit_for_bit(tmp_path, cut):
    whole, found, _control = steered()
    _network, first, _control = steered(cut, tmp_path)
    start, again = load(tmp_path, "last"), made(net(), seed=7)
    assert start.step == cut
    if cut >= 14:
        second = list(events(again, settings(MOMENTUM, ticks=TEN[:2]), start=start))
        assert digest(again) == digest(whole)
        losses = [event.loss for event in (*steps(first), *steps(second))]
        assert losses == [event.loss for event in steps(found)]
        assert second[0].steps == steps(found)[-1].step
    else:  # the hand of the second run does nothing any more
        ticks = ticks_of(History().extend(first).ticks, read_plan({"ticks": TEN[:2]}).ticks)
        plan = settings(MOMENTUM, ticks=[tick_json(tick) for tick in ticks])
        straight = made(net())
        list(events(straight, plan))
        list(events(again, settings(MOMENTUM, ticks=TEN[:2]), start=start))
        assert digest(again) == digest(straight)


def test_a_batch_size_that_does_not_fit_is_refused_and_changes_nothing():
    control, network, found = Control(Hasty()), made(net()), []
    for event in running(network, pictures(), control, **settings()):
        found.append(event)
        if isinstance(event, StepDone) and event.step == 12:
            control.set_batch_size(65)
    assert "batch size 65, but there are only 64 training samples" in control.refusal
    straight = made(net())
    list(events(straight, settings()))
    assert digest(network) == digest(straight)


def test_ticks_set_on_the_way_change_the_length_at_once():
    control, network, found = Control(Hasty()), made(net()), []
    late = {"at": {"type": "epoch", "at": 4.5}, "actions": [{"type": "batch_size", "size": 4}]}
    ticks = [*TEN[:3], late]
    for event in running(network, pictures(), control, **settings()):
        found.append(event)
        if isinstance(event, StepDone) and event.step == 12:
            control.set_ticks(read_plan({"ticks": ticks}).ticks)
    assert control.refusal == ""
    told = [event for event in found if isinstance(event, LengthChanged)]
    assert told == [LengthChanged(12, 36 + 8 + 16)]
    straight = made(net())
    list(events(straight, settings(ticks=ticks)))
    assert digest(network) == digest(straight)


def test_a_run_that_goes_on_by_another_batch_size_uses_what_its_epoch_has_left(tmp_path, sizes):
    plan = settings(MOMENTUM, ticks=[])
    list(events(made(net()), plan, stop_at=11, folder=tmp_path))
    sizes.clear()
    other, folder = plan | {"batch_size": 16}, tmp_path / "on"
    whole = made(net(), seed=1)
    found = list(events(whole, other, start=load(tmp_path, "last")))
    assert sizes == [16, 16, 8, *[16, 16, 16, 16] * 4]
    assert isinstance(found[0], Started)
    assert (found[0].first_step, found[0].steps) == (11, 30)
    done = [event.step for event in found if isinstance(event, EpochDone)]
    assert done == [14, 18, 22, 26, 30]
    for cut in (12, 14, 17):
        start = load(tmp_path, "last")
        list(events(made(net()), other, start=start, stop_at=cut, folder=folder))
        again = made(net(), seed=2)
        list(events(again, other, start=load(folder, "last")))
        assert digest(again) == digest(whole), cut


def test_checkpoints_from_before_batch_sizes_could_change_are_read(tmp_path):
    whole, plan = made(net()), settings(MOMENTUM, ticks=TEN)
    list(events(whole, plan))
    list(events(made(net()), plan, stop_at=21, folder=tmp_path))
    start = load(tmp_path, "last")
    old = {name: fact for name, fact in start.facts.items() if name != "anchor"}
    again = made(net(), seed=3)
    list(events(again, plan, start=replace(start, facts=old)))
    assert digest(again) == digest(whole)


def half_way(*actions: dict[str, Any], epochs: float = 0.5) -> dict[str, Any]:
    return {"at": {"type": "epoch", "at": epochs}, "actions": list(actions)}


SMALLER: dict[str, Any] = {"type": "batch_size", "size": 3}
MOVING = [
    half_way(SMALLER),
    {"at": {"type": "step", "at": 1}, "actions": [{"type": "batch_size", "size": 64}]},
    half_way({"type": "rate", "value": 0.5}),
    half_way({"type": "rate", "value": 0.25}, epochs=0.6),
]
"""The second moves the first onto its own step, which lets the third come later than that."""


def told(found: list[Any]) -> list[tuple[int, int]]:
    return [(event.step, event.number) for event in found if isinstance(event, TickFired)]


def test_ticks_that_move_others_onto_their_step_come_as_previewed(tmp_path):
    plan = settings(ticks=MOVING)
    before = foreseen(net(), plan)
    whole = made(net())
    found = list(events(whole, plan))
    placed = [(step, fired.number) for step, _order, fired in before.course.placed]
    assert placed[:2] == [(1, 1), (1, 0)]
    assert told(found) == placed
    assert found[-1].step == before.steps
    for cut in (1, 2):
        first = list(events(made(net()), plan, stop_at=cut, folder=tmp_path))
        again = made(net())
        second = list(events(again, plan, start=load(tmp_path, "last")))
        history = History().extend([*first, *second])
        assert [(event.step, event.number) for event in history.ticks] == placed
        assert digest(again) == digest(whole)


def test_a_tick_that_hand_moves_onto_the_step_under_way_is_told():
    control, network, found = Control(Hasty()), made(net()), []
    ticks = [half_way({"type": "freeze", "paths": ["conv"]}, epochs=0.3)]
    for event in running(network, pictures(), control, **settings(ticks=ticks)):
        found.append(event)
        if isinstance(event, StepDone) and event.step == 1:
            control.set_batch_size(64)
    assert told(found) == [(1, -1), (1, 0)]


def test_memory_is_foreseen_for_the_largest_batch():
    assert read_plan({"batch_size": 8, "ticks": SIZED}).largest_batch == 64
    assert read_plan({"batch_size": 80, "ticks": SIZED}).largest_batch == 80
    assert read_plan({"batch_size": 8}).largest_batch == 8
