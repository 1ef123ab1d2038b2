"""Conditions that cannot be followed: refused before the first step, or left out as they come."""

from typing import Any

import pytest

from studio.errors import TrainingError
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.events import EpochDone, StepDone, Trouble
from studio.training.judging.names import measured
from studio.training.plan import read_plan
from studio.training.trainer import train
from tests.unit.training.test_ticks_conditions import fired
from tests.unit.training.test_ticks_running import digest
from tests.unit.training.ticking import Hasty, events, net, settings
from tests.unit.training.toys import chain, device_data, made, numbers, pictures, running


def unknown(metric: str, part: str = "validation") -> list[dict[str, Any]]:
    return [{"at": {"type": "reached", "metric": metric, "part": part}, "actions": ["stop"]}]


@pytest.mark.parametrize(
    ("metric", "part", "sentence"),
    [
        ("acuracy", "validation", "Did you mean accuracy"),
        ("mae", "validation", "Measured: loss, accuracy, precision, recall, f1, precision_micro"),
        ("auroc", "train", "Measured: loss, accuracy, precision, recall, f1."),
        ("top5", "validation", "which is not measured"),
    ],
)
def test_a_condition_on_a_metric_that_is_not_measured_is_refused_before_the_first_step(
    metric, part, sentence
):
    with pytest.raises(TrainingError) as refusal:
        list(events(made(net()), settings(ticks=unknown(metric, part))))
    assert sentence in str(refusal.value)
    control, found = Control(Hasty()), []
    for event in running(made(net()), pictures(), control, **settings(ticks=[])):
        found.append(event)
        if isinstance(event, StepDone) and event.step == 3:
            control.set_ticks(read_plan({"ticks": unknown(metric, part)}).ticks)
    assert sentence in control.refusal
    assert found[-1].reason == "finished"


def test_a_condition_on_validation_samples_is_refused_where_none_are_set_aside():
    def run(ticks: list[dict[str, Any]]) -> list[Any]:
        plan = read_plan(settings(ticks=ticks) | {"threads": 1})
        return list(train(made(net()), device_data(pictures(), validation=0), plan, Control()))

    with pytest.raises(TrainingError, match="none are set aside"):
        run([{"at": {"type": "plateau", "patience": 1}, "actions": ["stop"]}])
    assert run(unknown("loss", "train"))[-1].reason == "finished"


def test_the_metrics_that_conditions_may_watch_are_those_that_are_measured():
    of_classes = list(events(made(net()), settings(ticks=[], epochs=1)))
    line: dict[str, Any] = {
        "row": ("input", {"sample": (4,)}),
        "last": ("linear", {"out_features": 1}),
        "y": ("output", {}),
    }
    of_numbers = list(running(made(chain(**line)), numbers(), epochs=1, batch_size=16))
    for found, classes in ((of_classes, 3), (of_numbers, 0)):
        done = next(event for event in found if isinstance(event, EpochDone))
        names = measured(classes, sequences=False)
        assert set(done.train) == set(names["train"])
        assert set(done.validation) == set(names["validation"])


def freezing(*paths: str, loss: float) -> dict[str, Any]:
    at = {"type": "reached", "metric": "loss", "side": "below", "value": loss}
    return {"at": at, "actions": [{"type": "freeze", "paths": list(paths)}]}


def test_a_condition_that_would_leave_nothing_to_learn_after_others_is_left_out(tmp_path):
    """Each of the two may come; whichever comes second would leave nothing."""
    every = ["conv", "norm", "hidden", "scale", "last"]
    ticks = [freezing(*every[:3], loss=1e9), freezing(*every[3:], loss=1e9)]
    whole = made(net())
    found = list(events(whole, settings(ticks=ticks)))
    assert [(event.step, event.number) for event in fired(found)] == [(8, 0)]
    (told,) = [event for event in found if isinstance(event, Trouble)]
    assert (told.step, told.about) == (8, "tick")
    assert "loss below 1e+09" in told.message
    assert "nothing could learn" in told.message
    assert found[-1].reason == "finished"
    for cut in (7, 8, 12):
        list(events(made(net()), settings(ticks=ticks), stop_at=cut, folder=tmp_path))
        again = made(net())
        list(events(again, settings(ticks=ticks), start=load(tmp_path, "last")))
        assert digest(again) == digest(whole)


def test_a_planned_tick_after_a_condition_never_ends_the_run():
    every = ["conv", "norm", "hidden", "scale", "last"]
    ticks = [
        freezing(*every[:2], loss=1e9),
        freezing(*every[2:4], loss=1e8),
        {"at": {"type": "epoch", "at": 3}, "actions": [{"type": "freeze", "paths": ["last"]}]},
    ]
    found = list(events(made(net()), settings(ticks=ticks)))
    assert [event.number for event in fired(found)] == [0, 2]
    assert [event.step for event in found if isinstance(event, Trouble)] == [8]
    assert found[-1].reason == "finished"


def test_a_condition_whose_batches_these_data_do_not_allow_is_left_out():
    at = {"type": "reached", "metric": "loss", "side": "below", "value": 1e9}
    ticks = [{"at": at, "actions": [{"type": "batch_size", "size": 65}]}]
    found = list(events(made(net()), settings(ticks=ticks)))
    assert fired(found) == []
    (told,) = [event for event in found if isinstance(event, Trouble)]
    assert "65" in told.message
    assert "64" in told.message
    assert found[-1].reason == "finished"
