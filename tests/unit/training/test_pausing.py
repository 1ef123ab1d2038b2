"""A long pause gives the memory of the device back; what is learned is the same to the bit."""

import contextlib
import gc
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from studio.training import pausing
from studio.training.control import Control
from studio.training.events import CheckpointSaved, Ended, StepDone, Trouble
from studio.training.plan import read_plan
from studio.training.tensors.away import Away
from studio.training.tensors.holding import held_tensors
from studio.training.trainer import train
from tests.unit.training.toys import cnn, device_data, made, pictures

PLAN: dict[str, Any] = {
    "epochs": 4,
    "batch_size": 16,
    "threads": 1,
    "ema": 0.9,
    "clip_norm": 1.0,
    "device": "cpu",
    "optimizer": {"type": "adam"},
}


class Leaving(list[Away]):
    """What left the device so far."""

    control: Control | None = None
    """The reins of the run that is to go on soon after it left."""


@pytest.fixture
def leaving(monkeypatch: pytest.MonkeyPatch) -> Leaving:
    """Let pauses leave the processor as they leave a GPU, at once; gives what left."""
    left = Leaving()
    leave = Away.leave

    def noted(away: Away) -> None:
        leave(away)
        left.append(away)
        if left.control is not None:
            threading.Timer(0.05, left.control.resume).start()

    monkeypatch.setattr(pausing, "LEFT", frozenset({"cpu"}))
    monkeypatch.setattr(pausing, "SOON", 0.01)
    monkeypatch.setattr(pausing, "_AGAIN", 0.01)
    monkeypatch.setattr(Away, "leave", noted)
    return left


def learned(
    leaving: Leaving | None = None, folder: Path | None = None, frozen: str = "", **changes: Any
) -> tuple[dict[str, torch.Tensor], list[Any]]:
    """Return the weights and the events of a run; one that is `leaving` is paused three times."""
    network, control, events = made(cnn()), Control(), []
    plan, pauses = read_plan(PLAN | changes), 0
    if leaving is not None:
        leaving.control, pauses = control, 3
    if frozen:
        control.set_frozen({frozen: True})
    for event in train(network, device_data(pictures()), plan, control, folder=folder):
        events.append(event)
        if pauses and isinstance(event, StepDone):
            control.pause()
            pauses -= 1
    return {name: value.clone() for name, value in network.state_dict().items()}, events


def equal(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(value, other[name]) for name, value in one.items())


@pytest.mark.parametrize("frozen", ["", "conv"])
def test_a_run_that_left_the_device_learns_the_same_bits(leaving: Leaving, frozen: str) -> None:
    undisturbed, _events = learned(frozen=frozen)
    assert not leaving
    weights, events = learned(leaving, frozen=frozen)
    assert leaving
    assert equal(weights, undisturbed)
    assert events[-1].frozen_unchanged


def test_while_away_no_memory_of_the_run_is_taken(leaving: Leaving) -> None:
    gc.collect()
    before = {id(found) for found in _tensors()}
    control, network = Control(), made(cnn())
    plan = read_plan(PLAN | {"epochs": 3})
    control.set_frozen({"conv": True})
    run = train(network, device_data(pictures()), plan, control)
    while not isinstance(event := next(run), StepDone) or event.epoch < 1:
        continue
    control.pause()
    rest: list[Any] = []
    worker = threading.Thread(target=rest.extend, args=(run,))
    worker.start()
    until = time.monotonic() + 20
    while not leaving and time.monotonic() < until:
        time.sleep(0.01)
    (away,) = leaving
    taken = [found for found in _tensors() if id(found) not in before and _memory(found)]
    kept = {value for _name, value in network.named_parameters()}
    assert away.bytes > sum(p.numel() * p.element_size() for p in kept)
    # beside what is kept instead, and the data, whose memory numpy owns
    assert [(found.shape, found.dtype) for found in taken] == []
    control.stop()
    worker.join(20)
    assert isinstance(rest[-1], Ended)


def _tensors() -> list[torch.Tensor]:
    return [found for found in gc.get_objects() if issubclass(type(found), torch.Tensor)]


def _memory(tensor: torch.Tensor) -> bool:
    storage = tensor.untyped_storage()
    return bool(storage.nbytes()) and storage.resizable()


def test_before_it_leaves_a_run_is_saved(leaving: Leaving, tmp_path: Path) -> None:
    _weights, events = learned(leaving, tmp_path, checkpoint_every=10_000)
    paused = [event.step for event in events if isinstance(event, StepDone)][:3]
    assert len(leaving) == 3
    assert set(paused) <= {event.step for event in events if isinstance(event, CheckpointSaved)}


def test_pauses_leave_nothing_where_the_plan_says_so(leaving: Leaving) -> None:
    control, plan = Control(), read_plan(PLAN | {"pause_leaves_device": False})
    run = train(made(cnn()), device_data(pictures()), plan, control)
    while not isinstance(next(run), StepDone):
        continue
    control.pause()
    threading.Timer(0.5, control.resume).start()
    assert isinstance(list(run)[-1], Ended)
    assert not leaving


def test_a_run_waits_until_there_is_room_for_it_again(
    leaving: Leaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed, _events = learned()
    _fill_for(3, leaving, monkeypatch)
    weights, events = learned(leaving)
    told = [(event.about, event.over) for event in events if isinstance(event, Trouble)]
    assert told == [("memory", False), ("memory", True)]
    assert events[-1].reason == "finished"
    assert equal(weights, undisturbed)


def test_a_run_that_finds_no_room_can_be_stopped(
    leaving: Leaving, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _fill_for(1, leaving, monkeypatch, stops=True)
    weights, events = learned(leaving, tmp_path)
    assert events[-1].reason == "failed"
    assert "no room for the network" in events[-1].message
    assert any(isinstance(event, CheckpointSaved) for event in events)
    assert all(bool(value.isfinite().all()) for value in weights.values())
    assert float(weights["conv.weight"].abs().sum()) > 0


def _fill_for(
    times: int, leaving: Leaving, monkeypatch: pytest.MonkeyPatch, *, stops: bool = False
) -> None:
    """Let the device be full so many times that a run wants to come back, or until it `stops`."""
    come_back, tries = Away.come_back, iter(range(times))

    def refused(away: Away) -> None:
        if next(tries, None) is not None or stops:
            if stops and leaving.control is not None:
                leaving.control.stop()
            raise torch.OutOfMemoryError("CUDA out of memory.")
        come_back(away)

    monkeypatch.setattr(Away, "come_back", refused)


def test_memory_that_views_share_leaves_once_and_comes_back() -> None:
    whole = torch.arange(12.0)
    view, copy = whole.view(3, 4)[1:, ::2], whole.clone()
    weight = torch.nn.Parameter(whole[:4])
    address = weight.untyped_storage()._cdata
    away = Away([whole, view, weight], torch.device("cpu"))
    assert away.bytes == 48
    away.leave()
    assert whole.untyped_storage().nbytes() == 0
    away.come_back()
    assert torch.equal(whole, copy)
    assert torch.equal(view, copy.view(3, 4)[1:, ::2])
    assert weight.untyped_storage()._cdata == address


def test_what_does_not_come_back_can_be_read_all_the_same() -> None:
    whole = torch.arange(12.0)
    view, copy = whole.view(3, 4)[1:, ::2], whole.clone()
    away = Away([whole, view], torch.device("cpu"))
    away.leave()
    away.stay()
    assert torch.equal(whole, copy)
    assert torch.equal(view, copy.view(3, 4)[1:, ::2])


class _Holder:
    def __init__(self) -> None:
        inner = torch.zeros(1)
        self.direct = torch.zeros(2, requires_grad=True)
        self.direct.grad = torch.zeros(2)
        self.closure = lambda: inner
        self.control = Control()
        self.control.call_on_news(torch.zeros(7).sum)
        self.nested = {"key": [(torch.zeros(3),)]}
        self.going = self._going(torch.zeros(4))
        next(self.going)

    def _going(self, mine: torch.Tensor) -> Any:
        yield mine.sum()


def test_tensors_are_found_wherever_an_object_keeps_them() -> None:
    holder = _Holder()
    sizes = sorted(len(found) for found in held_tensors(holder, strangers=(Control,)))
    assert sizes == [1, 2, 2, 3, 4]
    with contextlib.suppress(StopIteration):
        next(holder.going)
