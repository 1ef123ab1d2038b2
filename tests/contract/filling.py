"""Weights and inputs that follow from names alone, so that two programs can hold the same."""

import zlib

import torch
from torch import Tensor, nn

from studio.analysis.report import Report
from studio.catalogue.inputs import Input
from studio.network.network import Network


def spread(name: str, count: int) -> Tensor:
    """Return `count` numbers from -1 to 1 that look random and follow from `name`."""
    places = torch.arange(count, dtype=torch.float64)
    found = torch.sin(places * 12.9898 + zlib.crc32(name.encode()) % 1000) * 43758.5453
    return 2 * (found - found.floor()) - 1


def filled(net: Network) -> Network:
    """Return the network in float64, evaluating, with weights that follow from their names."""
    net = net.double().eval()
    with torch.no_grad():
        for name, weight in net.named_parameters():
            numbers = spread(name, weight.numel()).view(weight.shape)
            weight.copy_(_scaled(name, numbers))
        for name, part in net.named_modules():
            if isinstance(part, nn.BatchNorm2d):
                mean, var = (
                    spread(f"{name}.{what}", part.num_features) for what in ("mean", "var")
                )
                part.load_state_dict({"running_mean": mean / 5, "running_var": 1 + var / 2}, False)
    return net


def _scaled(name: str, numbers: Tensor) -> Tensor:
    if numbers.ndim > 1:
        factor: float = min(0.9, 2.6 / numbers[0].numel() ** 0.5)
        return numbers * factor
    return 0.4 * numbers + (numbers.ndim == 1 and name.endswith("weight"))


def inputs(report: Report, words: int) -> list[Tensor]:
    """Return two samples for each input: ids from 3 up to `words`, masks and parts of 0 and 1."""
    found = []
    for name, node in report.graph.nodes.items():
        if isinstance(node.layer, Input):
            shape = report.nodes[name].outputs[0]
            numbers = spread(name, 2 * shape.size).view(2, *shape)
            if shape.dtype != "int64":
                found.append(numbers)
            elif name == "attention_mask":
                found.append((torch.arange(shape[0]) < torch.tensor([[shape[0]], [7]])).long())
            elif name == "token_type_ids":
                found.append((numbers > 0).long())
            else:
                found.append((3 + (numbers + 1) / 2 * (words - 4)).long())
    return found
