"""Optimizers hold every parameter, decay what multiplies, and keep their state by name."""

from typing import Any

import pytest
import torch

from studio.network.network import Network
from studio.training.optimizers import make_optimizer, optimizer_state, restore_state, weights
from studio.training.plan import read_plan
from tests.unit.training.toys import chain, cnn, made, mlp

CHOICES: list[Any] = [
    "adam",
    "adamw",
    "rmsprop",
    "sgd",
    {"type": "sgd", "momentum": 0.9, "dampening": 0.5},
    {"type": "sgd", "momentum": 0.0},
]


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


@pytest.mark.parametrize("choice", CHOICES)
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
