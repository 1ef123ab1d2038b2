"""Recomputing copies changes memory, and nothing else: not a bit of losses, weights, statistics."""

import pytest
import torch

from studio.analysis.analyze import analyze
from studio.graph.model import Graph
from studio.network.build import build
from studio.network.network import recomputing
from studio.training.footprint import Footprint
from tests.unit.analysis.networks import block, graph


def _tower(**settings: object) -> Graph:
    inside = {
        "x": {"type": "input", "shape": [8, 6, 6]},
        "conv": {"type": "conv2d", "out_channels": 8, "kernel_size": 3, "padding": 1},
        "norm": "batch_norm2d",
        "relu": "relu",
        "drop": "dropout",
        "add": {"type": "add", "from": ["x", "drop"]},
        "y": "output",
    }
    picture = {"type": "input", "shape": [8, 6, 6]}
    return graph(x=picture, tower=block(inside, **settings), flat="flatten",
                 fc={"type": "linear", "out_features": 3}, y="output")  # fmt: skip


def _run(built: Graph, *, on: bool) -> tuple[list[torch.Tensor], int]:
    """Return losses, weights, gradients and statistics of three steps, and the fullest moment."""
    network = build(built, analyze(built), seed=3)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    torch.manual_seed(5)
    x = torch.randn(16, 8, 6, 6)
    found, peak = [], 0
    with recomputing(network, on=on):
        for _step in range(3):
            optimizer.zero_grad()
            with Footprint(network.parameters()) as footprint:
                loss = network(x)["y"].square().mean()
                loss.backward()
            peak = footprint.peak
            optimizer.step()
            found.append(loss.detach())
    gradients = [p.grad for p in network.parameters() if p.grad is not None]
    return [*found, *network.parameters(), *gradients, *network.buffers()], peak


@pytest.mark.parametrize("shared", [False, True])
def test_recomputed_copies_give_the_same_bits_in_less_memory(shared):
    built = _tower(repeat=6, shared=shared)
    plain, much = _run(built, on=False)
    again, little = _run(built, on=True)
    assert len(plain) == len(again)
    assert all(torch.equal(a, b) for a, b in zip(plain, again, strict=True))
    assert little < 0.6 * much


def test_a_block_that_is_not_repeated_is_left_alone():
    built = _tower(repeat=1)
    assert _run(built, on=True)[1] == _run(built, on=False)[1]
