"""Whether the memory of a training step is what was predicted, for networks of many kinds.

Run `python -m tests.benchmarks.bench_memory [--precision bfloat16] [--checkpointing]`. Each row is
a real step of our own trainer: predicted and measured bytes of the fullest moment, and their ratio.
Measured twice on the processor: by watching the tensors, and by the profiler of torch, which also
sees what operations need inside.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional
from torch.profiler import ProfilerActivity, profile

from studio import gallery
from studio.analysis.analyze import analyze
from studio.analysis.memory import Terms, training_memory
from studio.graph.model import Graph
from studio.graph.walk import frozen_paths
from studio.network.build import build
from studio.network.execution import streamlined
from studio.network.network import Network, recomputing
from studio.training.device import Machine
from studio.training.footprint import watched
from studio.training.freezing import Freezing
from studio.training.plan import Plan, read_plan
from studio.training.stepping.step import Stepper
from tests.benchmarks.kinds import KINDS, Kind, frozen_half


@dataclass(frozen=True)
class Measured:
    """What one step took, in bytes."""

    tensors: int
    allocator: int


class _Classes:
    """Compares every position of every output with a class, whatever its axes."""

    def loss(self, outputs: dict[str, Tensor], y: Tensor, _whole: object = None) -> Tensor:
        (scores,) = outputs.values()
        return functional.cross_entropy(scores.flatten(0, -2), y.flatten())

    def answers(self, outputs: dict[str, Tensor]) -> Tensor:
        (scores,) = outputs.values()
        return scores.detach().argmax(-1)


def measured(graph: Graph, plan: Plan, *, profiled: bool = True) -> Measured:
    """Make training steps and return what one took; `profiled` asks torch's profiler, too."""
    report = analyze(graph)
    network = build(graph, report)
    machine = Machine.chosen(plan, network.multiply_adds)
    network.to(machine.device)
    sample = report.nodes[network.inputs[0]].outputs[0]
    scores = report.nodes[network.outputs[0]].outputs[0]
    size = plan.batch_size
    top = min(n.layer.values().get("num_embeddings", 10_000) for n in graph.nodes.values())
    ids = sample.dtype == "int64"
    x = torch.randint(top, (size, *sample)) if ids else torch.randn(size, *sample)
    y = torch.randint(scores[-1], (size, *scores[:-1]))
    batch = x.to(machine.device), y.to(machine.device)
    with (
        streamlined(network, size, channels_last=machine.channels_last),
        recomputing(network, on=plan.checkpointing),
        machine.threads_set(),
    ):
        stepper = Stepper(network, _Classes(), plan, machine)  # type: ignore[arg-type]
        freezing = Freezing(network, stepper.optimizer)
        freezing.apply(frozen_paths(graph))
        stepper.step(*batch, 1e-3)
        alive = [*_held(network, stepper), *batch]
        with watched(machine.device, alive) as peak:
            stepper.step(*batch, 1e-3)
        if machine.device.type == "cuda" or not profiled:
            return Measured(peak(), peak())
        network.zero_grad()
        before = _sum([*_held(network, stepper), *batch])
        allocator = before + _profiled(lambda: stepper.step(*batch, 1e-3))
    return Measured(peak(), allocator)


def _held(network: Network, stepper: Stepper) -> Iterator[Tensor]:
    yield from network.parameters()
    yield from network.buffers()
    for state in stepper.optimizer.state.values():
        yield from (value for value in state.values() if isinstance(value, Tensor))


def _sum(tensors: list[Tensor]) -> int:
    return sum({t.untyped_storage()._cdata: _size(t) for t in tensors}.values())


def _size(tensor: Tensor) -> int:
    return tensor.untyped_storage().nbytes()


def _profiled(work: Callable[[], object]) -> int:
    """Return how far the bytes of the allocator rise above their level at the start."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiled:
        work()
    events = profiled.profiler.kineto_results.events()
    changes = [(e.start_ns(), e.nbytes()) for e in events if e.name() == "[memory]"]
    level = highest = 0
    for _when, change in sorted(changes, key=lambda pair: pair[0]):
        level += change
        highest = max(highest, level)
    return highest


def main() -> None:
    """Print a row for each kind of network, optimizer and share of frozen layers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--precision", default="float32")
    parser.add_argument("--checkpointing", action="store_true")
    parser.add_argument("names", nargs="*", help="kinds, or networks as gallery:resnet18@8")
    given = parser.parse_args()
    for name, kind in _chosen(given.names):
        for label, graph, optimizer in _variants(kind.graph()):
            plan = read_plan(
                {
                    "batch_size": kind.batch,
                    "optimizer": optimizer,
                    "precision": given.precision,
                    "checkpointing": given.checkpointing,
                    "device": "auto",
                }
            )
            _row(f"{name} {label}", graph, plan)


def _chosen(names: list[str]) -> Iterator[tuple[str, Kind]]:
    """Yield the kinds that are asked for, or all; a network of the gallery with its batch size."""
    for name in names or KINDS:
        if name in KINDS:
            yield name, KINDS[name]
            continue
        wanted, _sign, batch = name.removeprefix("gallery:").partition("@")
        yield name, Kind(partial(_gallery, wanted), int(batch or 8))


def _gallery(name: str) -> Graph:
    return gallery.load(name).graph


def _variants(graph: Graph) -> Iterator[tuple[str, Graph, dict[str, object]]]:
    yield "adam", graph, {"type": "adam"}
    yield "sgd", graph, {"type": "sgd", "momentum": 0}
    yield "momentum, half frozen", frozen_half(graph), {"type": "sgd", "momentum": 0.9}


def _row(name: str, graph: Graph, plan: Plan) -> None:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    predicted = training_memory(analyze(graph), Terms.of(plan, device)).total
    found = measured(graph, plan)
    ratios = predicted / found.tensors, predicted / found.allocator
    mark = "" if all(0.9 <= ratio <= 1.1 for ratio in ratios) else "  <<<"
    sys.stdout.write(
        f"{name:40} predicted {predicted / 1e6:9.2f} MB  tensors {found.tensors / 1e6:9.2f} MB "
        f"({ratios[0]:.3f})  allocator {found.allocator / 1e6:9.2f} MB ({ratios[1]:.3f}){mark}\n"
    )


if __name__ == "__main__":
    main()
