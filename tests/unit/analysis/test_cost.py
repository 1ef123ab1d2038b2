"""Memory and speed against reasoning by hand."""

import pytest

from studio.analysis.analyze import analyze
from studio.analysis.memory import Terms, training_memory
from studio.analysis.speed import expected_speedup
from studio.graph import edits
from studio.graph.model import Graph
from tests.unit.analysis.networks import Spec, graph, mnist_cnn, residual


def test_gradients_and_optimizer_states_are_kept_for_what_trains():
    report = analyze(edits.set_frozen(mnist_cnn(), ["linear"], True))
    estimate = training_memory(report, Terms(batch_size=1))
    assert (estimate.parameters, estimate.all_gradients) == (54_410 * 4, 320 * 4)
    assert estimate.optimizer == 2 * 320 * 4
    assert training_memory(report, Terms(optimizer="sgd", states=0)).optimizer == 0


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
    report = analyze(_stack(frozen))
    assert expected_speedup(report, batch_size=100_000) == pytest.approx(expected, rel=0.01)


def test_features_that_are_remembered_cost_nothing():
    report = analyze(_stack(range(6)))
    found = expected_speedup(report, cached=True, batch_size=100_000)
    assert found == pytest.approx((12 + 11 + 12) / (6 + 5 + 6), rel=0.01)
    assert expected_speedup(report, batch_size=100_000) < found


def test_what_a_step_always_takes_limits_the_gain():
    report = analyze(_stack(range(11)))
    small, large = (expected_speedup(report, cached=True, batch_size=size) for size in (1, 100_000))
    assert small < large


def test_copies_of_a_frozen_block_behind_a_trained_layer_still_pass_gradients():
    x = {"type": "input", "shape": [4, 8, 8]}
    conv = {"type": "conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1}
    pool = {"type": "adaptive_avg_pool2d", "output_size": 1}
    before = graph(x=x, conv=conv, stage=residual(4, 8, frozen=True), pool=pool, y="output")
    behind = graph(x=x, stage=residual(4, 8, frozen=True), conv=conv, pool=pool, y="output")
    assert expected_speedup(analyze(before), batch_size=100_000) < 1.6
    assert expected_speedup(analyze(behind), batch_size=100_000) > 2.2
    assert (
        training_memory(analyze(before), Terms(100)).activations
        > 2 * training_memory(analyze(behind), Terms(100)).activations
    )
