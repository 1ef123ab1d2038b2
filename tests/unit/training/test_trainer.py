"""What the training loop promises: the same seed, the same run; failures are told."""

import dataclasses
import itertools
import math
from typing import Any

import pytest
import torch

from studio.errors import TrainingError
from studio.training.checkpoints.checkpoint import load
from studio.training.events import (
    CheckpointSaved,
    Ended,
    EpochDone,
    Started,
    StepDone,
)
from tests.unit.training.toys import (
    cnn,
    made,
    mlp,
    numbers,
    pictures,
    rows,
    running,
)


def ended(events: list[Any]) -> Ended:
    last = events[-1]
    assert isinstance(last, Ended)
    return last


def test_a_learnable_toy_is_learned():
    events = list(
        running(made(mlp()), rows(), epochs=20, optimizer={"type": "adam", "learning_rate": 0.02})
    )
    first = next(event for event in events if isinstance(event, StepDone))
    end = ended(events)
    assert end.reason == "finished"
    assert end.metrics["train"]["loss"] < first.loss / 3
    assert end.metrics["test"]["accuracy"] > 0.9
    assert sum(map(sum, end.confusion)) == 16
    assert end.samples_per_second > 0


def test_events_come_in_order_and_count_the_steps():
    events = list(running(made(mlp()), rows(), epochs=3))
    assert isinstance(events[0], Started)
    assert (events[0].steps, events[0].steps_per_epoch, events[0].samples) == (12, 4, 64)
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert [(event.epoch, event.step) for event in epochs] == [(1, 4), (2, 8), (3, 12)]
    steps = [event.step for event in events if isinstance(event, StepDone)]
    assert steps == sorted(set(steps))
    assert ended(events).step == 12


def test_the_same_seed_gives_the_same_events_and_weights():
    def run(seed: int) -> tuple[list[Any], dict[str, torch.Tensor]]:
        network = made(cnn())
        plan: dict[str, Any] = {"augment": ["shift"], "schedule": "one_cycle", "seed": seed}
        events = list(running(network, pictures(), **plan))
        events[0] = dataclasses.replace(events[0], time="")
        return events, network.state_dict()

    events, weights = run(5)
    again, same = run(5)
    assert events == again
    assert all(torch.equal(weights[name], same[name]) for name in weights)
    other, _weights = run(6)
    assert other != events


def test_numbers_are_predicted_in_their_own_units():
    plan: dict[str, Any] = {"epochs": 40, "optimizer": {"type": "adam", "learning_rate": 0.02}}
    end = ended(list(running(made(mlp(classes=1)), numbers(), **plan)))
    assert end.metrics["test"]["r2"] > 0.9
    assert end.metrics["test"]["rmse"] < 10
    assert end.confusion == ()


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw", "rmsprop"])
def test_a_gradient_that_is_not_finite_changes_no_weight(optimizer):
    network = made(cnn())
    steps = itertools.count(1)
    before: dict[str, torch.Tensor] = {}

    def poison(gradient):
        if next(steps) < 6:
            return gradient
        if not before:
            before.update({name: p.detach().clone() for name, p in network.named_parameters()})
        return gradient * float("nan")

    network.conv.weight.register_hook(poison)
    plan = {"optimizer": optimizer, "epochs": 5, "on_failure": "stop"}
    end = ended(list(running(network, pictures(), **plan)))
    assert end.reason == "failed"
    assert end.step == 5
    assert "step 6" in end.message
    assert "learning rate" in end.message
    for name, value in network.named_parameters():
        assert torch.isfinite(value).all(), name
        assert torch.equal(value, before[name]), name


def test_statistics_spoiled_by_an_infinite_sample_are_put_back():
    network = made(cnn())
    found = []
    for event in running(network, pictures(), epochs=3):
        found.append(event)
        if isinstance(event, EpochDone) and event.epoch == 1:
            network.conv.weight.data[0] = float("inf")
    assert ended(found).reason == "failed"
    assert torch.isfinite(network.norm.running_mean).all()
    assert torch.isfinite(network.norm.running_var).all()


@pytest.mark.parametrize("epoch", [1, 2])
def test_a_run_that_turned_infinite_keeps_the_step_before_on_disk(tmp_path, epoch):
    network = made(cnn())
    good = 4 * (epoch - 1) + 2
    steps = itertools.count(1)
    network.conv.weight.register_hook(
        lambda gradient: gradient if next(steps) <= good else gradient * float("nan")
    )
    plan: dict[str, Any] = {"epochs": 5, "on_failure": "stop"}
    events = list(running(network, pictures(), folder=tmp_path, **plan))
    assert ended(events).reason == "failed"
    assert events[-2] == CheckpointSaved(good, "last")
    start = load(tmp_path, "last")
    assert (start.step, start.epoch, start.position) == (good, epoch - 1, 2)
    assert len(start.state["tally.answers"]) == 2 * 16
    assert torch.isfinite(start.state["tally.losses"])
    for name, value in network.state_dict().items():
        assert torch.equal(start.weights[name], value), name
    again = list(running(made(cnn()), pictures(), start=start, epochs=5))
    assert ended(again).reason == "finished"
    assert ended(again).step == 20


def test_a_batch_larger_than_the_data_is_refused_with_both_numbers():
    with pytest.raises(TrainingError, match=r"100.*64"):
        next(running(made(mlp()), rows(), batch_size=100))


def test_a_wrong_number_of_outputs_is_refused_before_the_first_step():
    with pytest.raises(TrainingError, match="need 3"):
        next(running(made(mlp(classes=2)), rows()))


@pytest.mark.parametrize("loss", ["cross_entropy", "bce", "mse"])
def test_scores_that_no_label_names_are_trained_but_never_the_answer(loss):
    network = made(mlp(classes=5))
    network.last.bias.data[4] = 50.0
    end = ended(list(running(network, rows(), targets=[{"loss": loss}], epochs=1)))
    assert end.reason == "finished"
    answered = torch.tensor(end.confusion).sum(0)
    assert len(answered) == 3
    assert answered.max() < 16, "the last class answers for what has no label"


def test_cross_entropy_is_refused_for_numbers():
    with pytest.raises(TrainingError, match="cross_entropy"):
        next(running(made(mlp(classes=1)), numbers(), targets=[{"loss": "cross_entropy"}]))


def test_shifting_is_refused_for_tables():
    with pytest.raises(TrainingError, match="pictures"):
        next(running(made(mlp()), rows(), augment=["shift"]))


@pytest.mark.parametrize("loss", ["cross_entropy", "bce", "mse", "huber", "l1"])
def test_every_loss_trains_classes(loss):
    events = list(
        running(
            made(mlp()),
            rows(),
            targets=[{"loss": loss}],
            epochs=15,
            optimizer={"type": "adam", "learning_rate": 0.02},
        )
    )
    assert ended(events).metrics["train"]["accuracy"] > 0.8


def test_heat_names_the_layers_with_weights():
    events = list(running(made(cnn()), pictures()))
    heat = next(event for event in events if isinstance(event, StepDone) and event.gradient_norms)
    assert set(heat.gradient_norms) == {"conv", "norm", "last"} == set(heat.update_ratios)
    assert all(value > 0 for value in heat.gradient_norms.values())
    assert events[0].layers == ("conv", "norm", "last")


def test_sixteen_bits_train_too():
    events = list(running(made(cnn()), pictures(), precision="bfloat16", epochs=3))
    assert ended(events).reason == "finished"
    assert math.isfinite(ended(events).metrics["train"]["loss"])


def test_float16_is_refused_on_the_processor():
    with pytest.raises(TrainingError, match="float16"):
        next(running(made(mlp()), rows(), precision="float16", device="cpu"))


def test_the_l1_penalty_makes_weights_small():
    free, pressed = made(mlp()), made(mlp())
    list(running(free, rows(), epochs=20))
    list(running(pressed, rows(), epochs=20, l1=0.1))
    assert pressed.first.weight.abs().sum() < 0.9 * free.first.weight.abs().sum()


def test_an_error_of_torch_in_a_step_ends_the_run_with_a_sentence():
    network = made(mlp())
    count = iter(range(100))

    def fail(*_inputs) -> None:
        if next(count) == 3:
            raise RuntimeError("the kernel of this layer is missing\n(and more)")

    network.first.register_forward_pre_hook(fail)
    end = ended(list(running(network, rows())))
    assert end.reason == "failed"
    assert "Step 3" in end.message
    assert "the kernel of this layer is missing. Check the layers" in end.message
