"""Which layer is found to have made a number that is not finite."""

import math

import pytest
import torch

from studio.training.guarding.culprit import Culprit, culprit
from studio.training.opening import opened
from studio.training.plan import read_plan
from studio.training.soundness import finite_peak, peak, unsound
from tests.unit.analysis.networks import Spec, block, graph
from tests.unit.training.toys import cnn, device_data, made, mlp, pictures, rows

PLAN = read_plan({"batch_size": 16, "threads": 1, "checkpointing": True})


def nested():
    """Return a network with a block in a repeated block."""
    inner: dict[str, str | Spec] = {
        "x": {"type": "input", "shape": [4, 8, 8]},
        "conv": {"type": "conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1},
        "act": "relu",
        "y": "output",
    }
    outer: dict[str, str | Spec] = {
        "x": {"type": "input", "shape": [4, 8, 8]},
        "inner": block(inner),
        "norm": "batch_norm2d",
        "y": "output",
    }
    return graph(
        image={"type": "input", "shape": [1, 8, 8]},
        stem={"type": "conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1},
        body=block(outer, repeat=3),
        flat="flatten",
        last={"type": "linear", "out_features": 3},
        scores="output",
    )


def found(network, spoil=lambda _session: None) -> Culprit:
    with opened(network, device_data(pictures()), PLAN) as session:
        spoil(session)
        weights = {name: p.detach().clone() for name, p in network.named_parameters()}
        steps = [page.steps for page in network.modules() if hasattr(page, "steps")]
        answer = culprit(session, session.epoch_batches(), 1)
        for name, parameter in network.named_parameters():
            assert torch.equal(parameter.nan_to_num(7.0), weights[name].nan_to_num(7.0)), name
        assert steps == [page.steps for page in network.modules() if hasattr(page, "steps")]
    return answer


def test_a_healthy_step_has_no_culprit_but_a_table():
    answer = found(made(nested()))
    assert (answer.where, answer.cause, answer.layer) == ("", "unknown", "")
    paths = {"stem", "body/inner/conv", "body/inner/act", "body/norm", "flat", "last"}
    assert paths <= answer.outputs.keys()
    assert paths <= answer.gradients.keys()
    assert all(0 < size < 100 for path, size in answer.outputs.items() if path in paths)
    assert answer.largest == max(answer.outputs.values())


@pytest.mark.parametrize("copy", [1, 2, 3])
def test_a_layer_that_overflows_is_named_with_its_copy(copy):
    network = made(nested())
    conv = [module for module in network.modules() if isinstance(module, torch.nn.Conv2d)][copy]
    with torch.no_grad():
        conv.weight.fill_(3e38)
    answer = found(network)
    assert (answer.where, answer.cause) == ("output", "layer")
    assert (answer.layer, answer.copy) == ("body/inner/conv", copy)
    assert not math.isfinite(answer.outputs["body/inner/conv"])
    assert math.isfinite(answer.outputs["stem"])
    assert 1 < answer.largest <= 3.4e38


def test_weights_that_are_not_finite_are_to_blame_and_not_their_layer():
    network = made(nested())
    network.stem.bias.data[0] = math.nan
    answer = found(network)
    assert (answer.where, answer.cause, answer.layer) == ("output", "weights", "stem")
    assert answer.copy == 0


def test_a_gradient_that_breaks_on_its_way_is_found_where_it_breaks():
    network = made(cnn())

    class Breaking(torch.autograd.Function):
        @staticmethod
        def forward(_context, x):
            return x.clone()

        @staticmethod
        def backward(_context, gradient):
            return gradient * math.inf

    dropped = network.drop.forward
    network.drop.forward = lambda x: Breaking.apply(dropped(x))
    answer = found(network)
    assert (answer.where, answer.cause, answer.layer) == ("gradient", "layer", "drop")
    assert math.isfinite(answer.gradients["last"])
    assert math.isfinite(answer.gradients["drop"])
    assert not math.isfinite(answer.gradients["norm"])


def test_samples_that_are_not_finite_are_named_by_their_numbers():
    def spoil(session) -> None:
        rows = session.epoch_batches().rows(1)
        object.__setattr__(session.data, "inputs", session.data.inputs.float())
        session.data.inputs[rows[3]] = math.inf
        session.data.inputs[rows[9], 0, 2, 2] = math.nan
        spoiled.extend(sorted([int(rows[3]), int(rows[9])]))

    spoiled: list[int] = []
    answer = found(made(cnn()), spoil)
    assert (answer.where, answer.cause, answer.layer) == ("data", "data", "")
    assert list(answer.samples) == spoiled
    assert 0 < answer.largest < 100


def test_a_sample_is_to_blame_and_not_those_it_was_mixed_with():
    data = device_data(rows())
    data.inputs[5, 1] = math.nan
    plan = read_plan({"batch_size": 16, "threads": 1, "augment": ["mixup"]})
    with opened(made(mlp()), data, plan) as session:
        batches = session.epoch_batches()
        every = range(len(batches))
        (place,) = (place for place in every if 5 in batches.rows(place).tolist())
        answer = culprit(session, batches, place)
    assert (answer.where, answer.samples) == ("data", (5,))


def test_numbers_that_are_not_finite_are_seen_and_passed_over():
    mixed = torch.tensor([1.0, -5.0, math.inf])
    assert peak(mixed) == math.inf
    assert math.isnan(peak(torch.tensor([1.0, math.nan])))
    assert finite_peak(mixed) == 5.0
    assert finite_peak(torch.tensor([math.nan])) == 0.0
    assert peak(torch.tensor([3])) == 0.0
    whole = {"a": torch.ones(2), "b": mixed, "c": torch.tensor([2]), "d": torch.empty(0)}
    assert unsound(whole) == {"b"}
    assert unsound({}) == frozenset()
