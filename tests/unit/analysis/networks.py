"""Small networks for the tests of analysis, written the way a person would write them."""

from collections.abc import Mapping
from typing import Any

from studio.analysis.analyze import analyze
from studio.analysis.report import Task
from studio.graph.file import project_from_json
from studio.graph.model import Graph
from studio.graph.spelling import graph_json

Spec = Mapping[str, Any]


def graph(**nodes: str | Spec) -> Graph:
    """Return a graph from node JSON; a node without "from" follows the one before it."""
    written: dict[str, Spec] = {}
    last: str | None = None
    for name, spec in nodes.items():
        node: dict[str, Any] = {"type": spec} if isinstance(spec, str) else dict(spec)
        fed = node["type"] not in {"input", "parameter", "constant"}
        if last is not None and "from" not in node and fed:
            node["from"] = [last]
        written[name] = node
        last = name
    return project_from_json({"layerwise": 1, "graph": written}).graph


def problems(built: Graph, task: Task | None = None) -> list[str]:
    """Return what is remarked, without the remedies."""
    return [finding.problem for finding in analyze(built, task).findings]


IMAGE: Spec = {"type": "input", "shape": [1, 28, 28]}


def mnist_cnn(**changes: str | Spec) -> Graph:
    nodes: dict[str, str | Spec] = {
        "image": IMAGE,
        "conv": {"type": "conv2d", "out_channels": 32, "kernel_size": 3},
        "relu": "relu",
        "pool": {"type": "max_pool2d", "kernel_size": 2},
        "flatten": "flatten",
        "linear": {"type": "linear", "out_features": 10},
        "scores": "output",
    }
    return graph(**(nodes | changes))


def block(inside: Spec, **settings: Any) -> Spec:
    """Return the node JSON of a block around `inside`, itself node JSON."""
    return {"type": "block", "graph": graph_json(graph(**inside)), **settings}


def residual(channels: int, repeat: int = 1, **settings: Any) -> Spec:
    conv = {"type": "conv2d", "out_channels": channels, "kernel_size": 3, "padding": 1}
    inside: Spec = {
        "x": {"type": "input", "shape": [channels, 8, 8]},
        "conv": conv,
        "relu": "relu",
        "add": {"type": "add", "from": ["x", "relu"]},
        "y": "output",
    }
    return block(inside, repeat=repeat, **settings)
