"""Networks with several inputs: each is fed by name, and all that training does works alike."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from studio.datasets.normalization import Normalization, Scaling
from studio.errors import TrainingError
from studio.graph import edits
from studio.graph.model import Graph
from studio.network.features import Features, Samples, in_parts
from studio.training.checkpoints.checkpoint import Checkpoint, load
from studio.training.data.batches import DeviceData
from studio.training.device import Machine
from studio.training.events import CheckpointSaved, Ended, StepDone
from studio.training.plan import read_plan
from studio.training.session import Session
from tests.unit.training.test_keeping import by_step, prompt
from tests.unit.training.toys import (
    device_data,
    made,
    parts,
    rows,
    running,
    three_inputs,
    three_to_one,
)

__all__ = ["prompt"]


def session(graph: Graph, **settings: Any) -> Session:
    network = made(graph)
    plan = read_plan({"device": "cpu", "threads": 1, "batch_size": 16} | settings)
    machine = Machine.chosen(plan, network.multiply_adds)
    return Session(network, device_data(three_inputs()), plan, machine)


@pytest.mark.parametrize("order", [("numbers", "words", "wave"), ("wave", "words", "numbers")])
def test_what_takes_all_inputs_to_tell_is_learned(order):
    network = made(three_to_one(order))

    *_, ended = running(
        network, three_inputs(), epochs=40, optimizer={"type": "adam", "learning_rate": 0.02}
    )

    assert isinstance(ended, Ended)
    assert ended.metrics["train"]["accuracy"] > 0.95


def test_each_input_gets_its_own_samples_normalized_by_the_training_part():
    dataset = three_inputs()
    x, y = session(three_to_one(("words", "wave", "numbers"))).epoch_batches()[0]

    assert isinstance(x, Samples)
    words, wave, numbers = x.values
    rows_taken = [np.flatnonzero((dataset.more_inputs["words"] == one).all(1)) for one in words]
    assert words.dtype is torch.int64
    assert all(len(found) for found in rows_taken)
    data = device_data(dataset).feeding(("words", "wave", "numbers"))
    train = data.samples(data.parts["train"])
    assert isinstance(train, Samples)
    assert train.values[1].mean((0, 2)).tolist() == pytest.approx([0, 0], abs=1e-5)
    assert train.values[1].std((0, 2)).tolist() == pytest.approx([1, 1], abs=1e-2)
    assert train.values[2].mean(0).tolist() == pytest.approx([0, 0, 0], abs=1e-5)
    at = [int((train.values[2] == one).all(1).nonzero()[0, 0]) for one in numbers]
    assert torch.equal(wave, train.values[1][at])
    assert torch.equal(y, data.labels("train")[at])


@pytest.mark.usefixtures("prompt")
@pytest.mark.parametrize("frozen", [[], ["wide", "letters"]])
def test_a_run_goes_on_bit_for_bit_in_mid_epoch(tmp_path, frozen):
    plan = {"epochs": 4, "checkpoint_every": 1, "optimizer": "adamw", "accumulate": 2}
    graph = edits.set_frozen(three_to_one(), frozen, True)
    straight = made(graph)
    before = {name: value.clone() for name, value in straight.state_dict().items()}
    whole = list(running(straight, three_inputs(), by_step(), **plan))
    starts: list[Checkpoint] = []
    for event in running(made(graph), three_inputs(), by_step(), folder=tmp_path, **plan):
        if isinstance(event, CheckpointSaved) and event.name == "last":
            starts.append(load(tmp_path, "last"))
    losses = {e.step: e.loss for e in whole if isinstance(e, StepDone)}
    middle = [start for start in starts if start.position]
    assert middle
    for start in middle:
        again = made(graph, seed=9)
        rest = list(running(again, three_inputs(), by_step(), start=start, **plan))
        told = {e.step: e.loss for e in rest if isinstance(e, StepDone)}
        assert told == {step: loss for step, loss in losses.items() if step > start.step}
        assert rest[-1].metrics == whole[-1].metrics
        for name, value in straight.state_dict().items():
            assert torch.equal(value, again.state_dict()[name]), name
    for name, value in straight.state_dict().items():
        held = name.split(".")[0] in frozen
        assert torch.equal(value, before[name]) == held or value.numel() == 1, name


def test_features_of_a_frozen_beginning_are_remembered():
    held = session(edits.set_frozen(three_to_one(), ["wide", "letters"], True))
    x, y = held.epoch_batches()[0]

    assert isinstance(x, Features)
    plain, _same = held.epoch_batches().plain(0)
    held.network.eval()
    finished, whole = held.network(x)["scores"], held.network(plain)["scores"]
    assert torch.equal(finished, whole)
    assert len(x) == len(plain) == len(y)


def test_a_batch_is_cut_in_all_its_tensors():
    x = Samples((torch.arange(5), torch.arange(10).reshape(5, 2)))

    first, second = in_parts(x, 2)

    assert isinstance(first, Samples)
    assert isinstance(second, Samples)
    assert [len(value) for value in (*first.values, *second.values)] == [3, 3, 2, 2]
    assert torch.equal(second.values[1], x.values[1][3:])


def test_what_the_data_do_not_bring_is_named():
    named = edits.rename(three_to_one(), "wave", "sound")

    with pytest.raises(TrainingError, match=r"nothing for sound\. Name the Inputs words, wave"):
        list(running(made(named), three_inputs()))
    with pytest.raises(TrainingError, match=r"nothing for words, wave\. Leave one Input"):
        list(running(made(three_to_one()), rows()))


def test_one_input_is_fed_as_ever_whatever_else_the_data_bring():
    data = DeviceData.of(replace(rows(), more_inputs={"more": np.ones((96, 2))}), parts(rows()))

    x = data.feeding(("row",)).samples(torch.arange(3))

    assert isinstance(x, torch.Tensor)


def test_samples_of_several_inputs_are_not_mixed():
    with pytest.raises(TrainingError, match="cannot be mixed for a network with several inputs"):
        session(three_to_one(), augment=["mixup"])


def test_scaling_of_all_inputs_comes_back_from_json():
    found = Scaling.fitted(three_inputs(), parts(three_inputs()))

    assert set(found.more) == {"words", "wave"}
    assert found.more["words"] is None
    assert Scaling.from_json(found.to_json()) == found
    assert "more" not in Scaling.fitted(rows(), parts(rows())).to_json()
    assert Scaling(Normalization((1.0,), (2.0,))).to_json()["inputs"] == {"mean": [1], "std": [2]}
