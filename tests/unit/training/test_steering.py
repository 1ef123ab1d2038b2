"""How a run follows its reins: stop, pause, the rate, and what is frozen on the way."""

import itertools
import threading
import time
from typing import Any

import pytest
import torch

from studio.catalogue.dense.linear import Linear
from studio.graph.model import Graph, Node, Wire
from studio.training.control import Control
from studio.training.events import (
    Ended,
    EpochDone,
    FreezeChanged,
    RateChanged,
    StepDone,
)
from studio.training.plan import read_plan
from studio.training.trainer import train
from tests.unit.training.toys import (
    Ticking,
    device_data,
    made,
    mlp,
    rows,
    running,
)


def ended(events: list[Any]) -> Ended:
    last = events[-1]
    assert isinstance(last, Ended)
    return last


def test_stopping_in_the_middle_of_an_epoch_ends_the_run_there():
    control = Control(Ticking())
    events = []
    for event in running(made(mlp()), rows(), control, epochs=1000):
        events.append(event)
        if isinstance(event, StepDone):
            control.stop()
    end = ended(events)
    assert end.reason == "stopped"
    assert 0 < end.step < 4000
    assert end.metrics == {}


def test_stopping_while_it_is_evaluated_drops_that_evaluation():
    control = Control(Ticking())
    network = made(mlp())
    network.first.register_forward_hook(
        lambda module, *_rest: None if module.training else stop_after_the_probe()
    )
    passes = itertools.count()

    def stop_after_the_probe() -> None:
        if next(passes) == 2:
            control.stop()

    data = rows(samples=500)
    split = device_data(data, validation=400)
    plan = read_plan({"epochs": 3, "batch_size": 16, "threads": 1})
    events = list(train(network, split, plan, control))
    done = [event for event in events if isinstance(event, EpochDone)]
    assert done == []  # the epoch ends once it was evaluated, when the run goes on
    assert ended(events).reason == "stopped"
    assert next(passes) == 3


def test_finishing_early_still_evaluates():
    control = Control(Ticking())
    events = []
    for event in running(made(mlp()), rows(), control, epochs=1000):
        events.append(event)
        if isinstance(event, StepDone):
            control.finish_early()
    assert ended(events).reason == "finished early"
    assert set(ended(events).metrics) == {"train", "validation", "test"}


def test_a_pause_holds_the_run_and_is_not_counted():
    control = Control()
    control.pause()
    events: list[object] = []
    worker = threading.Thread(target=lambda: events.extend(running(made(mlp()), rows(), control)))
    worker.start()
    time.sleep(0.5)
    assert not any(isinstance(event, StepDone) for event in events)
    assert control.is_paused
    assert worker.is_alive()
    control.resume()
    worker.join(timeout=30)
    assert ended(events).reason == "finished"
    assert ended(events).seconds < 0.5


def test_stopping_wakes_a_paused_run():
    control = Control()
    control.pause()
    events: list[object] = []
    worker = threading.Thread(target=lambda: events.extend(running(made(mlp()), rows(), control)))
    worker.start()
    control.stop()
    worker.join(timeout=30)
    assert ended(events).reason == "stopped"
    assert ended(events).step == 0


def test_the_rate_can_be_scaled_while_running():
    control = Control(Ticking())
    events = []
    for event in running(made(mlp()), rows(), control, epochs=20):
        events.append(event)
        if isinstance(event, EpochDone) and event.epoch == 2:
            control.scale_rate(0.5)
    changed = next(event for event in events if isinstance(event, RateChanged))
    assert changed == RateChanged(step=8, scale=0.5)
    steps = [event for event in events if isinstance(event, StepDone)]
    assert steps[0].learning_rate == pytest.approx(0.001)
    assert steps[-1].learning_rate == pytest.approx(0.0005)


def test_the_rate_follows_the_preview_whatever_is_frozen():
    control = Control(Ticking())
    network = made(mlp())
    plan = {"epochs": 30, "schedule": "one_cycle", "optimizer": {"type": "adam"}}
    events = []
    for event in running(network, rows(), control, **plan):
        events.append(event)
        if isinstance(event, EpochDone) and event.epoch == 10:
            control.set_frozen({"first": True})
    preview = read_plan(plan)
    for event in events:
        if isinstance(event, StepDone):
            assert event.learning_rate == preview.learning_rate(event.step - 1, 120, 4)


def frozen_after_two_epochs(
    network: Any, asked: dict[str, Any]
) -> tuple[Control, list[FreezeChanged], Ended]:
    """Train, ask for this in the third epoch, and return what came of it."""
    control = Control(Ticking())
    events = []
    for event in running(network, rows(), control, epochs=6):
        events.append(event)
        if isinstance(event, EpochDone) and event.epoch == 2:
            control.set_frozen(asked)
    changes = [event for event in events if isinstance(event, FreezeChanged)]
    return control, changes, ended(events)


def with_a_loose_end() -> Graph:
    """Return a network with a layer that leads to no output."""
    graph = mlp()
    return Graph({**graph.nodes, "loose": Node(Linear(out_features=2), (Wire("first"),))})


def test_freezing_everything_while_running_is_refused_and_training_goes_on():
    control, changes, end = frozen_after_two_epochs(made(mlp()), {"first": True, "last": True})
    assert changes == []
    assert "frozen" in control.refusal
    assert end.reason == "finished"


def test_layers_that_the_run_does_not_have_do_not_keep_others_from_freezing():
    asked = {"added_since": True, "first": True}
    control, changes, end = frozen_after_two_epochs(made(mlp()), asked)
    assert [(change.step, change.frozen) for change in changes] == [(8, ("first",))]
    assert control.refusal == ""
    assert end.frozen_tensors == 2


def test_freezing_all_that_leads_to_the_output_is_refused_and_training_goes_on():
    network = made(with_a_loose_end())
    control, changes, end = frozen_after_two_epochs(network, {"first": True, "last": True})
    assert end.reason == "finished", end.message
    assert changes == []
    assert "leads to the output" in control.refusal


def test_a_refused_freeze_leaves_the_memory_of_the_optimizer():
    untouched, refused = made(with_a_loose_end()), made(with_a_loose_end())
    frozen_after_two_epochs(untouched, {})
    frozen_after_two_epochs(refused, {"first": True, "last": True})
    assert torch.equal(untouched.first.weight, refused.first.weight)


def test_layers_frozen_from_the_start_are_told_before_the_first_step():
    graph = mlp()
    network = made(graph.with_node("first", graph["first"].changed(frozen=True)))
    events = list(running(network, rows()))
    assert events[1] == FreezeChanged(0, ("first",), network.last.weight.numel() + 3)
