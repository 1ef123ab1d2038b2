"""Gradients that are spelled out: the bits of torch's own, or torch's own."""

import pytest
import torch

from studio.network.execution import streamlined
from studio.training.device import Machine
from studio.training.objectives.objective import Objective
from studio.training.plan import read_plan
from studio.training.speeding.deriving import Derived
from studio.training.stepping.step import Stepper
from tests.unit.training.toys import chain, device_data, made, mlp, rows

DEEP = chain(
    row=("input", {"sample": (4,)}),
    one=("linear", {"out_features": 9}),
    two=("relu", {}),
    three=("linear", {"out_features": 7, "bias": False}),
    four=("linear", {"out_features": 5}),
    five=("relu", {}),
    six=("linear", {"out_features": 3}),
    scores=("output", {}),
)


def _stepper(network, **plan):
    settings = read_plan({"device": "cpu", "batch_size": 24, **plan})
    data = device_data(rows())
    objective = Objective.of(settings, network.outputs, data.classes, data.scaling)
    return Stepper(network, objective, settings, Machine.chosen(settings, 1))


def _batch():
    data = device_data(rows())
    return data.inputs[:24], data.targets[:24]


def _gradients(network, learn):
    for parameter in network.parameters():
        parameter.grad = None
    loss, answers = learn(*_batch())
    return [loss, answers, *(p.grad for p in network.parameters())]


def _never(x, y):
    raise AssertionError(x, y)


def _same(ours, theirs):
    return all(
        one is other or (one is not None and other is not None and torch.equal(one, other))
        for one, other in zip(ours, theirs, strict=True)
    )


FROZEN = [(), ("one",), ("one", "three"), ("four",), ("three", "six"), ("one", "three", "four")]


@pytest.mark.parametrize("frozen", FROZEN)
@pytest.mark.parametrize("graph", [mlp(), DEEP])
def test_losses_answers_and_gradients_are_the_same_bits(graph, frozen):
    network = made(graph)
    for name in frozen:
        if name in dict(network.named_children()):
            getattr(network, name).requires_grad_(False)
    with streamlined(network, 24, channels_last=True):
        stepper = _stepper(network)
        derived = Derived(network, stepper)
        theirs = _gradients(network, stepper.learn)
        derived._learned = _never  # the chain takes no other way
        assert _same(_gradients(network, derived), theirs)


def test_layers_that_freeze_and_thaw_are_seen():
    network = made(mlp())
    with streamlined(network, 24, channels_last=True):
        derived = Derived(network, _stepper(network))
        _gradients(network, derived)
        network.first.requires_grad_(False)
        derived.renew(24, None)
        assert [g is None for g in _gradients(network, derived)[2:]] == [True, True, False, False]


@pytest.mark.parametrize(
    "plan",
    [
        {"l1": 0.01},
        {"targets": [{"loss": {"type": "cross_entropy", "label_smoothing": 0.1}}]},
        {"targets": [{"loss": {"type": "cross_entropy", "class_weights": "balanced"}}]},
        {"targets": [{"loss": {"type": "cross_entropy"}, "weight": 2.0}]},
        {"targets": [{"loss": {"type": "focal"}}]},
    ],
)
def test_what_is_more_than_plain_cross_entropy_is_left_to_torch(plan):
    network = made(mlp())
    with streamlined(network, 24, channels_last=True):
        settings = read_plan({"device": "cpu", "batch_size": 24, **plan})
        data = device_data(rows())
        labels = data.targets
        objective = Objective.of(settings, network.outputs, data.classes, data.scaling, labels)
        stepper = Stepper(network, objective, settings, Machine.chosen(settings, 1))
        seen = []
        own = stepper.learn

        def learned(x, y):
            seen.append(len(x))
            return own(x, y)

        stepper.learn = learned
        derived = Derived(network, stepper)
        _gradients(network, derived)
    assert seen == [24]


def test_other_networks_are_left_to_torch():
    tanh = chain(
        row=("input", {"sample": (4,)}),
        first=("linear", {"out_features": 9}),
        bend=("tanh", {}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )
    network = made(tanh)
    with streamlined(network, 24, channels_last=True):
        derived = Derived(network, _stepper(network))
        derived(*_batch())
        assert not derived._layers
