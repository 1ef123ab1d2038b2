"""The direct update of Adam: the bits of torch's own, whatever is frozen in between."""

import pytest
import torch
from torch import nn

from studio.training.stepping.advancing import advance_of


def _moved(direct, kind, **settings):
    torch.manual_seed(0)
    layers = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    groups = [
        {"params": [layers[0].weight, layers[2].weight], "weight_decay": 0.1},
        {"params": [layers[0].bias, layers[2].bias], "weight_decay": 0.0},
    ]
    optimizer = kind(groups, lr=0.01, fused=True, **settings)
    advance = advance_of(optimizer) if direct else optimizer.step
    for step in range(11):
        layers[0].requires_grad_(not 3 <= step < 5)
        optimizer.zero_grad()
        for group in optimizer.param_groups:
            group["lr"] = 0.01 / (step + 1)
        layers(torch.randn(5, 3)).square().sum().backward()
        if step == 4:
            optimizer.state.pop(layers[0].weight)  # as freezing does
        if step == 7:
            for kept in optimizer.state.values():  # as going back does
                kept.update({key: value * 2 for key, value in kept.items()})
        if step == 9:
            optimizer.param_groups[:] = [dict(g, weight_decay=0.3) for g in optimizer.param_groups]
        advance()
    state = [value for kept in optimizer.state.values() for value in kept.values()]
    return [*layers.parameters(), *state]


@pytest.mark.parametrize("kind", [torch.optim.Adam, torch.optim.AdamW])
@pytest.mark.parametrize("settings", [{}, {"amsgrad": True}, {"betas": (0.5, 0.8), "eps": 1e-3}])
def test_weights_and_state_are_the_same_bits(kind, settings):
    ours, theirs = _moved(True, kind, **settings), _moved(False, kind, **settings)
    assert len(ours) == len(theirs)
    assert all(map(torch.equal, ours, theirs))


def test_other_optimizers_make_their_own_step():
    parameter = nn.Parameter(torch.zeros(1))
    for optimizer in (torch.optim.SGD([parameter], lr=1), torch.optim.Adam([parameter])):
        assert advance_of(optimizer) == optimizer.step
