"""Which beginning can be remembered, and how large it is: as training finds it, too."""

import pytest
import torch

from studio.analysis.analyze import analyze
from studio.analysis.memory.terms import Terms
from studio.analysis.prefix import frozen_prefix
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph
from studio.network.build import build
from studio.network.cutting import cut
from studio.training.freezing import Freezing
from studio.training.plan import read_plan
from studio.training.stepping.optimizers import make_optimizer
from tests.unit.analysis.networks import Spec, graph, mnist_cnn, residual

X: Spec = {"type": "input", "shape": [4, 8, 8]}
CONV: Spec = {"type": "conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1}
POOL: Spec = {"type": "max_pool2d", "kernel_size": 2}
HEAD: dict[str, str | Spec] = {
    "flat": "flatten",
    "last": {"type": "linear", "out_features": 3},
    "y": "output",
}


def _stages(**stage: str | Spec) -> Graph:
    return graph(x=X, first=CONV, **stage, second={**CONV}, **HEAD)


def _frozen(built: Graph, *names: str) -> Graph:
    return edits.set_frozen(built, list(names), True)


CASES = {
    "a layer": (_frozen(mnist_cnn(), "conv"), 32 * 13 * 13),
    "nothing": (mnist_cnn(), None),
    "the end": (_frozen(mnist_cnn(), "linear"), None),
    "a repeated block": (_frozen(_stages(stage=residual(4, 3)), "first", "stage"), 4 * 8 * 8),
    "behind what trains": (_frozen(_stages(stage=residual(4, 3)), "stage"), None),
    "a dropout": (_frozen(_stages(drop={"type": "dropout", "p": 0.5}), "first"), 4 * 8 * 8),
    "a frozen dropout": (
        _frozen(_stages(drop={"type": "dropout", "p": 0.5}, p=POOL),
                "first", "drop"),
        4 * 4 * 4,
    ),
    "statistics that move": (
        _frozen(_stages(norm={"type": "batch_norm2d", "affine": False}, p=POOL), "first"),
        4 * 8 * 8,
    ),
    "statistics of the batch": (
        _frozen(_stages(norm={"type": "batch_norm2d", "track_running_stats": False}, p=POOL),
                "first", "norm"),
        4 * 8 * 8,
    ),
    "two wires": (
        _frozen(
            graph(x=X, a=CONV, b={**CONV, "from": ["x"]}, c={**CONV, "from": ["a"]},
                  s={"type": "add", "from": ["b", "c"]}, **HEAD),
            "a", "b",
        ),
        2 * 4 * 8 * 8,
    ),
    "a wire into the data": (
        _frozen(graph(x=X, a=CONV, s={"type": "concat", "from": ["x", "a"]}, c=CONV, **HEAD), "a"),
        8 * 8 * 8,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("built", "numbers"), CASES.values(), ids=CASES)
def test_what_is_shown_is_what_training_remembers(built, numbers):
    report = analyze(built)
    prefix = frozen_prefix(report)
    assert (None if prefix is None else prefix.numbers) == numbers
    network = build(built, report)
    optimizer = make_optimizer(read_plan({}).optimizer, network)
    Freezing(network, optimizer).apply({name: True for name in built if built[name].frozen})
    found = cut(network)
    assert (found is None) == (prefix is None)
    if found is not None:
        shape = built[network.inputs[0]].layer.sample
        features = found.features(torch.zeros(2, *shape))
        assert sum(value[0].numel() for value in features) == numbers


@pytest.mark.parametrize("built", [case for case, _numbers in CASES.values()], ids=CASES)
def test_its_size_is_what_training_keeps_in_the_short_format(built):
    report = analyze(built)
    prefix = frozen_prefix(report, Terms(precision="bfloat16"))
    network = build(built, report)
    optimizer = make_optimizer(read_plan({}).optimizer, network)
    Freezing(network, optimizer).apply({name: True for name in built if built[name].frozen})
    found = cut(network)
    if prefix is None or found is None:
        return
    shape = built[network.inputs[0]].layer.sample
    with torch.autocast("cpu", dtype=torch.bfloat16):
        features = found.features(torch.zeros(2, *shape))
    assert prefix.size == sum(value[0].numel() * value.element_size() for value in features)


def test_a_layer_in_a_plain_block_can_be_where_it_ends():
    built = _stages(stage=residual(4))
    stage = built["stage"].layer
    assert isinstance(stage, Block)
    inner = edits.set_frozen(stage.graph, ["conv"], True)
    held = built["stage"].changed(layer=stage.changed(graph=inner))
    built = Graph({**_frozen(built, "first").nodes, "stage": held})
    prefix = frozen_prefix(analyze(built))
    assert prefix is not None
    # the sum inside is the last that stays the same
    assert prefix.numbers == 4 * 8 * 8
    assert len(prefix.layers) > 2


def test_memory_is_four_bytes_a_number():
    prefix = frozen_prefix(analyze(CASES["a layer"][0]))
    assert prefix is not None
    assert prefix.bytes(samples=1000) == 1000 * 5408 * 4
