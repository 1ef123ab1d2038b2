"""The law of freezing: what is frozen does not move by a bit, whatever the optimizer remembers."""

from typing import Any

import pytest
import torch
from torch import nn

from studio.errors import TrainingError
from studio.graph.block import Block
from studio.graph.model import Graph
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.events import Ended, EpochDone, FreezeChanged, StepDone
from studio.training.freezing import Freezing
from studio.training.plan import read_plan
from studio.training.stepping.optimizers import make_optimizer
from tests.unit.training.toys import Ticking, chain, cnn, made, mlp, pictures, rows, running

OPTIMIZERS: list[Any] = [
    {"type": "sgd", "momentum": 0.9, "weight_decay": 0.1},
    {"type": "sgd", "momentum": 0.9, "nesterov": True},
    {"type": "adam", "weight_decay": 0.1, "amsgrad": True},
    {"type": "adamw", "weight_decay": 0.5},
    {"type": "rmsprop", "momentum": 0.9, "centered": True, "weight_decay": 0.1},
    {"type": "adagrad", "weight_decay": 0.1},
    {"type": "nadam", "weight_decay": 0.1, "decoupled": True},
    {"type": "radam", "weight_decay": 0.1, "decoupled": True},
    {"type": "lion", "weight_decay": 0.5},
    {"type": "muon", "weight_decay": 0.5},
]


def frozen(graph: Graph, **marks: Any) -> Graph:
    for name, mark in marks.items():
        graph = graph.with_node(name, graph[name].changed(frozen=mark))
    return graph


def recurrent() -> Graph:
    """Return rows of pictures read as a sequence by a recurrent layer with dropout inside."""
    return chain(
        image=("input", {"sample": (1, 8, 8)}),
        lines=("flatten", {"start_dim": 1, "end_dim": 2}),
        gru=("gru", {"hidden_size": 6, "num_layers": 2, "dropout": 0.3, "output": "last"}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )


def copies(network: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in network.state_dict().items()}


def moved(network: nn.Module, before: dict[str, torch.Tensor]) -> set[str]:
    after = network.state_dict()
    return {name for name, value in before.items() if not torch.equal(value, after[name])}


def ended(events: list[Any]) -> Ended:
    assert isinstance(events[-1], Ended)
    return events[-1]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("clip_norm", [None, 0.1])
def test_frozen_tensors_do_not_move_and_the_others_do(optimizer, clip_norm):
    network = made(frozen(cnn(), conv=True, norm=True, drop=True))
    before = copies(network)
    events = list(running(network, pictures(), optimizer=optimizer, clip_norm=clip_norm, l1=0.01))
    assert moved(network, before) == {"last.weight", "last.bias"}
    assert ended(events).frozen_unchanged
    assert ended(events).frozen_tensors == 2 + 5
    assert events[0].trainable == network.last.weight.numel() + 3


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_frozen_tensors_do_not_move_in_parts_of_batches_nor_in_the_average(optimizer, tmp_path):
    network = made(frozen(cnn(), conv=True, norm=True))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    penalties = [{"layer": "conv", "l1": 0.1, "l2": 0.1}, {"layer": "last", "l2": 0.1}]
    plan: dict[str, Any] = {"accumulate": 4, "ema": 0.5, "clip_value": 0.01}
    plan["penalties"] = penalties
    list(running(network, pictures(), optimizer=optimizer, folder=tmp_path, **plan))
    start = load(tmp_path, "last")
    for name, value in before.items():
        still = name.startswith(("conv", "norm"))
        assert torch.equal(network.state_dict()[name], value) == still, name
        assert torch.equal(start.judged[name], value) == still, name


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_freezing_in_mid_run_holds_at_the_next_step_and_thawing_trains_again(optimizer):
    control = Control(Ticking())
    network = made(cnn())
    kept: dict[str, torch.Tensor] = {}
    held: set[str] = set()
    events = []
    for event in running(network, pictures(), control, optimizer=optimizer, epochs=12):
        events.append(event)
        if not isinstance(event, EpochDone):
            continue
        if event.epoch == 3:
            control.set_frozen({"conv": True, "norm": True})
            kept = copies(network)
        if event.epoch == 8:
            held = moved(network, kept)
            control.set_frozen({"conv": False, "norm": False})
    assert held == {"last.weight", "last.bias"}
    assert {"conv.weight", "norm.weight", "norm.running_mean"} <= moved(network, kept)
    assert ended(events).frozen_unchanged
    assert ended(events).frozen_tensors == 7
    changes = [event for event in events if isinstance(event, FreezeChanged)]
    assert [(change.step, change.frozen) for change in changes] == [
        (12, ("conv", "norm")),
        (32, ()),
    ]
    assert changes[1].trainable == events[0].parameters


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_thawed_layer_starts_with_fresh_optimizer_state(optimizer):
    control = Control(Ticking())
    network = made(mlp())
    silent = False
    for parameter in network.first.parameters():
        parameter.register_hook(lambda gradient: gradient * 0 if silent else gradient)
    bias: torch.Tensor | None = None
    for event in running(network, rows(), control, optimizer=optimizer, epochs=6):
        if isinstance(event, EpochDone) and event.epoch == 2:
            control.set_frozen({"first": True})
        if isinstance(event, EpochDone) and event.epoch == 4:
            silent = True
            bias = network.first.bias.detach().clone()
            control.set_frozen({"first": False})
    # a gradient of zero moves nothing unless old momentum is still there; biases are not decayed
    assert bias is not None
    assert torch.equal(network.first.bias, bias)


def test_a_gradient_pending_from_before_is_dropped_and_the_design_of_the_network_is_kept():
    network = made(mlp())
    network.last.bias.requires_grad_(False)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    freezing = Freezing(network, optimizer)
    network(torch.rand(2, 4))["scores"].sum().backward()
    freezing.apply({"first": True})
    assert network.first.weight.grad is None
    before = copies(network)
    optimizer.step()
    assert moved(network, before) == {"last.weight"}
    freezing.apply({"first": True})
    freezing.apply({})
    trainable = {name for name, p in network.named_parameters() if p.requires_grad}
    assert trainable == {"first.weight", "first.bias", "last.weight"}


def test_statistics_only_holds_the_buffers_while_scale_and_offset_train():
    network = made(frozen(cnn(), norm="statistics"))
    before = copies(network)
    events = list(running(network, pictures()))
    assert {"norm.weight", "norm.bias", "conv.weight"} <= moved(network, before)
    assert not moved(network, before) & {"norm.running_mean", "norm.running_var"}
    assert not moved(network, before) & {"norm.num_batches_tracked"}
    assert ended(events).frozen_unchanged
    assert ended(events).frozen_tensors == 3


def test_frozen_layers_run_in_inference_mode_after_every_evaluation():
    network = made(frozen(cnn(), norm=True, drop=True))
    modes: set[tuple[bool, bool, bool]] = set()
    network.conv.register_forward_hook(
        lambda module, *_rest: modes.add(
            (module.training, network.norm.training, network.drop.training)
        )
    )
    list(running(network, pictures(), epochs=3))
    assert modes == {(True, False, False), (False, False, False)}


def test_a_frozen_recurrent_layer_neither_moves_nor_drops():
    network = made(frozen(recurrent(), gru=True))
    before = copies(network)
    events = list(running(network, pictures()))
    assert moved(network, before) == {"last.weight", "last.bias"}
    assert ended(events).frozen_unchanged
    assert network.gru.dropout == 0.3


def test_frozen_layers_above_trainable_ones_still_pass_gradients_on():
    network = made(frozen(recurrent(), last=True))
    before = copies(network)
    list(running(network, pictures()))
    assert moved(network, before) == {name for name in before if name.startswith("gru.")}


def test_a_frozen_block_holds_everything_inside_in_all_its_copies():
    inner = chain(x=("input", {}), fc=("linear", {"out_features": 4}), y=("output", {}))
    graph = chain(
        row=("input", {"sample": (4,)}),
        blocks=("block", {"graph": inner, "repeat": 3}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )
    assert isinstance(graph["blocks"].layer, Block)
    network = made(frozen(graph, blocks=True))
    before = copies(network)
    events = list(running(network, rows()))
    assert moved(network, before) == {"last.weight", "last.bias"}
    assert ended(events).frozen_tensors == 6


def test_a_shared_tensor_is_frozen_with_either_layer():
    graph = chain(
        row=("input", {"sample": (4,)}),
        one=("linear", {"out_features": 4}),
        two=("linear", {"out_features": 4}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )
    graph = graph.with_node("two", graph["two"].changed(tied={"weight": "one.weight"}, frozen=True))
    network = made(graph)
    assert network.one.weight is network.two.weight
    before = copies(network)
    list(running(network, rows()))
    assert moved(network, before) == {"one.bias", "last.weight", "last.bias"}


def test_a_frozen_embedding_with_a_norm_limit_is_not_scaled_in_passing():
    network = made(
        frozen(
            chain(
                words=("input", {"sample": (4,), "dtype": "int64"}),
                embed=("embedding", {"num_embeddings": 3, "embedding_dim": 5, "max_norm": 0.1}),
                flat=("flatten", {}),
                last=("linear", {"out_features": 3}),
                scores=("output", {}),
            ),
            embed=True,
        )
    )
    before = copies(network)
    data = rows()
    ids = (data.targets[:, None] + [[0, 1, 2, 0]]) % 3
    events = list(running(network, type(data)("ids", ids, data.targets, classes=data.classes)))
    assert moved(network, before) == {"last.weight", "last.bias"}
    assert ended(events).frozen_unchanged
    assert network.embed.max_norm == 0.1


def test_layers_without_weights_may_be_frozen_too():
    graph = chain(
        row=("input", {"sample": (4,)}),
        first=("linear", {"out_features": 6}),
        folded=("reshape", {"target": (2, 3)}),
        mean=("reduce", {"dim": (1,)}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )
    network = made(frozen(graph, row=True, folded=True, mean=True, first=True))
    events = list(running(network, rows()))
    assert ended(events).reason == "finished"
    assert ended(events).frozen_tensors == 2


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_optimizer_keeps_nothing_for_what_is_frozen(optimizer):
    network = made(mlp())
    torch_optimizer = make_optimizer(read_plan({"optimizer": optimizer}).optimizer, network)
    freezing = Freezing(network, torch_optimizer)

    def remembered() -> set[str]:
        network(torch.rand(2, 4))["scores"].sum().backward()
        torch_optimizer.step()
        return {name for name, p in network.named_parameters() if torch_optimizer.state.get(p)}

    freezing.apply({"last": True})
    assert remembered() == {"first.weight", "first.bias"}
    freezing.apply({"first": True})
    assert remembered() == {"last.weight", "last.bias"}
    freezing.apply({})
    assert len(remembered()) == 4


def test_after_a_run_nothing_of_the_network_is_held_any_more():
    network = made(frozen(cnn(), conv=True, norm="statistics", drop=True))
    network.last.bias.requires_grad_(False)
    list(running(network, pictures()))
    held = {name for name, p in network.named_parameters() if not p.requires_grad}
    assert held == {"last.bias"}
    assert all(module.training for module in network.modules())


def test_freezing_everything_is_refused_before_the_first_step():
    with pytest.raises(TrainingError, match="Every layer"):
        next(running(made(frozen(mlp(), first=True, last=True)), rows()))


def test_the_proof_sees_a_frozen_tensor_that_moved():
    network = made(frozen(mlp(), first=True))
    events = []
    for event in running(network, rows()):
        events.append(event)
        if isinstance(event, StepDone):
            network.first.weight.data[0, 0] += 1e-6
    assert not ended(events).frozen_unchanged
