"""The selective state space computes what its recurrence says, number by number."""

import math
from typing import Any

import torch
from torch import nn

from studio.catalogue import Shape
from studio.catalogue.sequences.state_space import SelectiveSSM
from studio.network.passing import make


def made(layer: SelectiveSSM, *shape: int) -> tuple[Any, torch.Tensor]:
    torch.manual_seed(3)
    call: Any = make(layer.recipe(Shape(*shape)))
    for weight in call.module.parameters():
        nn.init.normal_(weight, std=0.5)
    return call, torch.randn(2, *shape)


def silu(x: float) -> float:
    return x / (1 + math.exp(-x))


def slowly(module: Any, x: torch.Tensor, inner: int, state: int, kernel: int) -> torch.Tensor:
    weights = {name: weight.tolist() for name, weight in module.named_parameters()}
    both = (x @ module.in_proj.weight.T).tolist()
    remembered = [[0.0] * state for _feature in range(inner)]
    rows, answers = [], []
    for t, row in enumerate(both):
        filtered = []
        for e in range(inner):
            total = weights["conv1d.bias"][e]
            for k in range(kernel):
                back = t - (kernel - 1) + k
                if back >= 0:
                    total += weights["conv1d.weight"][e][0][k] * both[back][e]
            filtered.append(silu(total))
        rows.append(filtered)
        told = (module.x_proj.weight @ torch.tensor(filtered)).tolist()
        rank = len(told) - 2 * state
        write, read = told[rank : rank + state], told[rank + state :]
        said = []
        for e in range(inner):
            chosen = sum(w * p for w, p in zip(weights["dt_proj.weight"][e], told, strict=False))
            pace = math.log1p(math.exp(chosen + weights["dt_proj.bias"][e]))
            for n in range(state):
                decay = math.exp(-pace * math.exp(weights["A_log"][e][n]))
                remembered[e][n] = decay * remembered[e][n] + pace * write[n] * filtered[e]
            seen = sum(h * c for h, c in zip(remembered[e], read, strict=True))
            said.append((seen + weights["D"][e] * filtered[e]) * silu(row[inner + e]))
        answers.append(said)
    found: torch.Tensor = torch.tensor(answers) @ module.out_proj.weight.T
    return found


def test_states_follow_the_recurrence():
    layer = SelectiveSSM(state_size=3, conv_kernel=2, time_step_rank=2)
    call, x = made(layer, 6, 4)

    with torch.no_grad():
        found = call.forward(x)
        expected = torch.stack([slowly(call.module, one, 8, 3, 2) for one in x])

    assert torch.allclose(found, expected, atol=1e-5, rtol=1e-4)


def test_no_step_sees_a_later_one():
    call, x = made(SelectiveSSM(), 6, 4)
    changed = x.clone()
    changed[:, 4:] += 1

    assert torch.allclose(call.forward(x)[:, :4], call.forward(changed)[:, :4])
    assert not torch.allclose(call.forward(x)[:, 4:], call.forward(changed)[:, 4:])


def test_time_steps_start_in_the_usual_range():
    call: Any = make(SelectiveSSM().recipe(Shape(6, 64)))

    paces = nn.functional.softplus(call.module.dt_proj.bias.detach())

    assert 0.00099 < float(paces.min()) < float(paces.max()) < 0.101


def test_a_mixer_of_mamba_130m_holds_what_its_formula_says():
    held = sum(shape.size for shape in SelectiveSSM().weights(Shape(64, 768)).values())

    # 24 mixers with their norms, the last norm, and the table of 50,280 words that it shares
    assert 24 * (held + 768) + 768 + 50_280 * 768 == 129_135_360


def test_it_runs_in_half_precision():
    call, x = made(SelectiveSSM(), 6, 4)

    with torch.autocast("cpu", torch.bfloat16):
        half = call.forward(x)

    assert torch.allclose(half.float(), call.forward(x), atol=0.1)
