"""How layers with learning rates of their own lie apart in the optimizer, and how rates get there.

Groups are split once, when a run starts or its ticks change; state stays with its parameter, so
that this moves no bit. A tensor that two layers share follows the layer that comes first.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from studio.network.network import Network


def split_groups(
    optimizer: torch.optim.Optimizer, network: Network, sections: Mapping[str, int]
) -> None:
    """Give every section of layers groups of its own; `sections` maps layer paths to numbers."""
    if not any(sections.values()) and not _is_split(optimizer):
        return
    section_of: dict[torch.nn.Parameter, int] = {}
    for path, modules in network.layers().items():
        for module in modules:
            for parameter in module.parameters():
                section_of.setdefault(parameter, sections.get(path, 0))
    found: dict[tuple[object, int], dict[str, Any]] = {}
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            section = section_of.get(parameter, 0)
            role = group["name"]
            apart = found.setdefault((role, section), {**group, "params": [], "section": section})
            apart["params"].append(parameter)
    optimizer.param_groups[:] = found.values()


def write_rates(optimizer: torch.optim.Optimizer, rates: Sequence[float]) -> None:
    """Let the next update go by these rates, one for each section."""
    for group in optimizer.param_groups:
        group["lr"] = rates[group.get("section", 0)]


def _is_split(optimizer: torch.optim.Optimizer) -> bool:
    return any("section" in group for group in optimizer.param_groups)
