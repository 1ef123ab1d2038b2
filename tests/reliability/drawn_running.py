"""How a drawn run is made, watched from step to step, and cut."""

import hashlib
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch import Tensor

from studio.analysis.analyze import analyze
from studio.graph import edits
from studio.graph.model import Frozen, Graph
from studio.network.network import Network
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.course.fired import Fired, Record
from studio.training.course.length import Samples
from studio.training.course.marks import covers, resolved
from studio.training.course.preview import Preview, preview
from studio.training.events import Ended, EpochDone, Event, FreezeChanged, StepDone, TickFired
from studio.training.plan import read_plan
from studio.training.ticks.tick import read_tick
from studio.training.trainer import train
from tests.reliability import drawn_plans
from tests.reliability.drawn_networks import SAMPLES, TEST, VALIDATION, Drawn, drawn
from tests.unit.training.ticking import Hasty
from tests.unit.training.toys import device_data, made

TRAINED = SAMPLES - VALIDATION - TEST
Tensors = Mapping[str, Tensor]


@dataclass
class Case:
    """A network, some of it frozen, its data and its plan."""

    drawn: Drawn
    graph: Graph
    plan: dict[str, Any]


@dataclass
class Ran:
    """What a run told, and its network after each step."""

    network: Network
    events: list[Event] = field(default_factory=list)
    tensors: dict[int, Tensors] = field(default_factory=dict)
    """Steps done → all parameters and buffers."""

    @property
    def losses(self) -> list[float]:
        """The loss of every step."""
        return [event.loss for event in self.events if isinstance(event, StepDone)]

    @property
    def end(self) -> Ended:
        """How it ended."""
        last = self.events[-1]
        assert isinstance(last, Ended)
        return last

    def told(self, after: int = 0) -> list[object]:
        """Return what was told of steps after so many, and of the end, without what the clock says.

        What a run that goes on tells of its start is left out.
        """
        found: list[object] = []
        for event in self.events:
            if isinstance(event, StepDone) and event.step > after:
                found.append((event.step, event.loss, event.learning_rate))
            elif isinstance(event, EpochDone) and event.step >= after:
                found.append((event.epoch, event.train, event.validation, event.confusion))
            elif isinstance(event, TickFired) and event.step >= after:
                found.append((event.step, event.number, event.tick))
        return [*found, self.end.reason, self.end.message, self.end.metrics]


def case(seed: int) -> Case:
    """Return the case of that number."""
    found, random = drawn(seed), Random(seed)
    names = found.holding[: random.randint(0, len(found.holding) - 1)]
    if random.random() < 0.4:
        names = tuple(random.sample(names, len(names) // 2))
    frozen: Frozen = random.choice((False, True, True, "statistics"))
    graph = edits.set_frozen(found.graph, names, frozen) if names else found.graph
    return Case(found, graph, drawn_plans.whole(seed, found))


def exact_case(seed: int) -> Case:
    """Return the case of that number that a plain loop can follow."""
    found = drawn(seed, calm=True)
    return Case(found, found.graph, drawn_plans.exact(seed, found))


def ran(one: Case, folder: Path, *, cut: int | None = None, go_on: bool = False) -> Ran:
    """Train a case with every step told; stop after `cut` steps, or go on from there.

    Raises StudioError for what is refused before the first step.
    """
    network = made(one.graph, 9 if go_on else 0)
    found, control = Ran(network), Control(Hasty())
    data = device_data(one.drawn.data, VALIDATION, TEST)
    start = load(folder, "last") if go_on else None
    plan = read_plan(one.plan)
    for event in train(network, data, plan, control, folder=folder, start=start):
        found.events.append(event)
        if isinstance(event, StepDone):
            every = network.state_dict().items()
            found.tensors[event.step] = {name: value.clone() for name, value in every}
            if event.step == cut:
                control.stop()
    return found


def left(folder: Path) -> tuple[int, str]:
    """Return the step of the last checkpoint, and what all of its tensors come to."""
    kept, digest = load(folder, "last"), hashlib.sha256()
    for tensors in (kept.weights, kept.optimizer, kept.state):
        for name in sorted(tensors):
            value = tensors[name].contiguous().flatten().view(torch.uint8)
            digest.update(f"{name} {tensors[name].dtype}".encode() + value.numpy().tobytes())
    return kept.step, digest.hexdigest()


def foreseen(one: Case, found: Ran) -> Preview:
    """Return the preview of a run of which it is known by now which conditions came."""
    told = [event for event in found.events if isinstance(event, TickFired)]
    fired = [Fired(event.step, read_tick(event.tick), event.number) for event in told]
    conditions = tuple(came for came in fired if came.origin == "condition")
    samples = Samples.of(TRAINED, one.graph)
    return preview(read_plan(one.plan), analyze(one.graph), samples, Record(conditions))


def unlike(ahead: Preview, found: Ran) -> Iterator[str]:
    """Yield in what a run did otherwise than its preview says."""
    for event in found.events:
        if isinstance(event, StepDone):
            step = event.step - 1
            if event.learning_rate != ahead.rate(step):
                yield f"the rate of step {step}"
            if event.layer_rates != ahead.course.layer_rates(step):
                yield f"the rates of layers in step {step}"
    changes = {event.step: event for event in found.events if isinstance(event, FreezeChanged)}
    for step, change in changes.items():
        if step < ahead.steps:
            span = ahead.span(step)
            frozen = span.frozen.intersection(found.network.layers())
            if (change.trainable, frozenset(change.frozen)) != (span.trainable, frozen):
                yield f"what trains from step {step}"


def moved(ahead: Preview, found: Ran) -> Iterator[str]:
    """Yield the frozen or left-out tensors that a step moved."""
    for before, after in itertools.pairwise(sorted(found.tensors)):
        one, other = found.tensors[before], found.tensors[after]
        for name in _still(found.network, ahead, before) if after == before + 1 else ():
            if not torch.equal(one[name], other[name]):
                yield f"{name} in step {before}"


def _still(network: Network, ahead: Preview, step: int) -> set[str]:
    """Return the names of the tensors that must not move in a step."""
    stretch = ahead.course.at(step).stretch
    names = {id(t): name for name, t in [*network.named_parameters(), *network.named_buffers()]}
    found: set[str] = set()
    out: set[str] = set()
    moving: set[str] = set()
    for path, modules in network.layers().items():
        weights = {names[id(p)] for module in modules for p in module.parameters()}
        state, kept = resolved(path, stretch.marks), set(network.state_dict())
        buffers = {names[id(b)] for module in modules for b in module.buffers()} & kept
        is_out = any(covers(other, path) for other in stretch.bypassed)
        found |= buffers if state or is_out else set()
        if state is True:
            found |= weights
        elif is_out:
            out |= weights
        else:
            moving |= weights
    return found | (out - moving)
