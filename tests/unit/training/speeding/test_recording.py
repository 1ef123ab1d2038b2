"""Steps that are recorded on a GPU and played back: the bits of those made one by one."""

from typing import Any

import pytest
import torch
from torch import Tensor

from studio.training.opening import opened
from studio.training.plan import read_plan
from studio.training.speeding import recording
from studio.training.speeding.recording import Recorded
from tests.unit.training.toys import cnn, device_data, made, pictures


def _fails(x, y):
    del x, y
    raise RuntimeError("operation not permitted when stream is capturing.\nmore")


def _recorded():
    seen: list[int] = []

    def learned(x: Any, y: Tensor) -> tuple[Tensor, Tensor]:
        seen.append(len(x))
        return x, y

    return Recorded(made(cnn()), torch.device("cpu"), learned), seen


def test_batches_of_another_size_are_learned_as_always():
    recorded, seen = _recorded()
    recorded.renew(16, None)
    x, y = recorded(torch.zeros(7, 1, 8, 8), torch.zeros(7))
    assert (len(x), len(y), seen) == (7, 7, [7])


def test_what_was_recorded_is_let_go_of_and_recorded_anew(monkeypatch):
    tapes: list[object] = []

    class Tape:
        def __init__(self, *_order: object) -> None:
            tapes.append(self)

        def play(self, x, y):
            return x, y

    monkeypatch.setattr(recording, "_Tape", Tape)
    monkeypatch.setattr(recording, "seconds", lambda _device, _calls: [1.0, 0.5])
    recorded, _seen = _recorded()
    recorded.renew(4, None)
    for drops in (False, False, True):
        if drops:
            recorded.drop()
            assert recorded._tape is None
        recorded(torch.zeros(4, 1, 8, 8), torch.zeros(4))
    assert len(tapes) == 2


def test_whatever_is_raised_in_recording_only_costs_the_speed(monkeypatch):
    def odd(*_order: object) -> None:
        raise AssertionError

    monkeypatch.setattr(recording, "_Tape", odd)
    recorded, seen = _recorded()
    recorded.renew(4, None)
    recorded(torch.zeros(4, 1, 8, 8), torch.zeros(4))
    assert seen == [4]
    assert "AssertionError" in recorded.trouble


def test_steps_that_cannot_be_recorded_are_made_one_by_one_and_that_is_told(monkeypatch):
    monkeypatch.setattr(recording, "_Tape", lambda _network, _learned, x, y: _fails(x, y))
    recorded, seen = _recorded()
    recorded.renew(4, None)
    for _step in range(2):
        recorded(torch.zeros(4, 1, 8, 8), torch.zeros(4))
    assert seen == [4, 4]
    assert "operation not permitted" in recorded.trouble
    assert "more" not in recorded.trouble


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_what_is_played_back_is_the_same_bits(monkeypatch):
    monkeypatch.setattr(recording, "seconds", lambda _device, calls: [1.0, 0.5][: len(calls)])
    found = []
    for kind in ("off", "auto"):
        network = made(cnn())
        plan = read_plan({"device": "cuda", "batch_size": 16, "compile": kind, "seed": 3})
        with opened(network, device_data(pictures()), plan) as session:
            batches, losses = session.epoch_batches(), []
            for x, y in batches:
                losses.append(session.stepper.step(x, y, 1e-3)[0].item())
            if kind == "auto":
                shortcut = session.stepper.shortcut
                assert isinstance(shortcut, Recorded)
                assert shortcut.trouble == ""
                assert shortcut._tape is not None
        found.append((losses, {n: v.cpu() for n, v in network.state_dict().items()}))
    (losses, weights), (others, theirs) = found
    assert losses == others
    assert all(torch.equal(value, theirs[name]) for name, value in weights.items())
