"""The GRU of our own against torch's, and where it steps aside."""

import pytest
import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from studio.network.execution import streamlined
from studio.network.modules.recurrent import GRU
from studio.network.unrolling import FastGru
from tests.unit.training.toys import chain, made


def _learned(module: nn.GRU, call: object, *, started: bool, last: bool) -> list[Tensor]:
    """Return the answers and all gradients of a mean."""
    torch.manual_seed(1)
    x = torch.randn(8, 20, module.input_size, requires_grad=True)
    sides = module.num_layers * (2 if module.bidirectional else 1)
    start = torch.randn(sides, 8, module.hidden_size, requires_grad=True) if started else None
    states, final = call(x, start)  # type: ignore[operator]
    weights = torch.linspace(-1, 1, states.shape[-1])
    loss = final.square().mean() if last else (states * weights).mean() + final.sin().mean()
    wanted = [x, *module.parameters(), *([] if start is None else [start])]
    return [states, final, *torch.autograd.grad(loss, wanted)]


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (nn.GRU, {}),
        (nn.GRU, {"bias": False}),
        (nn.GRU, {"num_layers": 2}),
        (nn.GRU, {"bidirectional": True, "num_layers": 2}),
        (GRU, {}),
    ],
    ids=["plain", "no bias", "two levels", "both directions", "one bias"],
)
@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("last", [False, True])
def test_states_and_gradients_are_those_of_torch(kind, settings, started, last):
    torch.manual_seed(0)
    module = kind(12, 16, batch_first=True, **settings)
    ours = _learned(module, FastGru(module), started=started, last=last)
    theirs = _learned(module, module, started=started, last=last)
    torch.testing.assert_close(ours[:2], theirs[:2], rtol=0, atol=6e-7)
    torch.testing.assert_close(ours[2:], theirs[2:], rtol=0, atol=1e-7)


def test_frozen_weights_take_no_gradient_but_let_it_through():
    module = nn.GRU(4, 5, batch_first=True).requires_grad_(False)
    x = torch.randn(2, 3, 4, requires_grad=True)
    FastGru(module)(x)[0].sum().backward()
    assert x.grad is not None
    assert all(parameter.grad is None for parameter in module.parameters())


def test_weights_that_train_behind_ids_need_no_gradient_of_what_comes_in():
    module = nn.GRU(4, 5, batch_first=True)
    FastGru(module)(torch.randn(2, 3, 4))[0].sum().backward()
    assert all(parameter.grad is not None for parameter in module.parameters())


def test_a_gru_may_be_computed_again_for_its_gradient():
    module = nn.GRU(4, 5, batch_first=True)
    x = torch.randn(2, 3, 4)
    kept = torch.autograd.grad(FastGru(module)(x)[0].sum(), list(module.parameters()))
    states, _last = checkpoint(FastGru(module), x, use_reentrant=False)
    again = torch.autograd.grad(states.sum(), list(module.parameters()))
    assert all(torch.equal(a, b) for a, b in zip(kept, again, strict=True))


def test_dropout_between_levels_is_left_to_torch():
    torch.manual_seed(0)
    module = nn.GRU(4, 5, num_layers=2, dropout=0.5, batch_first=True)
    found = []
    for call in (module, FastGru(module)):
        torch.manual_seed(3)
        found.append(call(torch.ones(2, 6, 4))[0])
    assert torch.equal(*found)


def test_mixed_precision_leaves_it_in_float32():
    module = nn.GRU(4, 5, batch_first=True)
    x = torch.randn(2, 3, 4)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states, _final = FastGru(module)(x.bfloat16())
    assert states.dtype is torch.float32
    torch.testing.assert_close(states, module(x.bfloat16().float())[0], rtol=0, atol=3e-7)


@pytest.mark.parametrize("output", ["sequence", "last"])
def test_a_network_with_a_gru_learns_alike_either_way(output):
    settings = {"hidden_size": 6, "output": output}
    graph = chain(
        steps=("input", {"sample": (7, 3)}),
        reader=("gru", settings),
        flat=("flatten", {}),
        last=("linear", {"out_features": 2}),
        scores=("output", {}),
    )
    network, x = made(graph), torch.randn(4, 7, 3)
    plain = network(x)["scores"]
    plain.square().sum().backward()
    expected = [parameter.grad.clone() for parameter in network.parameters()]
    network.zero_grad()
    with streamlined(network, 4, channels_last=True):
        calls = {step.name: step.call for step in network.steps}
        assert any(isinstance(part, FastGru) for part in calls["reader"].args)
        fast = network(x)["scores"]
        fast.square().sum().backward()
    torch.testing.assert_close(fast, plain, rtol=0, atol=1e-6)
    found = [parameter.grad for parameter in network.parameters()]
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)
