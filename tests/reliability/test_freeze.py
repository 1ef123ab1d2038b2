"""What is frozen does not move by one bit in a thousand steps, whichever layer it is."""

import itertools
from collections.abc import Mapping
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from studio.graph.model import Graph
from studio.graph.walk import frozen_paths
from studio.training.control import Control
from studio.training.events import Ended
from studio.training.plan import read_plan
from studio.training.trainer import train
from tests.reliability.freeze_networks import (
    Case,
    around,
    blocks,
    holding,
    samples,
    telling,
)
from tests.unit.training.toys import Ticking, device_data, made

OPTIMIZERS: Mapping[str, dict[str, Any]] = {
    "sgd": {"type": "sgd", "momentum": 0.9, "weight_decay": 0.1, "learning_rate": 0.001},
    "adamw": {"type": "adamw", "weight_decay": 0.5},
    "rmsprop": {"type": "rmsprop", "momentum": 0.5, "weight_decay": 0.1},
}
WAYS = tuple(itertools.product(OPTIMIZERS, (1, 4)))
BUFFERS = ("running_mean", "running_var", "num_batches_tracked")
KINDS = {**holding(), **telling()}
WORDS = {key: case for key, case in KINDS.items() if any(x.dtype == "int64" for x in case[1])}
NUMBERS = {key: case for key, case in KINDS.items() if key not in WORDS}
STATISTICS = ("batch_norm", "other_instance_norm")
CONSTANT = (
    "window_attention.relative_position_index",
    "rotary_positions.frequency",
    *(f"other_instance_norm{axes}d.num_batches_tracked" for axes in (1, 2, 3)),
)
"""Buffers that no step changes; torch does not count the batches of instance norms."""
BATCH, PER_EPOCH = 8, 20


def tensors(network: nn.Module) -> dict[str, Tensor]:
    """Return copies of everything a network holds, also what it does not save."""
    named = itertools.chain(
        network.named_parameters(remove_duplicate=False),
        network.named_buffers(remove_duplicate=False),
    )
    return {name: value.detach().clone() for name, value in named}


def moved(
    graph: Graph, optimizer: str, parts: int, steps: int, *, thawed: bool = False
) -> tuple[set[str], set[str], Ended]:
    """Train, and return the names of all tensors, of those that moved, and the end."""
    control = Control(Ticking())
    if thawed:
        control.set_frozen(dict.fromkeys(frozen_paths(graph), False))
    network = made(graph)
    before = tensors(network)
    wanted = {
        "epochs": steps // PER_EPOCH, "batch_size": BATCH, "optimizer": OPTIMIZERS[optimizer],
        "accumulate": parts, "threads": 1, "device": "cpu", "l1": 1e-4,
    }  # fmt: skip
    data = device_data(samples(graph, BATCH * PER_EPOCH + 32))
    *_rest, end = train(network, data, read_plan(wanted), control)
    assert isinstance(end, Ended)
    assert (end.reason, end.step, end.message) == ("finished", steps, "")
    after = tensors(network)
    bits = {name for name, value in before.items() if not _same(value, after[name])}
    return set(before), bits, end


def _same(one: Tensor, other: Tensor) -> bool:
    whole = (value.contiguous().flatten().view(torch.uint8) for value in (one, other))
    return torch.equal(*whole)


def stays(kinds: Mapping[str, Case], way: tuple[str, int], steps: int) -> None:
    every, bits, end = moved(around(kinds), *way, steps)
    held = {name for name in every if name.partition(".")[0] in kinds}
    assert {name.partition(".")[0] for name in held} == set(kinds)
    assert bits == every - held
    assert len(every - held) >= 3
    assert (end.frozen_tensors, end.frozen_unchanged) == (len(held), True)


every_kind = pytest.mark.parametrize("kinds", [NUMBERS, WORDS], ids=["numbers", "words"])
every_way = pytest.mark.parametrize("way", WAYS, ids=str)


@every_way
@every_kind
def test_frozen_layers_of_all_kinds_do_not_move(kinds, way):
    stays(kinds, way, 300 if way == ("adamw", 1) else 40)


@pytest.mark.slow
@every_way
@every_kind
def test_frozen_layers_of_all_kinds_do_not_move_in_a_thousand_steps(kinds, way):
    stays(kinds, way, 1000)


@every_kind
def test_the_same_layers_do_move_when_they_are_not_frozen(kinds):
    """Power of the tests above: each of these tensors would have moved."""
    every, bits, _end = moved(around(kinds, frozen=False), "adamw", 1, PER_EPOCH)
    assert every - bits == {name for name in every if name.endswith(CONSTANT)}


def test_held_statistics_stay_while_scale_and_offset_train():
    kinds = {key: case for key, case in NUMBERS.items() if key.startswith(STATISTICS)}
    assert len(kinds) == 6
    for optimizer, parts in WAYS:
        every, bits, end = moved(around(kinds, frozen="statistics"), optimizer, parts, 60)
        held = {name for name in every if name.endswith(BUFFERS)}
        assert len(held) == 3 * len(kinds)
        assert bits == every - held
        assert (end.frozen_tensors, end.frozen_unchanged) == (len(held), True)


@pytest.mark.parametrize(
    ("name", "graph", "still"), [*blocks()], ids=[name for name, *_ in blocks()]
)
def test_frozen_blocks_do_not_move(name, graph, still):
    optimizer, parts = WAYS[len(name) % 6]
    every, bits, end = moved(graph, optimizer, parts, 100)
    held = {tensor for tensor in every if tensor.startswith(still)}
    assert held
    assert bits == every - held
    assert end.frozen_unchanged
    assert moved(graph, optimizer, parts, PER_EPOCH, thawed=True)[1] == every
