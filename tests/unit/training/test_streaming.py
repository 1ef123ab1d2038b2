"""Samples that are streamed make the same run, bit for bit, and are missed in a sentence."""

import dataclasses
import gc
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from studio.datasets.caching import cache_folder, keeping, kept
from studio.datasets.dataset import Dataset
from studio.datasets.normalization import Scaling
from studio.datasets.stored import pieces, stored
from studio.errors import FileError
from studio.network.features import tensors_of
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.data import placing
from studio.training.data.ahead import Ahead
from studio.training.data.epochs import Epoch
from studio.training.data.streaming import Carried, Streamed
from studio.training.events import EpochDone, Event, Started, StepDone
from studio.training.plan import read_plan
from tests.unit.training.toys import (
    Ticking,
    cnn,
    device_data,
    made,
    mlp,
    parts,
    pictures,
    rows,
    running,
)

CPU = torch.device("cpu")
CLOCK = {"time", "elapsed_s", "seconds", "samples_per_second"}
AUGMENT: list[Any] = ["shift", "flip", "rand_augment", "mixup", "cutmix"]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYERWISE_HOME", str(tmp_path / "home"))


def filed(dataset: Dataset, name: str = "a") -> Dataset:
    """Return the same data set with its pixels in a mapped file."""
    with keeping(name, dataset.inputs.nbytes) as store:
        for one in dataset.inputs:
            store.add(one)
        store.finish(dataset.inputs.shape[1:], {})
    found = kept(name)
    assert found is not None
    return dataclasses.replace(dataset, inputs=found[0])


def file_of(name: str = "a") -> Path:
    return cache_folder() / f"{name}.pixels"


def told(events: Iterator[Event]) -> list[dict[str, Any]]:
    """Return what events say, but for the clock and for where samples lie."""
    found = [{"kind": type(event).__name__, **vars(event)} for event in events]
    return [
        {k: v for k, v in event.items() if k not in CLOCK and k != "loading"} for event in found
    ]


@pytest.mark.parametrize("augment", [(), AUGMENT[:3], AUGMENT], ids=["plain", "changed", "mixed"])
@pytest.mark.parametrize("source", ["file", "memory"])
@pytest.mark.parametrize("share", [None, lambda batch: batch[1:5]], ids=["alone", "shared"])
def test_batches_are_the_same_bits_in_any_order(source: str, augment: Any, share: Any) -> None:
    dataset = pictures()
    plan = read_plan({"batch_size": 10, "augment": list(augment)})
    whole = Epoch(device_data(dataset), plan, 3, steps=7, share=share)
    data = device_data(filed(dataset) if source == "file" else dataset).to(CPU, "streamed")
    assert len(data.inputs) == 0
    streamed = Epoch(data, plan, 3, steps=7, share=share)
    for position in (0, 1, 2, 3, 4, 5, 6, 2, 3, 0, 6, 5):
        for one, other in zip(whole[position], streamed[position], strict=True):
            assert torch.equal(tensors_of(one)[0], tensors_of(other)[0])
    with pytest.raises(IndexError):
        streamed[7]


def test_parts_come_in_their_order() -> None:
    dataset = pictures()
    streamed = device_data(filed(dataset)).to(CPU, "streamed")
    for part in ("train", "validation", "test"):
        pairs = zip(device_data(dataset).batches(part, 9), streamed.batches(part, 9), strict=True)
        for (x, y), (streamed_x, streamed_y) in pairs:
            assert torch.equal(tensors_of(x)[0], tensors_of(streamed_x)[0])
            assert torch.equal(y, streamed_y)


SWITCH = {"at": {"type": "step", "at": 5}, "actions": [{"type": "augment", "augment": AUGMENT}]}
PLANS: dict[str, dict[str, Any]] = {
    "plain": {},
    "changed": {"augment": AUGMENT},
    "by a tick": {"ticks": [SWITCH]},
    "frozen beginning": {
        "ticks": [
            {"at": {"type": "step", "at": 0}, "actions": [{"type": "freeze", "paths": ["conv"]}]}
        ]
    },
}


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_run_is_the_same_to_the_bit(plan: dict[str, Any]) -> None:
    dataset = pictures()
    whole, streamed = made(cnn()), made(cnn())
    expected = told(running(whole, dataset, **plan))
    found = told(running(streamed, filed(dataset), loading="streamed", **plan))
    assert found == expected
    for key, value in whole.state_dict().items():
        assert torch.equal(value, streamed.state_dict()[key]), key


def test_a_run_goes_on_in_mid_epoch_as_if_it_had_never_stopped(tmp_path: Path) -> None:
    dataset = pictures()
    plan: dict[str, Any] = {"augment": AUGMENT, "loading": "streamed"}
    straight, resumed = made(cnn()), made(cnn(), seed=9)
    end = list(running(straight, dataset, augment=AUGMENT))[-1]
    control = Control(Ticking())
    for event in running(made(cnn()), filed(dataset), control, folder=tmp_path, **plan):
        if isinstance(event, StepDone) and event.step >= 6:
            control.stop()
    start = load(tmp_path, "last")
    assert start.position
    again = list(running(resumed, filed(dataset, "b"), start=start, **plan))[-1]
    assert again.metrics == end.metrics
    for key, value in straight.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[key]), key


def test_samples_that_take_too_much_memory_are_streamed_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dataset = pictures()
    inputs = filed(dataset)
    first = next(iter(running(made(cnn()), inputs)))
    assert isinstance(first, Started)
    assert first.loading == "whole"
    monkeypatch.setattr(placing, "free_bytes", lambda _device: 2 * dataset.inputs.nbytes - 1)
    assert device_data(inputs).to(CPU).streamed is not None
    assert device_data(dataset).to(CPU).streamed is None, "they are there already"
    first = next(iter(running(made(cnn()), inputs)))
    assert isinstance(first, Started)
    assert first.loading == "streamed"
    monkeypatch.setattr(placing, "free_bytes", lambda _device: 2 * dataset.inputs.nbytes)
    assert device_data(inputs).to(CPU).streamed is None
    monkeypatch.setattr(placing, "free_bytes", lambda _device: None)
    assert device_data(inputs).to(CPU).streamed is None


@pytest.mark.parametrize("gone", ["folder", "file"])
def test_nothing_is_lost_with_a_file_that_is_removed(gone: str) -> None:
    dataset = pictures()
    whole, streamed = made(cnn()), made(cnn())
    list(running(whole, dataset))
    for event in running(streamed, filed(dataset), loading="streamed"):
        if isinstance(event, Started):
            file_of().unlink()
            if gone == "folder":
                cache_folder().rmdir()
    for key, value in whole.state_dict().items():
        assert torch.equal(value, streamed.state_dict()[key]), key


@pytest.mark.parametrize("when", ["training", "evaluation"])
def test_a_file_that_is_cut_ends_the_run_with_a_sentence_and_a_checkpoint(
    tmp_path: Path, when: str
) -> None:
    dataset = pictures()
    network, kind = made(cnn()), StepDone if when == "training" else EpochDone
    # the samples that validate come last
    left = 16 * dataset.inputs[0].nbytes if when == "training" else 64 * dataset.inputs[0].nbytes
    events = []
    for event in running(
        network, filed(dataset), Control(Ticking()), folder=tmp_path, loading="streamed"
    ):
        events.append(event)
        if isinstance(event, kind):
            with file_of().open("r+b") as stream:
                stream.truncate(left)
    end: Any = events[-1]
    assert end.reason == "failed"
    assert str(file_of()) in end.message
    assert "prepared anew" in end.message
    start = load(tmp_path, "last")
    assert start.step == end.step > 0

    straight, resumed = made(cnn()), made(cnn(), seed=5)
    list(running(straight, dataset))
    list(running(resumed, filed(dataset, "b"), start=start, loading="streamed"))
    for key, value in straight.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[key]), key


def test_a_file_that_is_missing_or_cut_is_refused_when_it_is_opened() -> None:
    inputs = filed(pictures()).inputs
    file_of().write_bytes(file_of().read_bytes()[:-400])
    with pytest.raises(FileError, match="not there any more"):
        stored(inputs)
    file_of().unlink()
    with pytest.raises(FileError, match=r"a\.pixels"):
        stored(inputs)


def test_only_whole_mapped_files_are_read_by_their_numbers() -> None:
    inputs = filed(pictures()).inputs
    assert stored(inputs) is not None
    assert stored(inputs[3:]) is None
    assert stored(np.array(inputs)) is None
    assert stored(inputs[np.arange(4)]) is None


@pytest.mark.parametrize("numbers", [[], [4], [1, 2, 3], [5, 4, 9, 10, 2, 2], list(range(96))])
def test_samples_are_read_in_any_order(numbers: list[int], monkeypatch: Any) -> None:
    dataset = pictures()
    file = stored(filed(dataset).inputs)
    assert file is not None
    for is_windows in (False, True):
        if is_windows:
            monkeypatch.delattr("os.preadv")
        into = np.empty((len(numbers), 1, 8, 8), np.uint8)
        file.read(numbers, into)
        assert np.array_equal(into, dataset.inputs[numbers])
        assert sum(map(len, pieces(dataset.inputs, np.array(numbers, dtype=np.int64)))) == len(
            numbers
        )


def test_what_normalizes_samples_is_learned_from_a_file_to_the_same_bits() -> None:
    dataset = pictures(600)
    split = parts(dataset)
    assert Scaling.fitted(filed(dataset), split) == Scaling.fitted(dataset, split)


def test_a_gpu_gets_batches_through_memory_that_is_used_again(monkeypatch: Any) -> None:
    """Without a GPU nothing is copied by itself, but what lies where is the same."""
    waited: list[int] = []

    class Left:
        def record(self) -> None:
            pass

        def synchronize(self) -> None:
            waited.append(1)

    monkeypatch.setattr(torch.cuda, "Event", Left)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    dataset = pictures()
    file = stored(filed(dataset).inputs)
    assert file is not None
    streamed = Streamed(file, CPU)
    batches = [torch.arange(start, start + 7) * 5 % 96 for start in range(0, 70, 7)]
    carried = Carried(streamed, batches)
    for place in (*range(10), 3, 4, 9, 0):
        # a copy, as one to a GPU is
        assert np.array_equal(carried(place).clone().numpy(), dataset.inputs[batches[place]])
    assert len(waited) >= 14


def test_what_is_foreseen_is_made_meanwhile_and_its_threads_end_with_it() -> None:
    made_by: dict[int, str] = {}

    def begun(place: int) -> Any:
        def make() -> int:
            made_by[place] = threading.current_thread().name
            return 10 * place

        return make

    ahead = Ahead(begun, 5)
    assert [ahead[place] for place in (0, 1, 2)] == [0, 10, 20]
    threads = [one for one in threading.enumerate() if one.name.startswith("batches")]
    assert threads
    assert all(name.startswith("batches") for name in made_by.values())
    assert ahead[4] == 40
    del ahead
    gc.collect()
    for one in threads:
        one.join(5)
        assert not one.is_alive()


def test_rows_of_tables_can_be_streamed_too() -> None:
    whole = list(running(made(mlp()), rows()))[-1]
    streamed = list(running(made(mlp()), rows(), loading="streamed"))[-1]
    assert whole.metrics == streamed.metrics
