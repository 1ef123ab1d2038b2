"""How a run goes on after its numbers broke: what is told, kept, repeated and resumed."""

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from studio.runs.event_json import from_line, to_line
from studio.runs.history import History
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.course.fired import ticks_of
from studio.training.events import Broken, Ended, RateChanged, StepDone, TickFired
from studio.training.guarding.good import LastGood
from studio.training.guarding.recovery import Recovery
from studio.training.plan import read_plan
from studio.training.session import Session
from studio.training.ticks.tick import tick_json
from studio.training.trainer import train
from tests.unit.training.ticking import Hasty
from tests.unit.training.toys import (
    Ticking,
    chain,
    cnn,
    device_data,
    made,
    mlp,
    numbers,
    pictures,
    rows,
    running,
)

PER_EPOCH = 4
PLAN: dict[str, Any] = {
    "epochs": 4,
    "batch_size": 16,
    "optimizer": {"type": "sgd", "momentum": 0.9},
}


class Poison:
    """Breaks gradients while a run is at certain steps."""

    def __init__(self, monkeypatch: Any, *steps: int) -> None:
        begin = Recovery.begin
        self.updates: list[int] = []

        def begun(recovery: Recovery) -> None:
            begin(recovery)
            self._is_on = recovery._session.place.step in steps
            self.updates.append(recovery._session.place.step)

        self._is_on = False
        monkeypatch.setattr(Recovery, "begin", begun)

    def into(self, network: Any) -> Any:
        network.last.weight.register_hook(lambda g: g * math.nan if self._is_on else g)
        return network


def of(kind: type, events: list[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def same(one: Any, other: Any) -> bool:
    return all(torch.equal(other.state_dict()[k], v) for k, v in one.state_dict().items())


@pytest.mark.parametrize("recovery", ["halve", "clip"])
@pytest.mark.parametrize(("step", "back"), [(2, 0), (6, 4)])
def test_the_record_of_a_recovery_repeats_it_exactly(recovery, step, back, monkeypatch):
    broken = Poison(monkeypatch, step).into(made(cnn()))
    # Adam begins to remember in its first step, of which nothing must be left
    optimizer = "adam" if back == 0 else PLAN["optimizer"]
    plan = {**PLAN, "recovery": recovery, "optimizer": optimizer}
    events = list(running(broken, pictures(), **plan))
    (told,) = of(Broken, events)
    assert (told.step, told.back_to, told.attempt) == (step, back, 1)
    assert (told.where, told.cause, told.layer) == ("gradient", "layer", "last")
    assert told.action == ("rate" if recovery == "halve" else "clip")
    ticks = [tick_json(tick) for tick in ticks_of(of(TickFired, events))]
    assert [action["type"] for tick in ticks for action in tick["actions"]] == [
        "rate" if recovery == "halve" else "clip",
        "skip",
    ]
    network = made(cnn())
    monkeypatch.undo()
    again = list(running(network, pictures(), **plan, ticks=ticks))
    assert of(Broken, again) == []
    assert same(broken, network)
    plain = made(cnn())
    list(running(plain, pictures(), **plan))
    assert not same(plain, network)


def test_the_rate_is_halved_and_told(monkeypatch):
    events = list(running(Poison(monkeypatch, 6).into(made(cnn())), pictures(), **PLAN))
    assert of(RateChanged, events) == [RateChanged(4, 0.5)]
    rates = [event.learning_rate for event in of(StepDone, events)]
    assert set(rates) == {0.05, 0.025}
    (told,) = of(Broken, events)
    assert "half the learning rate, 0.025, without that batch" in told.message
    assert "step 7" in told.message


def test_a_history_shows_the_run_as_it_went_on(monkeypatch):
    network = Poison(monkeypatch, 6, 7, 13).into(made(cnn()))
    events = list(running(network, pictures(), Control(Hasty()), **PLAN))
    history = History().extend(events)
    steps = history.steps.tolist()
    assert steps == sorted(set(steps))
    assert {6, 7, 13} == {broken.step for broken in history.breaks}
    assert not {7, 8, 14} & set(steps), "a batch that was left out has no loss"
    assert [done.epoch for done in history.epochs] == [1, 2, 3, 4]
    assert len(history.ticks) == 3
    folded = History()
    for event in events:
        folded = folded.folded(from_line(to_line(event)))  # type: ignore[arg-type]
    assert folded.breaks == history.breaks
    assert folded.steps.tolist() == steps
    assert folded.ticks == history.ticks


@pytest.mark.parametrize("stop", [6, 9])
def test_a_resumed_run_knows_what_was_left_out(monkeypatch, tmp_path, stop):
    whole = Poison(monkeypatch, 7).into(made(cnn()))
    list(running(whole, pictures(), **PLAN))
    control, half = Control(Hasty()), Poison(monkeypatch, 7).into(made(cnn()))
    broken = False
    for event in running(half, pictures(), control, **PLAN, folder=tmp_path):
        broken = broken or isinstance(event, Broken)
        if broken and isinstance(event, StepDone) and event.step == stop:
            control.stop()
    start = load(tmp_path, "last")
    assert start.step == stop
    network = made(cnn())
    told = list(running(network, pictures(), **PLAN, start=start))
    assert of(Broken, told) == []
    assert same(whole, network)


def test_what_was_done_by_hand_since_the_copy_still_holds(monkeypatch):
    monkeypatch.setattr(Recovery, "renew", lambda _self: None)
    control = Control(Hasty())
    network = Poison(monkeypatch, 7).into(made(cnn()))
    done = False
    events = []
    for event in running(network, pictures(), control, **PLAN):
        events.append(event)
        if isinstance(event, StepDone) and event.step == 5 and not done:
            done = True
            control.scale_rate(0.1)
            control.set_frozen({"conv": True})
    assert of(Broken, events)[0].back_to == 4
    assert of(StepDone, events)[-1].learning_rate == pytest.approx(0.05 * 0.1 * 0.5)
    history = History().extend(events)
    assert history.frozen == ("conv",)
    assert len(history.ticks) == 3
    assert of(Ended, events)[0].reason == "finished"


def test_whoever_is_asked_may_change_the_rate_and_go_on(monkeypatch):
    class Answering(Control):
        asked = 0

        def wait_while_paused(self, at_most: float | None = None) -> float:
            self.asked += 1
            self.scale_rate(0.5)
            self.resume()
            return super().wait_while_paused(at_most)

    control = Answering(Ticking(), attended=True)
    network = Poison(monkeypatch, 5, 6, 7, 9).into(made(cnn()))
    events = list(running(network, pictures(), control, **PLAN))
    assert [broken.action for broken in of(Broken, events)] == ["rate"] * 3 + ["pause"]
    assert "waits" in of(Broken, events)[-1].message
    assert control.asked == 1
    assert of(RateChanged, events)[-1].scale == 0.5**4
    assert of(Ended, events)[0].reason == "finished"


def test_stop_keeps_the_step_before_and_says_what_broke(monkeypatch, tmp_path):
    network = Poison(monkeypatch, 6).into(made(cnn()))
    events = list(running(network, pictures(), **PLAN, on_failure="stop", folder=tmp_path))
    (told,) = of(Broken, events)
    assert (told.action, told.step, told.back_to, told.layer) == ("stop", 6, 6, "last")
    assert events[-1].reason == "failed"
    assert events[-1].message == told.message
    assert "gradient of last" in told.message
    assert load(tmp_path, "last").step == 6


def test_statistics_that_a_sample_spoiled_are_put_back_where_the_run_stops(tmp_path):
    network, data = made(cnn()), device_data(pictures())
    data = replace(data, inputs=data.inputs.float())
    data.inputs[7] = math.inf
    plan = read_plan({**PLAN, "on_failure": "stop", "threads": 1})
    events = list(train(network, data, plan, Control(Ticking()), folder=tmp_path))
    (broken,) = of(Broken, events)
    assert (broken.cause, broken.samples) == ("data", (7,))
    assert broken.back_to == broken.step == load(tmp_path, "last").step > 0
    assert torch.isfinite(network.norm.running_mean).all()
    assert torch.isfinite(load(tmp_path, "last").weights["norm.running_var"]).all()


@pytest.mark.parametrize("epochs", [1, 4])
@pytest.mark.parametrize("on_failure", ["recover", "stop"])
def test_a_loss_that_runs_away_is_treated_alike(on_failure, epochs):
    plan = {"optimizer": {"type": "sgd", "learning_rate": 1.6}, "on_failure": on_failure}
    line: dict[str, Any] = {
        "row": ("input", {"sample": (4,)}),
        "last": ("linear", {"out_features": 1}),
    }
    found = made(chain(**line, y=("output", {})))
    events = list(running(found, numbers(), epochs=epochs, batch_size=4, **plan))
    first = of(Broken, events)[0]
    assert first.cause == "divergence"
    assert "ran away" in first.message
    assert first.action == ("rate" if on_failure == "recover" else "stop")
    assert (first.step, first.back_to) == (3, 0)
    assert all(bool(torch.isfinite(p).all()) for p in found.parameters())


def test_weights_that_never_were_finite_end_the_run_at_once(tmp_path):
    network = made(mlp())
    network.first.weight.data[0, 0] = math.inf
    events = list(running(network, rows(), folder=tmp_path))
    (told,) = of(Broken, events)
    assert (told.action, told.cause, told.layer) == ("stop", "weights", "first")
    assert events[-1].reason == "failed"
    assert not list(tmp_path.iterdir())


def test_an_optimizer_that_remembers_infinity_is_no_good_state(monkeypatch):
    broken = []

    def spoil(session: Session) -> None:
        if not broken and session.place.step == 6:
            broken.append(True)
            last = session.network.get_submodule("last").get_parameter("weight")
            moments = session.stepper.optimizer.state[last]
            moments["exp_avg_sq"][0] = math.inf

    begin = Recovery.begin

    def begun(recovery: Recovery) -> None:
        begin(recovery)
        spoil(recovery._session)

    monkeypatch.setattr(Recovery, "begin", begun)
    network = made(mlp())
    events = list(running(network, rows(), optimizer="adam", epochs=4))
    (told,) = of(Broken, events)
    assert (told.step, told.back_to, told.cause) == (7, 4, "unknown")
    assert events[-1].reason == "finished"


def test_copies_are_made_by_the_number_of_steps_alone(monkeypatch):
    kept = []
    keep = LastGood.keep

    def watched(good: LastGood) -> None:
        keep(good)
        kept.append(good.step)

    monkeypatch.setattr(LastGood, "keep", watched)
    seen = []
    for clock in (Ticking(), Hasty()):
        kept.clear()
        list(running(made(mlp()), rows(), Control(clock), epochs=120, batch_size=32))
        seen.append(list(kept))
    assert seen[0] == seen[1] == list(range(0, 240, 4))


def test_a_copy_that_does_not_fit_in_memory_leaves_the_one_before(monkeypatch):
    captured, count = Session.captured, itertools.count()

    def short(session: Session, facts: Any) -> Any:
        if next(count) > 2:
            raise MemoryError
        return captured(session, facts)

    monkeypatch.setattr(Session, "captured", short)
    events = list(running(Poison(monkeypatch, 15).into(made(cnn())), pictures(), **PLAN))
    (told,) = of(Broken, events)
    assert (told.step, told.back_to) == (15, 8)
    assert np.isfinite(events[-1].metrics["train"]["loss"])
