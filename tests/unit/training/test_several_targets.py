"""Networks that predict several things of a sample: losses by field, metrics by name, resume."""

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from studio.datasets.dataset import Answer, Dataset
from studio.datasets.normalization import Scaling
from studio.errors import TrainingError
from studio.graph import edits
from studio.graph.model import Graph
from studio.graph.spelling import graph_from_json
from studio.training.checkpoints.checkpoint import Checkpoint, load
from studio.training.events import CheckpointSaved, Ended, EpochDone, StepDone
from studio.training.objectives.joint import objective_of
from studio.training.plan import read_plan
from tests.unit.training.test_keeping import by_step, prompt
from tests.unit.training.toys import device_data, made, parts, running

__all__ = ["prompt"]

TARGETS: list[dict[str, Any]] = [
    {"output": "kind", "loss": "cross_entropy"},
    {"output": "size", "field": "size", "loss": "mse", "weight": 0.5},
    {"output": "side", "field": "side", "loss": "cross_entropy"},
]


def three(samples: int = 128) -> Dataset:
    random = np.random.default_rng(0)
    inputs = random.standard_normal((samples, 4), dtype=np.float32)
    sizes = (1000 + 300 * inputs[:, 1:2] - 100 * inputs[:, 2:3]).astype(np.float32)
    return Dataset(
        "three",
        inputs,
        np.digitize(inputs[:, 0], [-0.5, 0.5]),
        classes=("low", "middle", "high"),
        more_targets={
            "size": Answer(sizes),
            "side": Answer((inputs[:, 3] > 0).astype(np.int64), ("left", "right")),
        },
    )


def network() -> Graph:
    ends = {"kind": 3, "size": 1, "side": 2}
    heads = {
        f"to_{name}": {"type": "linear", "out_features": width, "from": ["act"]}
        for name, width in ends.items()
    }
    outputs = {name: {"type": "output", "from": [f"to_{name}"]} for name in ends}
    body = {
        "row": {"type": "input", "shape": [4]},
        "first": {"type": "linear", "out_features": 16, "from": ["row"]},
        "act": {"type": "relu", "from": ["first"]},
    }
    return graph_from_json({**body, **heads, **outputs})


def test_all_answers_are_learned_and_told_by_their_fields():
    optimizer = {"type": "adam", "learning_rate": 0.02}

    *events, ended = running(
        made(network()), three(), epochs=40, targets=TARGETS, optimizer=optimizer
    )

    assert isinstance(ended, Ended)
    told = ended.metrics["test"]
    assert told["accuracy"] > 0.8
    assert told["side/accuracy"] > 0.8
    assert told["size/r2"] > 0.8
    assert 0 < told["size/mae"] < 150  # in their own units
    assert "side/f1" in told
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert {"accuracy", "side/accuracy", "size/mae"} <= {*epochs[0].train, *epochs[0].validation}


def test_the_loss_is_the_weighted_sum_of_that_of_each_field():
    dataset = three()
    data = device_data(dataset)
    uneven = {"type": "cross_entropy", "class_weights": "1, 3"}
    plan = read_plan({"targets": [*TARGETS[:2], TARGETS[2] | {"loss": uneven}]})
    data = data.answering(plan.targets)
    objective = objective_of(plan, ("kind", "size", "side"), data)
    rows = data.parts["train"][:10]
    y, number = data.targets[rows], rows.numpy()
    outputs = {
        name: torch.randn(10, width) for name, width in (("kind", 3), ("size", 1), ("side", 2))
    }

    normal = Scaling.fitted(dataset, parts(dataset)).more_targets["size"]
    assert normal is not None
    truth = torch.from_numpy(normal.applied(dataset.more_targets["size"].values[number]))
    wanted = functional.cross_entropy(outputs["kind"], torch.from_numpy(dataset.targets[number]))
    wanted = wanted + 0.5 * functional.mse_loss(outputs["size"], truth)
    sides = torch.from_numpy(dataset.more_targets["side"].values[number])
    wanted = wanted + functional.cross_entropy(
        outputs["side"], sides, weight=torch.tensor([1.0, 3.0])
    )

    assert float(objective.loss(outputs, y)) == pytest.approx(float(wanted), rel=1e-6)
    whole = objective.weights(y)
    halves = [
        objective.loss({name: value[part] for name, value in outputs.items()}, y[part], whole)
        for part in (slice(0, 4), slice(4, 10))
    ]
    assert float(sum(halves)) == pytest.approx(float(wanted), rel=1e-6)


@pytest.mark.usefixtures("prompt")
def test_a_run_goes_on_bit_for_bit_in_mid_epoch_and_what_is_frozen_stays(tmp_path):
    plan: dict[str, Any] = {"epochs": 4, "checkpoint_every": 1, "targets": TARGETS, "accumulate": 2}
    graph = edits.set_frozen(network(), ["first"], True)
    straight = made(graph)
    first = straight.first.weight.detach().clone()
    whole = list(running(straight, three(), by_step(), **plan))
    starts: list[Checkpoint] = []
    for event in running(made(graph), three(), by_step(), folder=tmp_path, **plan):
        if isinstance(event, CheckpointSaved) and event.name == "last":
            starts.append(load(tmp_path, "last"))
    losses = {e.step: e.loss for e in whole if isinstance(e, StepDone)}
    epochs = [e.train for e in whole if isinstance(e, EpochDone)]
    middle = [start for start in starts if start.position]
    assert middle
    for start in middle:
        again = made(graph, seed=9)
        rest = list(running(again, three(), by_step(), start=start, **plan))
        told = {e.step: e.loss for e in rest if isinstance(e, StepDone)}
        assert told == {step: loss for step, loss in losses.items() if step > start.step}
        assert [e.train for e in rest if isinstance(e, EpochDone)] == epochs[start.epoch :]
        assert rest[-1].metrics == whole[-1].metrics
        for name, value in straight.state_dict().items():
            assert torch.equal(value, again.state_dict()[name]), name
    assert torch.equal(straight.first.weight, first)


def test_large_class_numbers_and_odd_measurements_stay_exact_in_one_row():
    dataset = three()
    data = device_data(dataset).answering(read_plan({"targets": TARGETS}).targets)

    kind, size, side = (field.of(data.targets) for field in data.fields)

    assert np.array_equal(kind.numpy(), dataset.targets)
    assert np.array_equal(size.numpy(), dataset.more_targets["size"].values)
    assert np.array_equal(side.numpy(), dataset.more_targets["side"].values)
    assert (kind.dtype, size.dtype) == (torch.int64, torch.float32)


def test_data_of_which_one_answer_is_asked_stay_as_they_are():
    data = device_data(three())

    assert data.answering(read_plan({"targets": TARGETS[:1]}).targets) is data


def test_an_output_that_does_not_fit_its_field_is_named():
    wrong = [*TARGETS[:2], TARGETS[2] | {"output": "size"}]

    with pytest.raises(TrainingError, match=r"size gives \(1,\) per sample, but the data need 2"):
        list(running(made(network()), three(), targets=wrong))
    unknown = [TARGETS[0], TARGETS[1] | {"field": "sise"}]
    with pytest.raises(TrainingError, match=r"no answer called sise\. They are: label, size, side"):
        list(running(made(network()), three(), targets=unknown))
    with pytest.raises(TrainingError, match="No target of the plan is compared with the first"):
        list(running(made(network()), three(), targets=TARGETS[1:]))


def test_scaling_of_all_answers_comes_back_from_json():
    found = Scaling.fitted(three(), parts(three()))

    assert found.more_targets["side"] is None
    assert Scaling.from_json(found.to_json()) == found
