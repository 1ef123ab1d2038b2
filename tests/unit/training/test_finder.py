"""The search for a rate leaves no trace, repeats itself, and suggests what falls most steeply."""

import itertools
import math
from collections.abc import Generator
from typing import Any

import pytest
import torch

from studio.errors import TrainingError
from studio.graph.model import Graph
from studio.training.finder import RatePoint, suggested_rate, tried_rates
from studio.training.opening import opened
from studio.training.plan import read_plan
from studio.training.session import Session
from studio.training.stepping.optimizers import optimizer_state
from tests.unit.training.toys import cnn, device_data, made, mlp, numbers, pictures, rows

PLAN: dict[str, Any] = {"batch_size": 16, "threads": 1, "augment": ["shift"], "ema": 0.9}


def trained(session: Session, steps: int) -> None:
    batches = session.epoch_batches()
    for at in range(steps):
        x, y = batches[at % len(batches)]
        loss, answers = session.stepper.step(x, y, 0.01)
        session.tally.add(loss, answers, y)
        session.place.step += 1


def everything(session: Session) -> dict[str, torch.Tensor]:
    checkpoint = session.captured({})
    moments = optimizer_state(session.stepper.optimizer, session.network)
    buffers = {f"buffer {name}": value for name, value in session.network.named_buffers()}
    found = {**checkpoint.weights, **checkpoint.state, **moments, **buffers}
    return {name: value.detach().clone() for name, value in found.items()}


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "muon"])
@pytest.mark.parametrize("pulled", [5, 1000])
def test_a_search_in_the_midst_of_a_run_changes_not_a_bit(optimizer, pulled):
    plan = read_plan(PLAN | {"optimizer": optimizer})
    with (
        opened(made(cnn()), device_data(pictures()), plan) as searched,
        opened(made(cnn()), device_data(pictures()), plan) as straight,
    ):
        trained(straight, 3)
        expected = everything(straight)
        trained(searched, 3)
        torch.set_rng_state(expected["random.cpu"])
        place = vars(searched.place).copy()
        search = tried_rates(searched, steps=60)
        points = [point for point, _pull in zip(search, range(pulled), strict=False)]
        assert isinstance(search, Generator)
        search.close()
        assert len(points) > 4
        found = everything(searched)
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            assert torch.equal(found[name], value), name
        assert vars(searched.place) == place
        assert all(parameter.grad is None for parameter in searched.network.parameters())
        torch.set_rng_state(expected["random.cpu"])
        trained(searched, 3)
        torch.set_rng_state(expected["random.cpu"])
        trained(straight, 3)
        after = everything(straight)
        for name, value in everything(searched).items():
            assert torch.equal(value, after[name]), name
        assert not torch.equal(after["conv.weight"], expected["conv.weight"])


def test_a_search_does_move_weights_and_statistics_while_it_lasts():
    with opened(made(cnn()), device_data(pictures()), read_plan(PLAN)) as session:
        before = {name: value.clone() for name, value in session.tensors().items()}
        search = tried_rates(session, low=1e-2)
        next(search)
        next(search)
        moved = {n for n, value in session.tensors().items() if not torch.equal(value, before[n])}
        assert {"conv.weight", "norm.running_mean", "last.bias"} <= moved
        assert isinstance(search, Generator)
        search.close()
        assert all(torch.equal(value, before[n]) for n, value in session.tensors().items())


def test_what_is_frozen_stays_while_rates_are_tried():
    nodes = dict(cnn().nodes)
    nodes["conv"] = nodes["conv"].changed(frozen=True)
    with opened(made(Graph(nodes)), device_data(pictures()), read_plan(PLAN)) as session:
        before = session.network.get_parameter("conv.weight").clone()
        search = tried_rates(session, low=1e-2)
        next(search)
        assert torch.equal(session.network.get_parameter("conv.weight"), before)


def searched(**settings: Any) -> list[RatePoint]:
    plan = read_plan({"batch_size": 16, "threads": 1} | settings)
    with opened(made(mlp(classes=1)), device_data(numbers()), plan) as session:
        return list(tried_rates(session, low=1e-5, high=1e5, steps=80))


def test_a_search_repeats_itself_and_stops_when_the_loss_explodes():
    points = searched()
    assert points == searched()
    assert points != searched(seed=1)
    assert 10 < len(points) < 80
    assert all(math.isfinite(point.smoothed) for point in points)
    assert points[0].rate == 1e-5
    ratios = [b.rate / a.rate for a, b in itertools.pairwise(points)]
    assert ratios == pytest.approx([10 ** (10 / 79)] * len(ratios))
    assert points[-1].smoothed > 4 * min(point.smoothed for point in points[:-1])


def test_a_suggested_rate_learns():
    rate = suggested_rate(searched())
    assert rate is not None
    assert 1e-3 < rate < 1


def test_the_steepest_fall_is_suggested():
    losses = [2.0] * 10 + [1.9, 1.5, 1.3, 1.2, 1.2, 1.0, 3.0, 9.0]
    points = [RatePoint(10.0**at, loss, loss) for at, loss in enumerate(losses)]
    assert suggested_rate(points) == 10.0**11  # between 1.9 and 1.3


def test_noise_of_single_steps_does_not_decide():
    noise = [0.0, 0.3, -0.3, 0.1, -0.1, 0.2] * 20
    rates = [10 ** (at / 10) for at in range(100)]
    wave = [2 - math.tanh((at - 60) / 8) for at in range(100)]
    points = [
        RatePoint(rate, loss + shake, loss)
        for rate, loss, shake in zip(rates, wave, noise, strict=False)
    ]
    found = suggested_rate(points)
    assert found is not None
    assert rates[54] < found < rates[66]


@pytest.mark.parametrize("losses", [[], [1.0], [1.0, 2.0, 3.0, 4.0], [1.0] * 20])
def test_nothing_is_suggested_where_nothing_fell(losses):
    points = [RatePoint(10.0**at, loss, loss) for at, loss in enumerate(losses)]
    assert suggested_rate(points) is None


def test_a_run_that_cannot_start_is_refused_before_any_rate():
    plan = read_plan({"batch_size": 10_000})
    with (
        pytest.raises(TrainingError, match="batch size is 10000"),
        opened(made(mlp()), device_data(rows()), plan) as session,
    ):
        next(tried_rates(session))
