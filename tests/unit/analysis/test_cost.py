"""Memory and speed: against what autograd really keeps, and against reasoning by hand."""

import pytest
import torch
from torch import nn

from studio.analysis.analyze import analyze
from studio.analysis.memory import training_memory
from studio.analysis.speed import expected_speedup
from studio.graph import edits
from studio.graph.model import Graph
from tests.unit.analysis.networks import Spec, graph, mnist_cnn, residual


def _kept_by_torch(module: nn.Module, x: torch.Tensor) -> int:
    """Return the bytes per sample that autograd keeps beside parameters and the batch itself."""
    known = {p.untyped_storage().data_ptr() for p in module.parameters()}
    known.add(x.untyped_storage().data_ptr())
    kept: dict[int, int] = {}
    alive: list[torch.Tensor] = []

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        alive.append(tensor)
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in known:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        module(x)
    return sum(kept.values()) // len(x)


@pytest.mark.parametrize("frozen", [(), ("conv",)])
def test_activations_are_what_autograd_keeps(frozen):
    module = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(5408, 10)
    )
    if frozen:
        module[0].requires_grad_(False)
    report = analyze(edits.set_frozen(mnist_cnn(), frozen, True))
    batch = 28 * 28 * 4
    kept = _kept_by_torch(module, torch.zeros(8, 1, 28, 28))
    assert training_memory(report, 8).activations == 8 * (kept + batch)


def test_gradients_and_optimizer_states_are_kept_for_what_trains():
    report = analyze(edits.set_frozen(mnist_cnn(), ["linear"], True))
    estimate = training_memory(report, 1, "adam")
    assert (estimate.parameters, estimate.gradients) == (54_410 * 4, 320 * 4)
    assert estimate.optimizer == 2 * 320 * 4
    assert training_memory(report, 1, "sgd", momentum=False).optimizer == 0
    assert estimate.total == sum(
        (estimate.parameters, estimate.gradients, estimate.optimizer, estimate.activations)
    )


def test_nothing_is_expected_to_speed_up_while_everything_trains():
    assert expected_speedup(analyze(mnist_cnn())) == 1.0


def _stack(frozen: range, repeat: int = 12) -> Graph:
    """Return twelve equal linear layers, so that every unit of the model is the same."""
    nodes: dict[str, Spec] = {"x": {"type": "input", "shape": [4096]}}
    for number in range(repeat):
        spec = {"type": "linear", "out_features": 4096, "bias": False, "frozen": number in frozen}
        nodes[f"linear_{number}"] = spec
    return graph(**nodes, y="output")


@pytest.mark.parametrize(
    ("frozen", "units"),
    [
        (range(6), 12 + 5 + 6),
        (range(11), 12 + 0 + 1),
        (range(6, 12), 12 + 11 + 6),
        (range(1, 12), 12 + 11 + 1),
    ],
)
def test_the_speedup_follows_the_unit_costs(frozen, units):
    full = 12 + 11 + 12
    expected = full / units
    assert expected_speedup(analyze(_stack(frozen))) == pytest.approx(expected, rel=0.01)


def test_copies_of_a_frozen_block_behind_a_trained_layer_still_pass_gradients():
    x = {"type": "input", "shape": [4, 8, 8]}
    conv = {"type": "conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1}
    before = graph(x=x, conv=conv, stage=residual(4, 8, frozen=True), y="output")
    behind = graph(x=x, stage=residual(4, 8, frozen=True), conv=conv, y="output")
    assert expected_speedup(analyze(before)) < 1.6
    assert expected_speedup(analyze(behind)) > 2.2
    assert (
        training_memory(analyze(before), 1).activations
        > 4 * training_memory(analyze(behind), 1).activations
    )
