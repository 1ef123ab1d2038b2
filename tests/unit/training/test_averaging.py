"""The average of the weights judges a run, moves only with updates, and frozen tensors stay."""

from typing import Any

import pytest
import torch

from studio.training.checkpoints.checkpoint import load
from studio.training.device import Machine
from studio.training.plan import read_plan
from studio.training.session import Session
from studio.training.stepping.averaging import Average
from tests.unit.training.toys import cnn, device_data, made, mlp, pictures, rows, running


def session(network: Any, **settings: Any) -> Session:
    plan = read_plan({"batch_size": 16, "threads": 1} | settings)
    return Session(network, device_data(rows()), plan, Machine.chosen(plan, 1))


def test_the_average_follows_the_weights_by_its_decay():
    network = made(mlp())
    average = Average(network, 0.3)
    expected = network.last.weight.detach().clone()
    for update in range(1, 6):
        with torch.no_grad():
            network.last.weight.add_(1.0)
        average.follow()
        stays = min(0.3, (1 + update) / (10 + update))
        expected = stays * expected + (1 - stays) * network.last.weight.detach()
    trained = network.last.weight.detach().clone()
    with average.in_place():
        assert torch.allclose(network.last.weight, expected)
    assert torch.equal(network.last.weight, trained)


def test_a_step_that_was_skipped_leaves_no_trace():
    network = made(mlp())
    average = Average(network, 0.9)
    with torch.no_grad():
        network.last.weight.add_(1.0)
    before = average.state()
    average.follow(torch.ones(()))
    assert torch.equal(average.state()["average.last.weight"], before["average.last.weight"])
    average.follow(torch.zeros(()))
    assert not torch.equal(average.state()["average.last.weight"], before["average.last.weight"])


def test_what_is_frozen_stays_in_the_average_too():
    network = made(mlp())
    average = Average(network, 0.5)
    network.first.weight.requires_grad_(False)
    with torch.no_grad():
        network.first.weight.add_(1.0)
        network.last.weight.add_(1.0)
    before = average.state()
    average.follow()
    after = average.state()
    assert torch.equal(after["average.first.weight"], before["average.first.weight"])
    assert not torch.equal(after["average.last.weight"], before["average.last.weight"])


def test_a_run_is_judged_by_the_average_and_keeps_both(tmp_path):
    network = made(mlp())
    plan: dict[str, Any] = {"ema": 0.99, "optimizer": {"type": "sgd", "learning_rate": 0.5}}
    end = list(running(network, rows(), folder=tmp_path, **plan))[-1]
    start = load(tmp_path, "last")
    assert torch.equal(start.weights["last.weight"], network.last.weight)
    assert not torch.equal(start.judged["last.weight"], network.last.weight)
    again = session(made(mlp()), **plan)
    again.restore(start)
    judged = again.evaluated("test", lambda: False)
    assert judged.metrics == end.metrics["test"]
    plain = session(made(mlp()))
    plain.restore(start)
    assert plain.evaluated("test", lambda: False).metrics["loss"] != judged.metrics["loss"]


def test_a_plan_without_an_average_trains_the_same_weights():
    averaged, plain = made(cnn()), made(cnn())
    list(running(averaged, pictures(), ema=0.9))
    list(running(plain, pictures()))
    for name, value in plain.state_dict().items():
        assert torch.equal(averaged.state_dict()[name], value), name


def test_an_average_asked_for_later_begins_with_the_weights_of_the_checkpoint(tmp_path):
    list(running(made(mlp()), rows(), folder=tmp_path))
    later = session(made(mlp(), seed=4), ema=0.9)
    start = load(tmp_path, "last")
    later.restore(start)
    assert later.stepper.average is not None
    with later.stepper.average.in_place():
        assert torch.equal(later.network.get_parameter("last.weight"), start.weights["last.weight"])


@pytest.mark.parametrize("decay", [0.0, 0.999999])
def test_any_decay_keeps_the_average_finite(decay):
    end = list(running(made(mlp()), rows(), ema=decay))[-1]
    assert end.reason == "finished"
    assert 0 < end.metrics["test"]["loss"] < 100
