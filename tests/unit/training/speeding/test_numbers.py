"""The numbers of a run that leaves them to the machine: measured once, then kept."""

from typing import Any

import pytest
import torch

from studio.training.checkpoints.checkpoint import load
from studio.training.device import Machine
from studio.training.events import Started
from studio.training.opening import opened
from studio.training.plan import read_plan
from studio.training.speeding import numbers
from tests.unit.training.toys import cnn, device_data, made, mlp, pictures, rows, running

FASTER = {True: [2.0, 1.0], False: [1.0, 2.0]}


def _timed(monkeypatch, *, faster):
    took = iter(FASTER[faster])
    monkeypatch.setattr(numbers, "seconds", lambda _device, calls: [next(took) for _call in calls])


@pytest.mark.parametrize("faster", [True, False])
def test_bfloat16_is_taken_only_where_it_was_faster(monkeypatch, faster):
    _timed(monkeypatch, faster=faster)
    plan = read_plan({"device": "cpu", "precision": "auto", "batch_size": 32})
    with opened(made(mlp()), device_data(rows()), plan) as session:
        expected = torch.bfloat16 if faster else torch.float32
        assert session.machine.precision is expected


def test_measuring_changes_nothing():
    network, plan = made(cnn()), read_plan({"device": "cpu", "precision": "auto"})
    before = {name: value.clone() for name, value in network.state_dict().items()}
    random = torch.get_rng_state()
    exact = Machine.chosen(plan, 1)
    numbers.settled(exact, plan, network, device_data(pictures()))
    assert torch.equal(torch.get_rng_state(), random)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())


def test_a_run_tells_its_numbers_and_goes_on_in_them(monkeypatch, tmp_path):
    _timed(monkeypatch, faster=True)
    settings: dict[str, Any] = {"device": "cpu", "precision": "auto", "batch_size": 32, "epochs": 1}
    events = list(running(made(mlp()), rows(), folder=tmp_path, **settings))
    assert isinstance(events[0], Started)
    assert events[0].precision == "bfloat16"
    start = load(tmp_path, "last")
    _timed(monkeypatch, faster=False)  # as it may be another time
    more = read_plan({**settings, "epochs": 2})
    with opened(made(mlp()), device_data(rows()), more, start=start) as session:
        assert session.machine.precision is torch.bfloat16


def test_float32_stays_the_default():
    plan = read_plan({"device": "cpu", "batch_size": 32})
    with opened(made(mlp()), device_data(rows()), plan) as session:
        assert session.machine.numbers == "float32"
