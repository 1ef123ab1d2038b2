"""Small networks with weights drawn at random, opened as if a run had trained them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from studio.analysis.analyze import analyze
from studio.catalogue.inputs import Input
from studio.datasets.normalization import Scaling
from studio.graph.file import ProjectFile
from studio.graph.spelling import graph_from_json
from studio.network.build import build
from studio.runs.info import RunInfo
from studio.runs.looking.looker import Looker
from studio.runs.trained import Trained
from studio.runs.trying import Tryout
from studio.training.device import Machine
from studio.training.objectives.objective import Objective
from studio.training.plan import Plan


def opened(nodes: Mapping[str, Any], classes: int = 0, **info: Any) -> Trained:
    """Return the network that `nodes` spell, in inference mode."""
    graph = graph_from_json(nodes)
    report = analyze(graph)
    network = build(graph, report, seed=3)
    with torch.no_grad():  # so that norms and offsets do not hide mistakes
        draw = torch.Generator().manual_seed(5)
        for tensor in (*network.parameters(), *network.buffers()):
            if tensor.is_floating_point() and tensor.ndim == 1:
                tensor.copy_(torch.rand(tensor.shape, generator=draw) + 0.5)
    names = tuple(f"class {number}" for number in range(classes))
    plan = Plan(threads=1, device="cpu")
    told = RunInfo(ProjectFile(graph, {}, {}), classes=names, **info)
    objective = Objective.of(plan, network.outputs, names, Scaling())
    machine = Machine(torch.device("cpu"), torch.float32, 1)
    first = next(name for name in graph if isinstance(graph[name].layer, Input))
    sample = report.nodes[first].output
    assert sample is not None
    return Trained(told, plan, network.eval(), objective, machine, sample)


def looker(trained: Trained) -> Looker:
    return Looker(Tryout(Path("run-0001"), trained))


def chain(*layers: dict[str, Any], shape: list[int], **given: Any) -> dict[str, Any]:
    """Return an input, layers named after their place (layer_1, …), and an output."""
    nodes: dict[str, Any] = {"x": {"type": "input", "shape": shape, **given}}
    last = "x"
    for number, layer in enumerate(layers, 1):
        name = f"layer_{number}"
        nodes[name] = {"from": [last], **layer}
        last = name
    nodes["scores"] = {"type": "output", "from": [last]}
    return nodes
