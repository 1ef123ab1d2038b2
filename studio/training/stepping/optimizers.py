"""How the optimizer of a plan is made, and how its state is kept by the names of parameters.

All parameters are in the optimizer from the start, in groups that never change; a frozen one has no
gradient, which every optimizer skips, and no state.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from studio.network.network import Network
from studio.training.choices.optimizers import Muon
from studio.training.plan import Optimizer
from studio.training.stepping.roles import hidden_matrices, weights
from studio.training.stepping.updates import UPDATES
from studio.training.tensors.shards import fill

_FUSED = frozenset({"sgd", "adam", "adamw"})
_MATRICES = {"matrices": "flat", "stacks": "stacked"}
_COUNTERS = frozenset({"step", "mu_product"})
"""State that is one number, whatever the shape of its parameter."""


def make_optimizer(choice: Optimizer, network: Network) -> torch.optim.Optimizer:
    """Return the optimizer over all parameters, with weight decay on those that multiply."""
    recipe = choice.recipe()
    name = recipe.target.partition(".")[2]
    kind: Any = UPDATES[name] if recipe.target.startswith("studio.") else getattr(torch.optim, name)
    optimizer: torch.optim.Optimizer = kind(
        _groups(choice, network),
        lr=choice.learning_rate,
        **recipe.arguments,
        **({"fused": True} if is_fused(choice) else {}),
    )
    for parameter in network.parameters():
        start_afresh(optimizer, parameter)
    return optimizer


def _groups(choice: Optimizer, network: Network) -> list[dict[str, Any]]:
    """Return all parameters in groups that are updated alike, whether they decay first."""
    decayed = {id(parameter) for parameter in weights(network)}
    flat, stacked = hidden_matrices(network) if choice.key == Muon.key else ([], [])
    role = {id(p): "matrices" for p in flat} | {id(p): "stacks" for p in stacked}
    names = ("matrices", "stacks", "weights", "others")
    groups: dict[str, list[nn.Parameter]] = {name: [] for name in names}
    for parameter in network.parameters():
        multiplies = "weights" if id(parameter) in decayed else "others"
        groups[role.get(id(parameter), multiplies)].append(parameter)
    if not choice.decay and not role:
        groups = {"all": [*network.parameters()]}
    return [
        {"params": members, "name": name, "weight_decay": choice.decay * (name != "others")}
        | ({"matrices": _MATRICES[name]} if name in _MATRICES else {})
        for name, members in groups.items()
        if members
    ]


def is_fused(choice: Optimizer) -> bool:
    """Whether torch has one kernel for the whole update, which can also skip it on the device."""
    # with dampening the very first step of SGD is special, which its kernel knows for all or none
    return choice.key in _FUSED and not choice.values().get("dampening")


def optimizer_state(optimizer: torch.optim.Optimizer, network: Network) -> dict[str, Tensor]:
    """Return the state as tensors named "parameter/key"."""
    return {
        f"{name}/{key}": value
        for name, parameter in network.named_parameters()
        for key, value in optimizer.state.get(parameter, {}).items()
        if isinstance(value, Tensor)
    }


def remembers_alike(choice: Optimizer, other: Optimizer) -> bool:
    """Whether both keep the same kinds of state, so that one can take up that of the other."""
    return _remembered(choice) == _remembered(other)


def restore_state(
    optimizer: torch.optim.Optimizer, network: Network, state: Mapping[str, Tensor]
) -> None:
    """Give the optimizer the state that `optimizer_state` returned, each to the same name."""
    parameters = dict(network.named_parameters())
    for parameter in parameters.values():
        if not parameter.requires_grad:  # what was forgotten as it froze is not known here either
            forget(optimizer, parameter)
    for path, value in state.items():
        name, _slash, key = path.rpartition("/")
        parameter = parameters[name]
        if value.shape == parameter.shape and key not in _COUNTERS:
            # the same strides: fused kernels walk parameter and state side by side in memory
            kept = torch.empty_like(parameter, dtype=value.dtype, requires_grad=False)
            fill(kept, value)
        else:
            kept = value.to(parameter.device) if _counts_on_device(optimizer) else value.cpu()
        optimizer.state[parameter][key] = kept


def forget(optimizer: torch.optim.Optimizer, parameter: nn.Parameter) -> None:
    """Drop the state of a parameter and free its memory."""
    optimizer.state.pop(parameter, None)


def start_afresh(optimizer: torch.optim.Optimizer, parameter: nn.Parameter) -> None:
    """Give a parameter the state of one that has never been updated."""
    forget(optimizer, parameter)
    group = optimizer.param_groups[0]
    if isinstance(optimizer, torch.optim.SGD) and group.get("fused") and group["momentum"]:
        # this kernel wants the momentum of either all parameters with gradients or none
        optimizer.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)
    if isinstance(optimizer, torch.optim.Adagrad):
        # not every version of torch makes this state later than with the optimizer
        optimizer.state[parameter] |= {"step": torch.zeros(()), "sum": torch.zeros_like(parameter)}


def _remembered(choice: Optimizer) -> tuple[object, ...]:
    """Return what decides which state an optimizer keeps: its kind and the parts it may have."""
    settings = choice.values()
    parts = (bool(settings.get(name)) for name in ("amsgrad", "centered", "momentum"))
    return (choice.key, *parts)


def _counts_on_device(optimizer: torch.optim.Optimizer) -> bool:
    return any(group.get("fused") or group.get("capturable") for group in optimizer.param_groups)
