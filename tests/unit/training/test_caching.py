"""Features of a frozen beginning: computed once, looked up, and never out of date."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from studio.catalogue import CATALOGUE
from studio.catalogue.dense.linear import Linear
from studio.catalogue.shaping.reduction import Reduce
from studio.datasets.dataset import Dataset
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph, Node, Wire
from studio.network.execution import streamlined
from studio.network.features import Features
from studio.network.network import Network
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.data import caching
from studio.training.device import Machine
from studio.training.events import EpochDone
from studio.training.plan import read_plan
from studio.training.session import Session
from tests.unit.training.toys import (
    Ticking,
    chain,
    cnn,
    device_data,
    made,
    mlp,
    pictures,
    rows,
    running,
)

FROZEN = ["conv", "norm"]


def _trained(graph: Graph, data: Dataset, **plan: Any) -> tuple[list[Any], dict[str, Any], Any]:
    network = made(graph)
    events = list(running(network, data, **plan))
    told = [event for event in events if isinstance(event, EpochDone)]
    return told, dict(network.state_dict()), events[-1]


def _seen(events: list[Any]) -> list[Any]:
    return [replace(event, elapsed_s=0.0) for event in events]


def _session(graph: Graph, data: Dataset, **plan: Any) -> Session:
    settings = read_plan({"epochs": 2, "batch_size": 16, "threads": 1} | plan)
    network = made(graph)
    return Session(network, device_data(data), settings, Machine.chosen(settings, 0))


def _first(session: Session) -> Features:
    """Return the features of the first batch."""
    x, _y = session.epoch_batches()[0]
    assert isinstance(x, Features)
    return x


def _texts(samples: int = 96) -> Dataset:
    random = np.random.default_rng(0)
    inputs = random.integers(0, 20, (samples, 6))
    return Dataset("texts", inputs, random.integers(0, 3, samples), classes=("a", "b", "c"))


def _transformer(frozen: int) -> Graph:
    """Return two blocks of three copies over words, of which the first are frozen."""
    inside = chain(
        x=("input", {"sample": (6, 8)}),
        norm=("layer_norm", {}),
        look=("attention", {"num_heads": 2}),
        fold=("linear", {"out_features": 8}),
        act=("gelu", {}),
        y=("output", {}),
    )
    words = chain(
        words=("input", {"sample": (6,), "dtype": "int64"}),
        letters=("embedding", {"num_embeddings": 20, "embedding_dim": 8}),
    )
    nodes = dict(words.nodes)
    before = "letters"
    for number in range(2):
        nodes[f"block_{number}"] = Node(Block(graph=inside, repeat=3), (Wire(before),))
        before = f"block_{number}"
    nodes["mean"] = Node(Reduce(dim=(1,)), (Wire(before),))
    nodes["last"] = Node(Linear(out_features=3), (Wire("mean"),))
    nodes["scores"] = Node(CATALOGUE["output"](), (Wire("last"),))
    held = ["letters", *(f"block_{number}" for number in range(frozen))]
    return edits.set_frozen(Graph(nodes), held, True)


@pytest.mark.parametrize("batch", [16, 64])
@pytest.mark.parametrize(
    ("graph", "data"),
    [(edits.set_frozen(cnn(), FROZEN, True), pictures(232)), (_transformer(1), _texts(232))],
    ids=["pictures", "words"],
)
def test_losses_with_features_are_those_without(graph, data, batch):
    plan = {"epochs": 3, "batch_size": batch}
    cached, weights, end = _trained(graph, data, **plan)
    plain, others, other_end = _trained(graph, data, **plan, cache_features="off")
    for event, other in zip(cached, plain, strict=True):
        assert event.train["loss"] == pytest.approx(other.train["loss"], rel=0, abs=1e-6)
        assert event.validation["loss"] == pytest.approx(other.validation["loss"], abs=1e-6)
        assert event.confusion == other.confusion
    for name, value in weights.items():
        torch.testing.assert_close(value, others[name], rtol=0, atol=1e-6)
    assert (end.frozen_tensors, end.frozen_unchanged) == (other_end.frozen_tensors, True)


def test_where_pieces_are_as_large_as_batches_not_one_bit_differs():
    graph, plan = edits.set_frozen(cnn(), FROZEN, True), {"batch_size": 64}
    cached, weights, _end = _trained(graph, pictures(232), **plan)
    plain, others, _end = _trained(graph, pictures(232), **plan, cache_features="off")
    assert _seen(cached) == _seen(plain)
    assert all(torch.equal(value, others[name]) for name, value in weights.items())


def test_the_frozen_beginning_runs_once_for_every_sample():
    session = _session(edits.set_frozen(cnn(), FROZEN, True), pictures(232))
    seen: list[int] = []
    session.network.layers()["conv"][0].register_forward_hook(
        lambda _module, inputs, _output: seen.append(len(inputs[0]))
    )
    for _epoch in range(3):
        for x, y in session.epoch_batches():
            session.stepper.step(x, y, 0.01)
        session.evaluated("validation", lambda: False)
    assert sum(seen) == session.data.size("train") + session.data.size("validation")


def test_marks_that_change_bring_other_features():
    ends = []
    for cached in ("auto", "off"):
        network, control = made(edits.set_frozen(cnn(), FROZEN, True)), Control(Ticking())
        moved: list[bool] = []
        kept = network.conv.weight.detach().clone()
        plan = {"epochs": 6, "batch_size": 64, "cache_features": cached}
        for event in running(network, pictures(), control, **plan):
            if isinstance(event, EpochDone):
                moved.append(not torch.equal(network.conv.weight, kept))
                kept = network.conv.weight.detach().clone()
                if event.epoch in {2, 4}:
                    control.set_frozen(dict.fromkeys(FROZEN, event.epoch == 4))
        assert moved == [False, False, True, True, False, False]
        ends.append(dict(network.state_dict()))
    assert all(torch.equal(value, ends[1][name]) for name, value in ends[0].items())


def test_a_run_that_goes_on_finds_the_same_features(tmp_path):
    graph = edits.set_frozen(cnn(), FROZEN, True)
    whole = made(graph)
    for _event in running(whole, pictures(), epochs=4):
        pass
    first = made(graph)
    control = Control(Ticking())
    for event in running(first, pictures(), control, epochs=4, folder=tmp_path):
        if isinstance(event, EpochDone) and event.epoch == 2:
            control.stop()
    second = made(graph, seed=5)
    start = load(tmp_path, "last")
    for _event in running(second, pictures(), epochs=4, start=start, folder=tmp_path):
        pass
    for name, value in whole.state_dict().items():
        assert torch.equal(value, second.state_dict()[name]), name


@pytest.mark.parametrize(
    ("graph", "data", "plan"),
    [
        (cnn(), pictures(), {}),
        (edits.set_frozen(cnn(), ["last"], True), pictures(), {}),
        (edits.set_frozen(cnn(), ["conv"], "statistics"), pictures(), {}),
        (edits.set_frozen(cnn(), FROZEN, True), pictures(), {"cache_features": "off"}),
        (_transformer(0), _texts(), {}),
    ],
    ids=["nothing frozen", "end frozen", "statistics", "off", "a mere lookup"],
)
def test_there_are_no_features_where_they_would_be_wrong_or_useless(graph, data, plan):
    session = _session(graph, data, **plan)
    assert not session.features.is_used
    assert isinstance(session.epoch_batches()[0][0], torch.Tensor)


def test_changed_pictures_are_computed_anew_and_validation_is_not():
    augment = [{"type": "shift", "pixels": 1}]
    session = _session(edits.set_frozen(cnn(), FROZEN, True), pictures(), augment=augment)
    assert isinstance(session.epoch_batches()[0][0], torch.Tensor)
    assert not isinstance(next(session.data.batches("validation", 16))[0], torch.Tensor)


def test_a_dropout_that_is_not_frozen_stays_random():
    graph = edits.set_frozen(cnn(), FROZEN, True)
    session = _session(graph, pictures())
    (x, _y) = session.epoch_batches()[0]
    session.network.train()
    session.freezing.train()
    first, second = session.network(x)["scores"], session.network(x)["scores"]
    assert not torch.equal(first, second)


def test_too_large_features_are_left_alone(monkeypatch):
    monkeypatch.setattr(caching, "free_bytes", lambda _device: 1000)
    assert not _session(edits.set_frozen(cnn(), FROZEN, True), pictures()).features.is_used


def test_a_stop_is_heard_while_features_are_computed():
    session = _session(edits.set_frozen(cnn(), FROZEN, True), pictures())
    assert not session.features.filled("train", lambda: True)
    assert session.features.filled("train")


def _steered(
    graph: Graph, data: Dataset, asked: dict[int, dict[str, Any]], **plan: Any
) -> tuple[list[Any], dict[str, Any]]:
    """Train with other layers frozen from the end of some epochs on."""
    network, control = made(graph), Control(Ticking())
    told = []
    for event in running(network, data, control, epochs=4, **plan):
        if isinstance(event, EpochDone):
            told.append(replace(event, elapsed_s=0.0))
            control.set_frozen(asked.get(event.epoch, {}))
    return [*told, event.metrics], dict(network.state_dict())


def test_an_average_of_weights_is_judged_by_its_own_features():
    asked = {2: dict.fromkeys(FROZEN, True)}
    plan = {"ema": 0.9, "batch_size": 64}
    cached, _weights = _steered(cnn(), pictures(), asked, **plan)
    plain, _weights = _steered(cnn(), pictures(), asked, **plan, cache_features="off")
    assert cached == plain


def test_freezing_more_makes_features_further_on():
    graph, asked = _transformer(1), {2: {"block_1": True}}
    cached, weights = _steered(graph, _texts(), asked)
    plain, others = _steered(graph, _texts(), asked, cache_features="off")
    assert cached[-1]["train"]["loss"] == pytest.approx(plain[-1]["train"]["loss"], abs=1e-6)
    for name, value in weights.items():
        torch.testing.assert_close(value, others[name], rtol=0, atol=1e-6)


def test_weights_that_are_loaded_bring_other_features():
    graph = edits.set_frozen(cnn(), FROZEN, True)
    session, other = (_session(graph, pictures()) for _number in range(2))
    with torch.no_grad():
        other.network.conv.weight.mul_(-1)  # type: ignore[union-attr,operator]
    before = _first(session)
    session.restore(other.captured({}))
    after, expected = _first(session), _first(other)
    assert not torch.equal(before.values[0], after.values[0])
    assert torch.equal(after.values[0], expected.values[0])


def test_parts_of_batches_are_cut_out_of_features():
    graph = edits.set_frozen(cnn(), FROZEN, True)
    plan = {"accumulate": 2, "batch_size": 32}
    cached, _weights, _end = _trained(graph, pictures(), **plan)
    plain, _weights, _end = _trained(graph, pictures(), **plan, cache_features="off")
    for event, other in zip(cached, plain, strict=True):
        assert event.train["loss"] == pytest.approx(other.train["loss"], abs=1e-6)


def test_the_memory_said_is_the_memory_taken():
    session = _session(edits.set_frozen(mlp(), ["first"], True), rows())
    samples = session.data.size("train") + session.data.size("validation")
    assert session.features.bytes == samples * 16 * 4


def test_channels_last_features_keep_their_order():
    network = made(edits.set_frozen(cnn(), FROZEN, True))
    assert isinstance(network, Network)
    with streamlined(network, 16, channels_last=True):
        settings = read_plan({"batch_size": 64, "threads": 1})
        session = Session(network, device_data(pictures()), settings, Machine.chosen(settings, 0))
        features = _first(session)
        assert features.values[0].is_contiguous(memory_format=torch.channels_last)
        rows_ = session.data.parts["train"]
        shuffled = session.epoch_batches()._places[0]
        x = session.data.normalized(session.data.inputs[rows_[shuffled]])
        session.network.eval()
        torch.testing.assert_close(session.network(features), session.network(x))
