"""A mixture of experts computes what its definition says, step by step."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from studio.catalogue import Shape
from studio.catalogue.dense.experts import MixtureOfExperts
from studio.errors import ShapeError
from studio.network.passing import make


def made(layer: MixtureOfExperts, *shape: int) -> tuple[Any, torch.Tensor]:
    torch.manual_seed(2)
    call: Any = make(layer.recipe(Shape(*shape)))
    for weight in call.module.parameters():
        nn.init.normal_(weight, std=0.5)
    return call, torch.randn(3, *shape)


def expert(stacked: Any, at: int, x: torch.Tensor, *, gated: bool, act: Any) -> torch.Tensor:
    up = stacked.gate_up_proj if gated else stacked.up_proj
    inside = up[at] @ x + (stacked._parameters.get(f"{stacked.up}_bias", torch.zeros(9, 1))[at])
    if gated:
        half = len(inside) // 2
        inside = act(inside[:half]) * inside[half:]
    else:
        inside = act(inside)
    offset = stacked._parameters.get("down_proj_bias", torch.zeros(9, 1))[at]
    found: torch.Tensor = stacked.down_proj[at] @ inside + offset
    return found


@pytest.mark.parametrize("gated", [True, False])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    ("score", "normalize"), [("softmax", True), ("softmax", False), ("sigmoid", True)]
)
def test_each_step_gets_what_its_experts_make_of_it(gated, bias, score, normalize):
    layer = MixtureOfExperts(
        num_experts=5,
        top_k=2,
        hidden=6,
        gated=gated,
        bias=bias,
        router_bias=bias,
        score=score,
        normalize=normalize,
        activation="gelu",
    )
    call, x = made(layer, 7, 4)
    module = call.module
    expected = torch.zeros_like(x)
    for n, t in [(n, t) for n in range(3) for t in range(7)]:
        rated = functional.linear(x[n, t], module.gate.weight, module.gate.bias)
        rated = torch.exp(rated) if score == "softmax" else 1 / (1 + torch.exp(-rated))
        shares = rated / rated.sum() if score == "softmax" else rated
        best = shares.topk(2).indices.tolist()
        whole = sum(shares[at] for at in best) if normalize else 1
        for at in best:
            made_of_it = expert(module.experts, at, x[n, t], gated=gated, act=functional.gelu)
            expected[n, t] += shares[at] / whole * made_of_it

    assert torch.allclose(call.forward(x), expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("gated", [True, False])
def test_shared_experts_work_on_every_step(gated):
    layer = MixtureOfExperts(num_experts=4, hidden=6, gated=gated, shared_experts=2)
    call, x = made(layer, 7, 4)
    shared = call.module.shared_experts
    inside = x @ shared.up_proj.weight.T
    if gated:
        inside = functional.silu(x @ shared.gate_proj.weight.T) * inside
    else:
        inside = functional.silu(inside)
    both = call.forward(x)

    call.module.shared_experts = None

    assert torch.allclose(both - call.forward(x), inside @ shared.down_proj.weight.T, atol=1e-4)


def test_only_chosen_experts_learn():
    layer = MixtureOfExperts(num_experts=16, top_k=1, hidden=3, normalize=False)
    call, x = made(layer, 4)

    call.forward(x[:1]).sum().backward()

    learned = call.module.experts.down_proj.grad.abs().sum((1, 2)) > 0
    assert int(learned.sum()) == 1
    assert call.module.gate.weight.grad.abs().sum() > 0


def test_it_runs_in_half_precision():
    call, x = made(MixtureOfExperts(num_experts=4, top_k=4, hidden=6), 7, 4)

    with torch.autocast("cpu", torch.bfloat16):
        half = call.forward(x)

    assert torch.allclose(half.float(), call.forward(x), atol=0.1)


def test_mixtral_holds_and_runs_what_is_published():
    x = Shape(2048, 4096)
    layer = MixtureOfExperts(hidden=14336)
    around = 4096 * (4096 * 2 + 1024 * 2) + 2 * 4096
    outside = 2 * 32000 * 4096 + 4096

    held = sum(shape.size for shape in layer.weights(x).values())

    assert 32 * (held + around) + outside == 46_702_792_704
    assert 32 * (layer.active_parameters(x) + around) + outside == 12_879_925_248
    assert {name.rpartition(".")[0] for name in layer.weights(x)} == {"gate", "experts"}
    assert layer.depth() == 3


def test_more_experts_than_there_are_cannot_be_chosen():
    with pytest.raises(ShapeError) as refusal:
        MixtureOfExperts(num_experts=2, top_k=3).shape(Shape(4, 8))

    assert refusal.value.problem == "3 experts cannot be chosen out of 2."
