"""Random samples for the inputs of a network that is built to be run."""

import torch

from studio.analysis.report import Report
from studio.catalogue.inputs import Input


def samples(report: Report, device: str) -> list[torch.Tensor]:
    """Return a batch of two random samples for each input."""
    found = []
    for name, node in report.graph.nodes.items():
        if isinstance(node.layer, Input):
            shape = report.nodes[name].outputs[0]
            if shape.dtype == "int64":
                found.append(torch.randint(0, 2, (2, *shape), device=device))
            else:
                found.append(torch.randn(2, *shape, device=device))
    return found
