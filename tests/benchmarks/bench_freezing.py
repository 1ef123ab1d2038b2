"""How much faster training gets when a beginning is frozen, beside what is shown before.

Run `python -m tests.benchmarks.bench_freezing [NAME …]`. Beginnings, ends and middles of networks
of many kinds are frozen, beginnings with their features remembered and without; each is trained by
a trainer's session of its own. They take turns, on one thread, and processor time counts.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import torch

from studio.analysis.analyze import analyze
from studio.analysis.speed import expected_speedup
from studio.datasets.dataset import Dataset, Split
from studio.graph import edits
from studio.graph.model import Graph
from studio.network.build import build
from studio.network.execution import streamlined
from studio.training.allocator import keep_memory
from studio.training.data.batches import DeviceData
from studio.training.device import Machine
from studio.training.plan import read_plan
from studio.training.session import Session
from tests.benchmarks.workloads import made_up
from tests.unit.analysis.networks import Spec, block, graph

_BATCHES = 3


@dataclass(frozen=True)
class Case:
    """A network of units that follow each other, before a head that always trains."""

    graph: Callable[[], Graph]
    data: Callable[[int], Dataset]
    batch: int
    units: int
    """How many there are: nodes called b0, b1, and so on."""

    def setups(self) -> Iterator["Setup"]:
        """Yield what is tried, first nothing frozen."""
        half, most = self.units // 2, self.units - 1
        yield Setup("nothing", range(0), "off")
        for count in sorted({half, most, self.units}):
            yield Setup(f"the first {count}", range(count), "off")
            yield Setup(f"the first {count}", range(count), "auto")
        yield Setup(f"the last {half}", range(self.units - half, self.units), "off")
        yield Setup("the middle", range(self.units // 4, self.units // 4 + half), "off")
        yield Setup("all but the first", range(1, self.units), "off")


@dataclass(frozen=True)
class Setup:
    """Which units are frozen, and whether features are remembered."""

    name: str
    frozen: range
    kind: str


def _vgg() -> Graph:
    nodes: dict[str, str | Spec] = {"x": {"type": "input", "shape": [3, 32, 32]}}
    for number, channels in enumerate((32, 32, 64, 64, 128, 128, 128, 128)):
        conv = {"type": "conv2d", "out_channels": channels, "kernel_size": 3, "padding": 1}
        nodes |= {f"b{number}": conv, f"r{number}": "relu"}
        if number in {1, 3, 5}:
            nodes[f"p{number}"] = {"type": "max_pool2d", "kernel_size": 2}
    return graph(
        **nodes,
        g={"type": "adaptive_avg_pool2d", "output_size": 1}, f="flatten",
        head={"type": "linear", "out_features": 10}, y="output",
    )  # fmt: skip


def _gpt(blocks: int, width: int, steps: int) -> Graph:
    def inside() -> dict[str, str | Spec]:
        return {
            "x": {"type": "input", "shape": [steps, width]},
            "n1": "layer_norm",
            "look": {"type": "attention", "num_heads": 4, "causal": True},
            "s1": {"type": "add", "from": ["x", "look"]},
            "n2": "layer_norm", "up": {"type": "linear", "out_features": 4 * width},
            "g": "gelu", "down": {"type": "linear", "out_features": width},
            "s2": {"type": "add", "from": ["s1", "down"]}, "y": "output",
        }  # fmt: skip

    return graph(
        x={"type": "input", "shape": [steps], "dtype": "int64"},
        e={"type": "embedding", "num_embeddings": 65, "embedding_dim": width},
        p="position_embedding",
        **{f"b{number}": block(inside()) for number in range(blocks)},
        n="layer_norm", head={"type": "linear", "out_features": 65}, y="output",
    )  # fmt: skip


def _letters(steps: int) -> Callable[[int], Dataset]:
    def data(samples: int) -> Dataset:
        found = made_up(steps, kind="65", classes=65, samples=samples)
        targets = np.random.default_rng(1).integers(0, 65, (samples, steps))
        return Dataset(found.name, found.inputs, targets, classes=found.classes)

    return data


def _mlp(width: int, units: int) -> Graph:
    nodes: dict[str, str | Spec] = {"x": {"type": "input", "shape": [64]}}
    for number in range(units):
        nodes |= {f"b{number}": {"type": "linear", "out_features": width}, f"r{number}": "relu"}
    return graph(**nodes, head={"type": "linear", "out_features": 10}, y="output")


def _recurrent(kind: str, units: int, steps: int, width: int) -> Graph:
    nodes: dict[str, str | Spec] = {"x": {"type": "input", "shape": [steps, 32]}}
    for number in range(units):
        last = {"output": "last"} if number == units - 1 else {}
        nodes[f"b{number}"] = {"type": kind, "hidden_size": width, **last}
    return graph(**nodes, head={"type": "linear", "out_features": 10}, y="output")


def _resnet(channels: int, units: int) -> Graph:
    conv = {"type": "conv2d", "out_channels": channels, "kernel_size": 3, "padding": 1}
    inside: dict[str, str | Spec] = {
        "x": {"type": "input", "shape": [channels, 16, 16]},
        "c1": {**conv, "bias": False}, "n1": "batch_norm2d", "r1": "relu",
        "c2": {**conv, "bias": False}, "n2": "batch_norm2d",
        "s": {"type": "add", "from": ["x", "n2"]}, "r2": "relu", "y": "output",
    }  # fmt: skip
    return graph(
        x={"type": "input", "shape": [channels, 16, 16]},
        **{f"b{number}": block(inside) for number in range(units)},
        g={"type": "adaptive_avg_pool2d", "output_size": 1}, f="flatten",
        head={"type": "linear", "out_features": 10}, y="output",
    )  # fmt: skip


def _classes(*shape: int, kind: str = "values") -> Callable[[int], Dataset]:
    return lambda samples: made_up(*shape, kind=kind, classes=10, samples=samples)


CASES: Mapping[str, Case] = {
    "gpt12": Case(lambda: _gpt(12, 192, 64), _letters(64), 8, 12),
    "gpt8": Case(lambda: _gpt(8, 128, 128), _letters(128), 8, 8),
    "vgg": Case(_vgg, _classes(3, 32, 32, kind="pixels"), 64, 8),
    "resnet": Case(lambda: _resnet(24, 6), _classes(24, 16, 16), 32, 6),
    "mlp": Case(lambda: _mlp(512, 8), _classes(64), 128, 8),
    "small mlp": Case(lambda: _mlp(64, 4), _classes(64), 64, 4),
    "gru": Case(lambda: _recurrent("gru", 6, 24, 64), _classes(24, 32), 64, 6),
    "lstm": Case(lambda: _recurrent("lstm", 4, 24, 96), _classes(24, 32), 64, 4),
    "wide gpt": Case(lambda: _gpt(4, 320, 48), _letters(48), 8, 4),
    "wide resnet": Case(lambda: _resnet(64, 4), _classes(64, 16, 16), 16, 4),
    "wide mlp": Case(lambda: _mlp(1024, 6), _classes(64), 64, 6),
    "rnn": Case(lambda: _recurrent("rnn", 6, 24, 64), _classes(24, 32), 64, 6),
}


def main() -> None:
    """Print the measured speed-up beside the expected one for each set-up."""
    arguments = _arguments()
    torch.set_num_threads(1)
    keep_memory()
    for name in arguments.cases or CASES:
        case = CASES[name]
        setups = [*case.setups()]
        with ExitStack() as stack:
            steps = {setup: _session(case, setup, stack) for setup in setups}
            times = _measured(steps, arguments.rounds)
        full = times[setups[0]]
        sys.stdout.write(f"{name}: {1000 * statistics.median(full):.2f} ms a step\n")
        for setup in setups[1:]:
            gains = [a / b for a, b in zip(full, times[setup], strict=True)]
            _row(setup, statistics.median(gains), foreseen(case, setup))


def foreseen(case: Case, setup: Setup) -> float:
    """Return the speed-up that is shown before the run."""
    report = analyze(_frozen(case, setup.frozen))
    return expected_speedup(report, cached=setup.kind == "auto", batch_size=case.batch)


def _row(setup: Setup, gain: float, shown: float) -> None:
    error = shown / gain - 1
    sys.stdout.write(
        f"  {setup.name:18s} {'remembered' if setup.kind == 'auto' else 'computed':10s}"
        f" {gain:8.2f}  expected {shown:8.2f}  ({error:+.0%}){' <<<' * (abs(error) > 0.15)}\n"
    )
    sys.stdout.flush()


def _frozen(case: Case, units: range) -> Graph:
    found = case.graph()
    names = [f"b{number}" for number in units]
    if 0 in units:
        names += (name for name in ("e", "p") if name in found)
    return edits.set_frozen(found, names, True) if names else found


def _session(case: Case, setup: Setup, stack: ExitStack) -> Callable[[], float]:
    """Return what makes an epoch of steps and returns the seconds of one."""
    samples = _BATCHES * case.batch
    plan = read_plan(
        {"batch_size": case.batch, "threads": 1, "cache_features": setup.kind, "device": "cpu"}
    )
    found = _frozen(case, setup.frozen)
    network = build(found, analyze(found))
    stack.enter_context(streamlined(network, case.batch, channels_last=True))
    nothing = np.empty(0, dtype=np.int64)
    data = DeviceData.of(case.data(samples), Split(np.arange(samples), nothing, nothing))
    session = Session(network, data, plan, Machine.chosen(plan, 0))

    def steps(count: int) -> None:
        batches = session.epoch_batches()
        for index in range(count):
            session.stepper.step(*batches[index % len(batches)], 1e-3)

    steps(_BATCHES)
    began = time.process_time()
    steps(_BATCHES)
    # quick steps are made more often, so that the clock can tell them
    often = max(_BATCHES, min(200, int(0.1 * _BATCHES / (time.process_time() - began))))

    def measure() -> float:
        began = time.process_time()
        steps(often)
        return (time.process_time() - began) / often

    return measure


def _measured(steps: Mapping[Setup, Callable[[], float]], rounds: int) -> dict[Setup, list[float]]:
    times: dict[Setup, list[float]] = {setup: [] for setup in steps}
    for _round in range(rounds):
        for setup, measure in steps.items():
            times[setup].append(measure())
    return times


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", help=", ".join(CASES))
    parser.add_argument("--rounds", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
