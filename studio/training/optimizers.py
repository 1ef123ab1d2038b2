"""How the torch optimizer of a plan is made, and how its state is kept by the names of parameters.

All parameters are in the optimizer from the start, in groups that never change; a frozen one has no
gradient, which every optimizer skips, and no state.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from studio.network.modules.normalization import Affine, LayerScale
from studio.network.network import Network
from studio.training.plan import Optimizer

_FUSED = frozenset({"sgd", "adam", "adamw"})
_NORMS = (
    nn.modules.batchnorm._NormBase,  # noqa: SLF001 - the one class behind all batch and instance norms
    nn.LayerNorm,
    nn.GroupNorm,
    nn.RMSNorm,
    LayerScale,
    Affine,
)


def make_optimizer(choice: Optimizer, network: Network) -> torch.optim.Optimizer:
    """Return the optimizer over all parameters, with weight decay on those that multiply."""
    recipe = choice.recipe()
    decayed = {id(parameter) for parameter in weights(network)}
    groups: dict[str, list[nn.Parameter]] = {"weights": [], "others": []}
    for parameter in network.parameters():
        groups["weights" if id(parameter) in decayed else "others"].append(parameter)
    if not choice.decay:
        groups = {"all": [*network.parameters()]}
    optimizer: torch.optim.Optimizer = getattr(torch.optim, recipe.target.removeprefix("optim."))(
        [
            {"params": members, "name": name, "weight_decay": choice.decay * (name == "weights")}
            for name, members in groups.items()
            if members
        ],
        lr=choice.learning_rate,
        **recipe.arguments,
        **({"fused": True} if is_fused(choice) else {}),
    )
    for parameter in network.parameters():
        start_afresh(optimizer, parameter)
    return optimizer


def is_fused(choice: Optimizer) -> bool:
    """Whether torch has one kernel for the whole update, which can also skip it on the device."""
    # with dampening the very first step of SGD is special, which its kernel knows for all or none
    return choice.key in _FUSED and not choice.values().get("dampening")


def weights(network: Network) -> list[nn.Parameter]:
    """Return the parameters that multiply: those that weight decay and the L1 penalty act on.

    These are matrices and kernels of all layers but norms; offsets, scales and single numbers are
    left out, since pulling them to zero does not make a network simpler.
    """
    found: dict[int, nn.Parameter] = {}
    for module in network.modules():
        if not isinstance(module, _NORMS):
            for parameter in module.parameters(recurse=False):
                if parameter.ndim >= 2:
                    found[id(parameter)] = parameter
    return list(found.values())


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
    for path, value in state.items():
        name, _slash, key = path.rpartition("/")
        parameter = parameters[name]
        if value.shape == parameter.shape:
            # the same strides: fused kernels walk parameter and state side by side in memory
            kept = torch.empty_like(parameter, dtype=value.dtype).copy_(value)
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


def _remembered(choice: Optimizer) -> tuple[object, ...]:
    """Return what decides which state an optimizer keeps: its kind and the parts it may have."""
    settings = choice.values()
    parts = (bool(settings.get(name)) for name in ("amsgrad", "centered", "momentum"))
    return (choice.key, *parts)


def _counts_on_device(optimizer: torch.optim.Optimizer) -> bool:
    return any(group.get("fused") or group.get("capturable") for group in optimizer.param_groups)
