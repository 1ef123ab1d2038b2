"""Batches come from whole tensors: all samples once, normalized, changed as the seed says."""

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch

from studio.datasets.dataset import Dataset
from studio.errors import TrainingError
from studio.network.features import Inputs
from studio.training.data.batches import DeviceData
from studio.training.data.epochs import Epoch, steps_per_epoch
from studio.training.plan import read_plan
from tests.unit.training.toys import cnn, device_data, made, numbers, pictures, rows, running


def epoch(data: DeviceData, number: int = 0, **plan: Any) -> Epoch:
    return Epoch(data, read_plan({"batch_size": 10} | plan), number, steps=7)


def tensor(inputs: Inputs) -> torch.Tensor:
    assert isinstance(inputs, torch.Tensor)
    return inputs


def test_every_sample_comes_once_and_the_last_batch_may_be_short():
    data = device_data(rows())
    batches = epoch(data)
    found = torch.cat([tensor(x) for x, _y in batches])
    assert [len(y) for _x, y in batches] == [10, 10, 10, 10, 10, 10, 4]
    expected = data.inputs[data.parts["train"]]
    assert torch.equal(found.sort(0).values, expected.sort(0).values)


def test_the_order_follows_from_seed_and_epoch():
    data = device_data(rows())
    first = [y.tolist() for _x, y in epoch(data)]
    assert first == [y.tolist() for _x, y in epoch(data)]
    assert first != [y.tolist() for _x, y in epoch(data, 1)]
    assert first != [y.tolist() for _x, y in epoch(data, seed=1)]


def test_normalization_is_learned_from_the_training_part_only():
    dataset = pictures()
    spoiled = dataset.inputs.copy()
    spoiled[64:] = 255
    other = dataclasses.replace(dataset, inputs=spoiled)
    assert device_data(dataset).scaling == device_data(other).scaling
    data = device_data(dataset)
    x = tensor(next(data.batches("train", 64))[0])
    assert x.dtype == torch.float32
    assert float(x.mean()) == pytest.approx(0, abs=1e-5)
    assert float(x.std(correction=0)) == pytest.approx(1, abs=1e-5)


def test_batches_agree_with_the_normalization_of_the_data_set():
    for dataset in (rows(), pictures()):
        data = device_data(dataset)
        assert data.scaling.inputs is not None
        expected = data.scaling.inputs.applied(dataset.inputs[:64])
        x = tensor(next(data.batches("train", 64))[0])
        assert np.array_equal(x.numpy(), expected)


def test_ids_are_left_alone_and_numbers_to_predict_keep_their_units():
    dataset = rows()
    ids = Dataset("ids", dataset.targets[:, None] % 3, dataset.targets, classes=dataset.classes)
    x = tensor(next(device_data(ids).batches("test", 4))[0])
    assert x.dtype == torch.int64
    _x, y = next(device_data(numbers()).batches("train", 64))
    assert float(y.mean()) > 50


def test_shifts_follow_from_seed_and_epoch_and_bring_in_black():
    data = device_data(pictures())
    black = data.normalized(torch.zeros(1, 1, 1, 1, dtype=torch.uint8))
    shift: dict[str, Any] = {"augment": [{"type": "shift", "pixels": 2}]}
    one, two, other = epoch(data, **shift), epoch(data, **shift), epoch(data, 1, **shift)
    assert all(torch.equal(tensor(a[0]), tensor(b[0])) for a, b in zip(one, two, strict=True))
    assert not all(torch.equal(tensor(a[0]), tensor(b[0])) for a, b in zip(one, other, strict=True))
    plain = {row.numpy().tobytes() for x, _y in epoch(data) for row in tensor(x).contiguous()}
    moved = [
        row for x, _y in one for row in tensor(x).contiguous() if row.numpy().tobytes() not in plain
    ]
    assert len(moved) > 40
    assert all((row == black.flatten()).any() for row in moved)


def test_steps_per_epoch_leave_out_a_single_sample_only_for_batch_norm():
    assert steps_per_epoch(21, 10, pairs_needed=False) == 3
    assert steps_per_epoch(21, 10, pairs_needed=True) == 2
    assert steps_per_epoch(22, 10, pairs_needed=True) == 3
    assert steps_per_epoch(20, 10, pairs_needed=True) == 2
    with pytest.raises(TrainingError, match=r"30.*20"):
        steps_per_epoch(20, 30, pairs_needed=False)


def test_a_last_batch_of_one_does_not_break_batch_norm():
    events = list(running(made(cnn()), pictures(), batch_size=21))
    assert events[0].steps_per_epoch == 3
    assert events[-1].reason == "finished"
