"""A run's network with the weights it ended with, ready to be asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.analysis.analyze import analyze
from studio.catalogue.inputs import Input
from studio.catalogue.shape import Shape
from studio.datasets.dataset import Array
from studio.errors import FileError
from studio.network.build import build
from studio.network.bypassing import bypass
from studio.network.network import Network
from studio.runs.failures import damage_told
from studio.runs.info import RunInfo, read_info
from studio.runs.resuming import CHECKPOINTS, LAST
from studio.training.checkpoints.checkpoint import load, load_weights
from studio.training.device import Machine
from studio.training.objectives.objective import Objective
from studio.training.plan import Plan, read_plan
from studio.wording import _


@dataclass(frozen=True, eq=False)
class Trained:
    """The network of a run, on its device and in inference mode."""

    info: RunInfo
    plan: Plan
    network: Network
    objective: Objective
    machine: Machine
    sample: Shape
    """What one sample must look like."""
    others: Mapping[str, Objective] = field(default_factory=dict)
    """What the answers besides the first mean, by the field they are compared with."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Where the samples come from that judged it last: a tick may have switched to other ones."""

    @classmethod
    def opened(cls, run: Path, checkpoint: str = LAST, device: str = "") -> "Trained":
        """Return the network of a run; `device` overrides the plan's.

        A run that was trained on a GPU answers on a computer without one too, unless `device` names
        it. Raises FileError if the run or its checkpoint is missing or damaged.
        """
        info = read_info(run)
        folder = run / CHECKPOINTS
        if not (folder / f"{checkpoint}.json").is_file():
            raise FileError(
                _("{run} has no checkpoint called {name} yet.").format(run=run, name=checkpoint),
                _("Train it further, or choose a finished run."),
            )
        with damage_told(run):
            start = load(folder, checkpoint)
            used = str(start.facts.get("precision", ""))
            found = cls._restored(info, start.judged, device, used)
        bypass(found.network, start.facts.get("bypassed", ()))
        name = start.facts.get("data")  # as `ticks.sources.identity` spelled it
        return replace(found, data=json.loads(name) if name else info.project.data)

    @property
    def first(self) -> str:
        """The Input that takes the samples themselves; the others take what comes with them."""
        more = self.info.scaling.more
        return next((n for n in self.network.inputs if n not in more), self.network.inputs[0])

    def prepared(self, inputs: Mapping[str, Array]) -> tuple[Tensor, ...]:
        """Return what the network takes of samples [samples, *axes] given for each of its Inputs.

        Normalized as in training, on its device, in the order of `network.inputs`.
        """
        return tuple(self._prepared(name, inputs[name]) for name in self.network.inputs)

    def _prepared(self, name: str, values: Array) -> Tensor:
        scaling = self.info.scaling
        scale = scaling.inputs if name == self.first else scaling.more.get(name)
        known = np.ascontiguousarray(values if scale is None else scale.applied(values))
        return torch.from_numpy(known).to(self.machine.device)

    @classmethod
    def _restored(
        cls, info: RunInfo, weights: Mapping[str, Tensor], device: str, used: str
    ) -> "Trained":
        plan = _asked_here(read_plan(info.project.plan), device, used)
        report = analyze(info.graph)
        network = build(info.graph, report, seed=None)
        load_weights(network, weights)
        machine = Machine.chosen(plan, network.multiply_adds)
        network.to(machine.device).eval()
        objective = Objective.of(plan, network.outputs, info.classes, info.scaling)
        others = {
            name: Objective.of(plan, network.outputs, classes, info.scaling, field=name)
            for name, classes in info.more_classes.items()
        }
        inputs = [n for n, node in info.graph.nodes.items() if isinstance(node.layer, Input)]
        name = next((n for n in inputs if n not in info.scaling.more), inputs[0])
        sample = report.nodes[name].output
        assert sample is not None, "an input without a shape cannot be built"
        objective = objective.to(machine.device)
        others = {name: one.to(machine.device) for name, one in others.items()}
        return cls(info, plan, network, objective, machine, sample, others)


def _asked_here(plan: Plan, device: str, used: str) -> Plan:
    """Return the plan as this computer can follow it without training.

    `used` are the numbers that a run computed in that left them to its machine.
    """
    device = device or ("auto" if plan.device == "cuda" else plan.device)
    on_gpu = device != "cpu" and torch.cuda.is_available()
    precision = "bfloat16" if (plan.precision, used) == ("auto", "bfloat16") else plan.precision
    precision = "float32" if precision == "float16" and not on_gpu else precision
    return plan.changed(device=device, precision=precision)
