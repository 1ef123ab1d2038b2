"""Runs whose network is compiled: they repeat themselves, go on bit for bit, or do without."""

import shutil
from typing import Any

import pytest
import torch

from studio.training.checkpoints.checkpoint import load
from studio.training.events import Ended, Started, Trouble
from studio.training.speeding.compiling import Compiled
from tests.unit.training.toys import cnn, made, pictures, running

PLAN: dict[str, Any] = {"compile": "on", "device": "cpu", "batch_size": 16, "epochs": 2}


def _fails(x):
    raise torch._dynamo.exc.Unsupported(f"no compiler for {len(x)}")


def test_a_network_that_cannot_be_compiled_trains_as_it_is_and_says_so(monkeypatch):
    plain, other = made(cnn()), made(cnn())
    list(running(plain, pictures(), **{**PLAN, "compile": "off"}))
    monkeypatch.setattr(torch, "compile", lambda _run, **_options: _fails)
    events = list(running(other, pictures(), **PLAN))
    (trouble,) = [event for event in events if isinstance(event, Trouble)]
    assert "no compiler for 16" in trouble.message
    assert events[-1].reason == "finished"
    weights = other.state_dict()
    assert all(torch.equal(value, weights[name]) for name, value in plain.state_dict().items())


def test_code_is_made_once_for_batches_of_one_size(monkeypatch):
    network, made_for = made(cnn()), []

    def compiled(run, **_options):
        made_for.append(run)
        return run

    monkeypatch.setattr(torch, "compile", compiled)
    fast = Compiled(network, torch.device("cpu"))
    fast.renew(4, "all")
    for size in (4, 4, 3):
        fast(torch.rand(size, 1, 8, 8))
    assert len(made_for) == 1
    fast.renew(4, "all")
    fast(torch.rand(4, 1, 8, 8))
    assert len(made_for) == 1
    fast.renew(4, "other layers")
    fast(torch.rand(4, 1, 8, 8))
    assert len(made_for) == 2


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="needs a C++ compiler")
def test_a_compiled_run_repeats_itself_and_goes_on_bit_for_bit(tmp_path):
    freeze = {"at": {"type": "step", "at": 6}, "actions": [{"type": "freeze", "paths": ["conv"]}]}
    plan: dict[str, Any] = {**PLAN, "ticks": [freeze]}
    first, again, cut = made(cnn()), made(cnn()), made(cnn())
    events = list(running(first, pictures(), **plan))
    assert not [event for event in events if isinstance(event, Trouble)]
    assert isinstance(events[0], Started)
    list(running(again, pictures(), **plan))
    list(running(cut, pictures(), folder=tmp_path, **{**plan, "epochs": 1}))
    ends = list(running(cut, pictures(), start=load(tmp_path, "last"), **plan))
    assert isinstance(ends[-1], Ended)
    for other in (again, cut):
        weights = other.state_dict()
        assert all(torch.equal(value, weights[name]) for name, value in first.state_dict().items())
