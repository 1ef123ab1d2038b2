"""What fine-tuning promises, where no other test says it: thawing, ties, clipping, evaluation."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from studio.graph import edits
from studio.graph.model import Graph
from studio.network.execution import streamlined
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.device import Machine
from studio.training.events import StepDone
from studio.training.judging.evaluation import evaluate
from studio.training.plan import read_plan
from studio.training.session import Session
from tests.unit.analysis.networks import Spec, block, graph
from tests.unit.training.ticking import Hasty, net
from tests.unit.training.ticking import events as ticked
from tests.unit.training.ticking import settings as ticking
from tests.unit.training.toys import Ticking, cnn, device_data, made, mlp, pictures, rows, running


def copies(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}


def moved(network: nn.Module, before: dict[str, Tensor]) -> set[str]:
    return {
        name for name, now in network.state_dict().items() if not torch.equal(now, before[name])
    }


def _at(step: int, action: str, *paths: str) -> dict[str, Any]:
    return {
        "at": {"type": "step", "at": step},
        "actions": [{"type": action, "paths": list(paths)}],
    }


@pytest.mark.parametrize("optimizer", ["adamw", {"type": "sgd", "momentum": 0.9}, "rmsprop"])
@pytest.mark.parametrize("cut", [5, 9, 10, 11])
def test_what_is_thawed_trains_also_when_the_run_was_resumed_before(tmp_path, cut, optimizer):
    ticks = [_at(0, "freeze", "conv", "norm"), _at(10, "unfreeze", "conv", "norm")]
    plan = ticking(ticks=ticks, optimizer=optimizer, epochs=2, schedule="constant")
    list(ticked(made(net()), plan, stop_at=cut, folder=tmp_path))
    network = made(net(), seed=7)
    # the offset of a convolution that is normalized has no gradient
    held = {"conv.weight", "norm.weight", "norm.bias", "norm.running_mean"}
    start = load(tmp_path, "last")
    assert start.step == cut
    kept: dict[str, Tensor] = {}
    seen: set[str] = set()
    for event in ticked(network, plan, start=start):
        if isinstance(event, StepDone):
            if event.step <= 10 and kept:
                seen |= moved(network, kept)
            kept = kept or copies(network)
    assert not seen & held
    assert ("last.weight" in seen) == (cut < 9)
    assert held <= moved(network, {**copies(network), **dict(start.weights)})


TIED = {"one": "two.weight", "two": "one.weight"}


@pytest.mark.parametrize("borrower", TIED)
@pytest.mark.parametrize("frozen", TIED)
def test_tied_layers_lock_together_whichever_is_frozen_and_whichever_owns(borrower, frozen):
    built = graph(
        x={"type": "input", "shape": [4]},
        one={"type": "linear", "out_features": 4}, two={"type": "linear", "out_features": 4},
        last={"type": "linear", "out_features": 3}, y="output",
    )  # fmt: skip
    tied = built[borrower].changed(tied={"weight": TIED[borrower]})
    network = made(edits.set_frozen(built.with_node(borrower, tied), [frozen], True))
    assert network.one.weight is network.two.weight
    before = copies(network)
    list(running(network, rows(), optimizer={"type": "adamw", "weight_decay": 0.5}))
    free = ({"one", "two"} - {frozen}).pop()
    assert moved(network, before) == {f"{free}.bias", "last.weight", "last.bias"}


def test_an_output_tied_to_a_frozen_embedding_is_frozen_with_it():
    built = graph(
        x={"type": "input", "shape": [6], "dtype": "int64"},
        words={"type": "embedding", "num_embeddings": 3, "embedding_dim": 8, "frozen": True},
        mix={"type": "linear", "out_features": 8}, mean={"type": "reduce", "dim": [1]},
        scores={"type": "linear", "out_features": 3, "tied": {"weight": "words.weight"}},
        y="output",
    )  # fmt: skip
    network = made(built)
    before = copies(network)
    data = rows()
    ids = (data.targets[:, None] + [[0, 1, 2, 0, 0, 1]]) % 3
    list(running(network, replace(data, inputs=ids)))
    assert moved(network, before) == {"mix.weight", "mix.bias", "scores.bias"}


@pytest.mark.parametrize("parts", [1, 4])
def test_the_gradient_is_clipped_by_the_norm_of_what_trains(parts):
    """With plain steps of rate 1 the update is as long as the clipped gradient."""
    length, control, network = 1e-4, Control(Hasty()), made(mlp())
    before, steps = copies(network), []
    plan: dict[str, Any] = {
        "optimizer": {"type": "sgd", "momentum": 0.0, "learning_rate": 1.0},
        "clip_norm": length, "accumulate": parts, "l1": 0.1,
    }  # fmt: skip
    for event in running(network, rows(), control, **plan):
        if not isinstance(event, StepDone):
            continue
        now = copies(network)
        squares = {name: (now[name] - before[name]).double().square().sum() for name in now}
        steps.append((event.step, sum(squares.values()) ** 0.5, squares["first.weight"]))
        before = now
        if event.step == 4:
            # its last gradient was hundreds of times longer than what is let through
            assert network.first.weight.grad.norm() > 0
            control.set_frozen({"first": True})
    assert [step for step, _length, _first in steps] == list(range(1, len(steps) + 1))
    for step, whole, first in steps:
        assert whole == pytest.approx(length, rel=0.01), step
        assert (first == 0) == (step > 4)


def _tower() -> Graph:
    inside: dict[str, str | Spec] = {
        "x": {"type": "input", "shape": [8]},
        "fc": {"type": "linear", "out_features": 8}, "act": "tanh",
        "drop": {"type": "dropout", "p": 0.2}, "y": "output",
    }  # fmt: skip
    return graph(
        x={"type": "input", "shape": [4]},
        first={"type": "linear", "out_features": 8, "frozen": True},
        body=block(inside, repeat=3),
        last={"type": "linear", "out_features": 3}, y="output",
    )  # fmt: skip


def test_blocks_that_recompute_learn_the_same_behind_a_frozen_beginning():
    """Recomputation that re-enters autograd would give such a block no gradient at all."""
    found = []
    for on in (False, True):
        network = made(_tower())
        before = copies(network)
        events = list(running(network, rows(), Control(Hasty()), checkpointing=on))
        losses = [event.loss for event in events if isinstance(event, StepDone)]
        found.append((losses, copies(network)))
        still = {"first.weight", "first.bias"}
        assert moved(network, before) == {*before} - still
    (plain, weights), (again, others) = found
    assert len(set(plain)) > 5
    assert plain == again
    assert all(torch.equal(value, others[name]) for name, value in weights.items())


QUICK = {"type": "adam", "learning_rate": 0.01}


@pytest.mark.parametrize("mark", [True, "statistics"])
def test_metrics_do_not_depend_on_how_many_samples_are_judged_at_once(mark, tmp_path):
    network = made(edits.set_frozen(cnn(), ["norm"], mark))
    list(running(network, pictures(), folder=tmp_path, epochs=8, optimizer=QUICK))
    with streamlined(network, 16, channels_last=True):
        found = {size: _judged(network, size, tmp_path) for size in (1, 7, 16, 96)}
    first = found[96]
    assert first["accuracy"] > 0.4
    for size, metrics in found.items():
        assert metrics.keys() == first.keys()
        for name, value in metrics.items():
            assert value == pytest.approx(first[name], abs=1e-6), (size, name)


def _judged(network: Any, size: int, folder: Path) -> dict[str, float]:
    plan = read_plan({"batch_size": 16, "threads": 1})
    session = Session(network, device_data(pictures()), plan, Machine.chosen(plan, 1))
    session.restore(load(folder, "last"))
    parts = (session.data, "train", session.objective, session.machine)
    return dict(evaluate(network, *parts, batch_size=size).metrics)


def test_metrics_would_depend_on_it_if_norms_followed_the_batch():
    """Power of the test above."""
    network = made(cnn())
    list(running(network, pictures(), Control(Ticking())))
    data = device_data(pictures())
    x = data.normalized(data.inputs[data.parts["train"]])
    with torch.no_grad():
        network.train()
        network.drop.eval()
        whole = network(x)["scores"]
        single = torch.cat([network(part)["scores"] for part in x.split(4)])
    assert (whole - single).abs().max() > 1e-3
