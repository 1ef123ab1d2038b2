"""How much faster training gets when a beginning is frozen, beside what is shown before.

Run `python -m tests.benchmarks.bench_freezing [vgg gpt8 gpt12]`. Every number of frozen blocks is
trained by a trainer's session of its own, with its features remembered and without; they take
turns, on one thread, and processor time counts.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Mapping
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
from studio.training.batches import DeviceData
from studio.training.device import Machine
from studio.training.plan import read_plan
from studio.training.session import Session
from tests.benchmarks.workloads import made_up
from tests.unit.analysis.networks import Spec, block, graph

_BATCHES = 3


@dataclass(frozen=True)
class Case:
    """A network of equal or growing blocks, and how many of them are frozen in turn."""

    graph: Callable[[], Graph]
    data: Callable[[int], Dataset]
    batch: int
    frozen: tuple[int, ...]


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


CASES: Mapping[str, Case] = {
    "vgg": Case(
        _vgg, lambda n: made_up(3, 32, 32, kind="pixels", classes=10, samples=n),
        64, (2, 4, 6, 7, 8),
    ),
    "gpt8": Case(lambda: _gpt(8, 128, 128), _letters(128), 8, (2, 4, 6, 7, 8)),
    "gpt12": Case(lambda: _gpt(12, 192, 64), _letters(64), 8, (6, 11)),
}  # fmt: skip


def main() -> None:
    """Print the measured speed-up beside the expected one for each set-up."""
    arguments = _arguments()
    torch.set_num_threads(1)
    keep_memory()
    for name in arguments.cases:
        case = CASES[name]
        setups = [(0, "off"), *((n, kind) for n in case.frozen for kind in ("off", "auto"))]
        with ExitStack() as stack:
            steps = {setup: _session(case, *setup, stack) for setup in setups}
            times = _measured(steps, arguments.rounds)
        full = times[0, "off"]
        sys.stdout.write(f"{name}: {1000 * statistics.median(full):.1f} ms a step\n")
        for frozen, kind in setups[1:]:
            gains = [a / b for a, b in zip(full, times[frozen, kind], strict=True)]
            gain = statistics.median(gains)
            report, cached = analyze(_frozen(case, frozen)), kind == "auto"
            shown = expected_speedup(report, cached=cached, batch_size=case.batch)
            sys.stdout.write(
                f"  {frozen} frozen, {'remembered' if kind == 'auto' else 'computed':10s}"
                f" {gain:7.2f}  expected {shown:7.2f}  ({shown / gain - 1:+.0%})\n"
            )
        sys.stdout.flush()


def _frozen(case: Case, count: int) -> Graph:
    names = [f"b{number}" for number in range(count)]
    found = case.graph()
    held = [*(name for name in ("e", "p") if name in found), *names] if count else []
    return edits.set_frozen(found, held, True)


def _session(case: Case, frozen: int, kind: str, stack: ExitStack) -> Callable[[], float]:
    """Return what makes an epoch of steps and returns the seconds of one."""
    samples = _BATCHES * case.batch
    plan = read_plan(
        {"batch_size": case.batch, "threads": 1, "cache_features": kind, "device": "cpu"}
    )
    found = _frozen(case, frozen)
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


def _measured(
    steps: Mapping[tuple[int, str], Callable[[], float]], rounds: int
) -> dict[tuple[int, str], list[float]]:
    times: dict[tuple[int, str], list[float]] = {setup: [] for setup in steps}
    for _round in range(rounds):
        for setup, measure in steps.items():
            times[setup].append(measure())
    return times


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=[*CASES])
    parser.add_argument("--rounds", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
