"""Optimizers hold every parameter, decay what multiplies, and keep their state by name."""

from typing import Any

import pytest
import torch

from studio.network.network import Network
from studio.training.plan import OPTIMIZERS, read_plan
from studio.training.stepping.optimizers import (
    forget,
    make_optimizer,
    optimizer_state,
    restore_state,
    start_afresh,
)
from studio.training.stepping.roles import hidden_matrices, weights
from studio.training.stepping.updates import orthogonalized
from tests.unit.training.toys import chain, cnn, made, mlp

CHOICES: list[Any] = [
    "adam",
    "adamw",
    "rmsprop",
    "sgd",
    "nadam",
    "radam",
    "adagrad",
    {"type": "nadam", "decoupled": True, "weight_decay": 0.1},
    {"type": "radam", "decoupled": True, "weight_decay": 0.1},
    {"type": "adagrad", "lr_decay": 0.1, "weight_decay": 0.1},
    {"type": "sgd", "nesterov": True},
    {"type": "sgd", "momentum": 0.9, "dampening": 0.5},
    {"type": "sgd", "momentum": 0.0},
]


MIXED = {"num_experts": 2, "top_k": 1, "hidden": 3}


def optimizer_of(network: Network, choice: Any) -> torch.optim.Optimizer:
    return make_optimizer(read_plan({"optimizer": choice}).optimizer, network)


def taken(optimizer: torch.optim.Optimizer, network: Network, steps: int, seed: int = 0) -> None:
    random = torch.Generator().manual_seed(seed)
    for _step in range(steps):
        for parameter in network.parameters():
            parameter.grad = torch.rand(parameter.shape, generator=random) - 0.4
        optimizer.step()


def test_matrices_and_kernels_decay_but_no_offset_and_no_norm():
    network = made(
        chain(
            words=("input", {"sample": (5,), "dtype": "int64"}),
            embed=("embedding", {"num_embeddings": 7, "embedding_dim": 4}),
            norm=("layer_norm", {"axes": 2}),
            scale=("layer_scale", {"dim": 1}),
            shift=("affine", {"dim": 1}),
            gru=("gru", {"hidden_size": 3}),
            head=("linear", {"out_features": 3}),
            scores=("output", {}),
        )
    )
    assert network.norm.weight.ndim == network.scale.weight.ndim == network.shift.bias.ndim == 2
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    assert {names[id(parameter)] for parameter in weights(network)} == {
        "embed.weight", "gru.weight_ih_l0", "gru.weight_hh_l0", "head.weight",
    }  # fmt: skip


def test_every_parameter_is_in_one_named_group_from_the_start():
    network = made(cnn())
    network.conv.weight.requires_grad_(False)
    groups = optimizer_of(network, {"type": "adamw", "weight_decay": 0.1}).param_groups
    assert [(group["name"], group["weight_decay"]) for group in groups] == [
        ("weights", 0.1),
        ("others", 0.0),
    ]
    held = [id(parameter) for group in groups for parameter in group["params"]]
    assert sorted(held) == sorted(id(parameter) for parameter in network.parameters())


@pytest.mark.parametrize("choice", CHOICES)
def test_steps_are_those_of_torch_with_its_own_defaults(choice):
    ours, plain = made(mlp()), made(mlp())
    optimizer = optimizer_of(ours, choice)
    settings = read_plan({"optimizer": choice}).optimizer
    recipe = settings.recipe()
    cls = getattr(torch.optim, recipe.target.removeprefix("optim."))
    matrices = [p for p in plain.parameters() if p.ndim > 1]
    offsets = [p for p in plain.parameters() if p.ndim == 1]
    reference = cls(
        [{"params": matrices, "weight_decay": settings.decay}, {"params": offsets}],
        lr=settings.learning_rate,
        **({"weight_decay": 0.0} | dict(recipe.arguments)),
    )
    taken(optimizer, ours, 5)
    taken(reference, plain, 5)
    for name, value in plain.state_dict().items():
        assert torch.allclose(ours.state_dict()[name], value, atol=1e-6), name


@pytest.mark.parametrize("choice", [*CHOICES, "lion", "muon"])
def test_state_comes_back_by_name_whatever_the_layout(choice):
    straight, resumed = made(cnn()), made(cnn())
    optimizer = optimizer_of(straight, choice)
    taken(optimizer, straight, 3)
    kept = {name: value.clone() for name, value in optimizer_state(optimizer, straight).items()}
    resumed.load_state_dict(straight.state_dict())
    resumed.conv.weight.data = resumed.conv.weight.data.to(memory_format=torch.channels_last)
    other = optimizer_of(resumed, choice)
    restore_state(other, resumed, kept)
    for name, parameter in resumed.named_parameters():
        for key, value in other.state[parameter].items():
            if isinstance(value, torch.Tensor) and value.shape == parameter.shape:
                assert value.stride() == parameter.stride(), (name, key)
    taken(optimizer, straight, 3, seed=1)
    taken(other, resumed, 3, seed=1)
    for name, value in straight.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], value), name


def test_positions_tokens_scales_and_states_do_not_decay():
    network = made(
        chain(
            words=("input", {"sample": (5,), "dtype": "int64"}),
            embed=("embedding", {"num_embeddings": 7, "embedding_dim": 4}),
            token=("class_token", {}),
            places=("position_embedding", {"max_length": 6}),
            kinds=("segment_embedding", {}),
            scale=("layer_scale", {}),
            state=("selective_ssm", {"state_size": 2}),
            experts=(
                "mixture_of_experts",
                {"num_experts": 2, "top_k": 1, "hidden": 3, "bias": True},
            ),
            head=("linear", {"out_features": 3}),
            scores=("output", {}),
        )
    )
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    decayed = {names[id(parameter)] for parameter in weights(network)}
    assert decayed == {
        "embed.weight", "head.weight", "experts.gate.weight", "experts.experts.gate_up_proj",
        "experts.experts.down_proj", "state.conv1d.weight", "state.in_proj.weight",
        "state.x_proj.weight", "state.dt_proj.weight", "state.out_proj.weight",
    }  # fmt: skip


def test_tables_of_distances_do_not_decay():
    network = made(
        chain(
            image=("input", {"sample": (4, 8, 8)}),
            turned=("permute", {"dims": (0, 2, 3, 1)}),
            windows=("window_attention", {"num_heads": 2, "window": 4}),
            scores=("output", {}),
        )
    )
    found = {id(parameter) for parameter in weights(network)}
    names = {name for name, parameter in network.named_parameters() if id(parameter) in found}
    assert names == {"windows.qkv.weight", "windows.proj.weight"}
    assert "windows.relative_position_bias_table" in dict(network.named_parameters())


def test_lion_moves_by_the_sign_of_a_mean_and_decays_directly():
    network = made(mlp())
    choice = {"type": "lion", "learning_rate": 0.01, "weight_decay": 0.5}
    optimizer = optimizer_of(network, choice)
    expected = {name: p.detach().clone() for name, p in network.named_parameters()}
    mean = {name: torch.zeros_like(p) for name, p in expected.items()}
    random = torch.Generator().manual_seed(0)
    for _step in range(3):
        for name, parameter in network.named_parameters():
            gradient = torch.rand(parameter.shape, generator=random) - 0.4
            parameter.grad = gradient
            decay = 0.5 if parameter.ndim > 1 else 0.0
            moved = (0.9 * mean[name] + 0.1 * gradient).sign() + decay * expected[name]
            expected[name] = expected[name] - 0.01 * moved
            mean[name] = 0.99 * mean[name] + 0.01 * gradient
        optimizer.step()
    for name, parameter in network.named_parameters():
        assert torch.allclose(parameter, expected[name], atol=1e-6), name


def test_muon_evens_out_hidden_matrices_as_torch_does_and_adapts_the_rest():
    ours, plain = made(deep()), made(deep())
    optimizer = optimizer_of(ours, {"type": "muon", "learning_rate": 0.01})
    parameters = dict(plain.named_parameters())
    hidden = [parameters[name] for name in ("first.weight", "second.weight")]
    others = [p for p in plain.parameters() if not any(p is matrix for matrix in hidden)]
    matrices = torch.optim.Muon(hidden, lr=0.01, adjust_lr_fn="match_rms_adamw", weight_decay=0.1)
    decays = [{"params": [p], "weight_decay": 0.1 * (p.ndim > 1)} for p in others]
    rest = torch.optim.AdamW(decays, lr=0.01)
    random = torch.Generator().manual_seed(0)
    for _step in range(3):
        for mine, other in zip(ours.parameters(), plain.parameters(), strict=True):
            mine.grad = torch.rand(mine.shape, generator=random) - 0.4
            other.grad = mine.grad.clone()
        optimizer.step()
        matrices.step()
        rest.step()
    for name, value in plain.named_parameters():
        even = any(value is matrix for matrix in hidden)
        mine = ours.get_parameter(name)
        # torch evens out in bfloat16, which knows eight bits
        assert torch.allclose(mine, value, atol=2e-3 if even else 1e-6), name


def deep() -> Any:
    return chain(
        row=("input", {"sample": (4,)}),
        first=("linear", {"out_features": 16}),
        act=("relu", {}),
        second=("linear", {"out_features": 8}),
        again=("relu", {}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )


@pytest.mark.parametrize("shape", [(5, 5), (30, 7), (7, 30), (3, 6, 4)])
def test_evening_out_brings_singular_values_near_one(shape):
    random = torch.Generator().manual_seed(0)
    found = torch.linalg.svdvals(orthogonalized(torch.rand(shape, generator=random) - 0.4, 5))
    assert found.min() > 0.5
    assert found.max() < 1.3


def test_kernels_and_stacks_of_experts_are_matrices_but_words_and_the_last_layer_are_not():
    network = made(
        chain(
            words=("input", {"sample": (5,), "dtype": "int64"}),
            embed=("embedding", {"num_embeddings": 7, "embedding_dim": 4}),
            experts=("mixture_of_experts", MIXED),
            gru=("gru", {"hidden_size": 3}),
            head=("linear", {"out_features": 3}),
            scores=("output", {}),
        )
    )
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    flat, stacked = hidden_matrices(network)
    assert {names[id(p)] for p in flat} == {
        "experts.gate.weight", "gru.weight_ih_l0", "gru.weight_hh_l0",
    }  # fmt: skip
    assert {names[id(p)] for p in stacked} == {
        "experts.experts.gate_up_proj", "experts.experts.down_proj",
    }  # fmt: skip


@pytest.mark.parametrize("choice", [optimizer.key for optimizer in OPTIMIZERS])
def test_a_layer_that_was_frozen_and_thawed_trains_again_from_no_memory(choice):
    network = made(mlp())
    optimizer = optimizer_of(network, choice)
    taken(optimizer, network, 2)
    for parameter in network.first.parameters():
        forget(optimizer, parameter)
        start_afresh(optimizer, parameter)
    fresh = made(mlp())
    fresh.load_state_dict(network.state_dict())
    other = optimizer_of(fresh, choice)
    taken(optimizer, network, 1, seed=2)
    taken(other, fresh, 1, seed=2)
    assert torch.equal(network.first.weight, fresh.first.weight)
    assert not torch.equal(network.last.weight, fresh.last.weight) or choice == "lion"
