"""What a request becomes before the first step: data in memory, a network with its weights."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from studio import __version__
from studio.analysis.analyze import analyze
from studio.analysis.memory import Terms, training_memory
from studio.analysis.report import Report, Task
from studio.catalogue.inputs import Output
from studio.datasets.dataset import Facts
from studio.datasets.opening import opened
from studio.datasets.source import source_json
from studio.graph.file import ProjectFile
from studio.graph.model import Graph
from studio.network.build import build
from studio.network.network import Network
from studio.runs.failures import damage_told
from studio.runs.info import RunInfo, read_info
from studio.runs.later import read_later
from studio.runs.request import RunRequest
from studio.runs.resuming import CHECKPOINTS, LAST
from studio.training.checkpoints.checkpoint import load, load_weights
from studio.training.data.batches import DeviceData
from studio.training.device import device_of
from studio.training.plan import Plan, plan_json, resolved_targets


@dataclass(frozen=True, eq=False)
class Prepared:
    """All that a training loop needs, and what is to be remembered of it."""

    network: Network
    data: DeviceData
    info: RunInfo
    predicted: int
    """Bytes that a training step should take at its fullest moment."""


def prepared(request: RunRequest) -> Prepared:
    """Return what `request` asks for, ready to train.

    Raises StudioError, cheapest check first, for a network with errors, data that cannot be used,
    or weights that do not fit.
    """
    source = request.source
    report = checked(request.graph, source.facts(), request.plan)
    network = build(request.graph, report, request.plan.seed)
    begun = 0
    if request.parent is not None and not request.resume:
        begun = start_from(network, request.parent, request.checkpoint)
    dataset, parts = opened(source, _learned(request))
    data = DeviceData.of(dataset, parts)
    data = replace(data, later=read_later(request.plan.ticks, dataset, data.scaling))
    info = RunInfo(
        project=ProjectFile(request.graph, source_json(source), plan_json(request.plan)),
        created=datetime.now(UTC).isoformat(timespec="milliseconds"),
        parent=request.parent.name if request.parent else "",
        checkpoint=request.checkpoint if request.parent else "",
        parent_step=begun,
        scaling=data.scaling,
        classes=dataset.classes,
        columns=dataset.columns,
        target_name=dataset.target_name,
        light_on_dark=source.light_on_dark,
        learned=dataset.learned,
        versions=_versions(),
    )
    fullest = request.plan.changed(batch_size=request.plan.largest_batch)
    terms = Terms.of(fullest, device_of(request.plan).type, classes=bool(data.classes))
    return Prepared(network, data, info, training_memory(report, terms).total)


def _learned(request: RunRequest) -> Mapping[str, Any] | None:
    """Return what preparing learned when a run began that now goes on; None for a new one."""
    if request.parent is None or not request.resume:
        return None
    return read_info(request.parent).learned or None


def checked(graph: Graph, facts: Facts, plan: Plan) -> Report:
    """Return the report of a network for these data; what the plan asks for must exist in it."""
    outputs = (name for name, node in graph.nodes.items() if isinstance(node.layer, Output))
    report = analyze(graph)
    if report.errors:
        return report  # `build` says the first
    targets = resolved_targets(plan, outputs, classes=bool(facts.classes))
    loss = targets[0].loss.key
    classes = len(facts.classes) or None
    task = Task(facts.sample, classes, facts.outputs, loss, facts.places, facts.more, facts.ids)
    return analyze(graph, task, report)


def start_from(network: Network, run: Path, checkpoint: str = LAST) -> int:
    """Give the network the weights of a run, and return how many steps the run had made there.

    Raises StudioError if there is no such checkpoint, or its weights do not fit.
    """
    with damage_told(run):
        start = load(run / CHECKPOINTS, checkpoint)
        load_weights(network, start.judged)
    return start.step


def _versions() -> dict[str, str]:
    found = {"layerwise": __version__, "python": platform.python_version()}
    for name in ("torch", "numpy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # a build without metadata still trains
            continue
    return found
