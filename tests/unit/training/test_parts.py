"""A batch computed in parts learns what the whole batch teaches, and clips and penalizes once."""

from typing import Any

import pytest
import torch

from studio.datasets.normalization import Scaling
from studio.errors import TrainingError
from studio.graph.model import Graph
from studio.training.device import Machine
from studio.training.events import Ended, EpochDone
from studio.training.objectives.objective import Objective
from studio.training.plan import read_plan
from studio.training.stepping.step import Stepper
from tests.unit.training.toys import chain, cnn, made, mlp, pictures, rows, running

CLASSES = ("a", "b", "c")


def stepper(network: Any, **settings: Any) -> Stepper:
    plan = read_plan({"device": "cpu", "threads": 1, "optimizer": "sgd"} | settings)
    objective = Objective.of(plan, network.outputs, CLASSES, Scaling())
    return Stepper(network, objective, plan, Machine.chosen(plan, network.multiply_adds))


def labeler() -> Graph:
    return chain(
        words=("input", {"sample": (6,), "dtype": "int64"}),
        embed=("embedding", {"num_embeddings": 9, "embedding_dim": 4}),
        gru=("gru", {"hidden_size": 5, "output": "sequence"}),
        head=("linear", {"out_features": 3}),
        scores=("output", {}),
    )


PLANS: list[dict[str, Any]] = [
    {},
    {"clip_norm": 0.1},
    {"clip_value": 0.01, "clip_norm": 0.02},
    {"l1": 0.1, "penalties": [{"layer": "last", "l2": 0.3}]},
    {"targets": [{"loss": {"type": "cross_entropy", "class_weights": "1, 5, 0.1"}}]},
    {"optimizer": "adamw", "ema": 0.9},
]


@pytest.mark.parametrize("settings", PLANS)
@pytest.mark.parametrize("parts", [2, 3, 10, 1000])
def test_parts_learn_what_the_whole_batch_teaches(settings, parts):
    torch.manual_seed(0)
    x, y = torch.randn(10, 4), torch.randint(0, 3, (10,))
    whole, cut = made(mlp()), made(mlp())
    one, other = stepper(whole, **settings), stepper(cut, accumulate=parts, **settings)
    for _step in range(3):
        loss, answers = one.step(x, y, 0.1)
        again, same = other.step(x, y, 0.1)
        assert float(again) == pytest.approx(float(loss), abs=1e-6)
        assert torch.equal(answers, same)
    for name, value in whole.state_dict().items():
        assert torch.allclose(cut.state_dict()[name], value, atol=1e-6), name
    assert other.good_steps == 3


def test_parts_of_sequences_count_by_their_steps_and_not_by_their_samples():
    x, y = torch.randint(0, 9, (6, 6)), torch.randint(0, 3, (6, 6))
    y[:3, 1:] = -100  # the first part has a sixth of the steps of the second
    whole, cut = made(labeler()), made(labeler())
    loss, _answers = stepper(whole).step(x, y, 0.5)
    again, _same = stepper(cut, accumulate=2).step(x, y, 0.5)
    assert float(again) == pytest.approx(float(loss), abs=1e-6)
    for name, value in whole.state_dict().items():
        assert torch.allclose(cut.state_dict()[name], value, atol=1e-6), name


def test_norms_over_a_batch_see_two_samples_at_least():
    network = made(cnn())
    seen = []
    network.norm.register_forward_pre_hook(lambda _module, inputs: seen.append(len(inputs[0])))
    stepper(network, accumulate=16).step(
        torch.randn(5, 1, 8, 8), torch.tensor([0, 1, 2, 0, 1]), 0.1
    )
    assert seen == [3, 2]


def test_a_number_that_is_not_finite_in_one_part_stops_the_whole_step():
    network = made(mlp())
    before = network.first.weight.clone()
    x = torch.randn(10, 4)
    x[7] = float("nan")
    made_step = stepper(network, accumulate=5)
    made_step.step(x, torch.zeros(10, dtype=torch.int64), 0.1)
    assert made_step.is_broken
    assert torch.equal(network.first.weight, before)


def test_a_run_in_parts_is_the_run_of_whole_batches_to_rounding():
    whole = list(running(made(mlp()), rows()))
    cut = list(running(made(mlp()), rows(), accumulate=4))
    for one, other in zip(whole, cut, strict=True):
        assert type(one) is type(other)
        if isinstance(one, EpochDone):
            assert other.train == pytest.approx(one.train, abs=1e-5)


def test_values_are_clipped_before_the_norm():
    network = made(mlp())
    step = stepper(network, clip_value=0.001)
    step.step(torch.randn(10, 4) * 100, torch.randint(0, 3, (10,)), 0.1)
    largest = max(float(p.grad.abs().max()) for p in network.parameters())
    assert largest == pytest.approx(0.001)


@pytest.mark.parametrize("path", ["lst", "", "act", "last/inner"])
def test_a_penalty_for_what_has_no_weights_is_refused(path):
    end = None
    with pytest.raises(TrainingError, match="no layer with weights"):
        end = list(running(made(mlp()), rows(), penalties=[{"layer": path, "l1": 1}]))[-1]
    assert end is None


def test_a_penalty_pulls_only_the_weights_of_its_layer():
    plain, pulled = made(mlp()), made(mlp())
    x, y = torch.zeros(4, 4), torch.tensor([0, 1, 2, 0])
    stepper(plain).step(x, y, 0.1)
    penalties = [{"layer": "last", "l1": 0.5, "l2": 2.0}]
    before = pulled.last.weight.detach().clone()
    stepper(pulled, penalties=penalties).step(x, y, 0.1)
    assert torch.equal(plain.first.weight, pulled.first.weight)
    assert torch.equal(plain.last.bias, pulled.last.bias)
    cost = 0.5 * before.sign() + 2.0 * before
    moved = plain.last.weight - pulled.last.weight
    assert torch.allclose(moved, 0.1 * cost, atol=1e-6)


def test_a_frozen_layer_costs_nothing_and_stays():
    network = made(mlp())
    network.last.weight.requires_grad_(False)
    before = network.last.weight.clone()
    step = stepper(network, penalties=[{"layer": "last", "l1": 0.5}])
    loss, _answers = step.step(torch.zeros(4, 4), torch.tensor([0, 1, 2, 0]), 0.1)
    assert torch.isfinite(loss)
    assert torch.equal(network.last.weight, before)


def test_pictures_in_parts_still_train():
    end = list(running(made(cnn()), pictures(), accumulate=3, epochs=20))[-1]
    assert isinstance(end, Ended)
    assert end.metrics["train"]["accuracy"] > 0.9
