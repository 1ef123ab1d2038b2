"""How many samples per second our trainer reaches beside a loop written by hand, on four workloads.

Run `python -m tests.benchmarks.bench_workloads [cnn mlp gpt gru]`. Each runs in a process of its
own, in turns. The loop by hand is that of PyTorch's examples: a DataLoader, Adam, the loss printed
every ten steps. Ours is the trainer itself with its live metrics, once exact and once in the
numbers that it finds to be the fastest here, float32 or bfloat16. Both train two epochs, of which
the second is timed; the ratios of each round count. On a machine that others use, `--threads 1
--clock cpu` counts the processor time of the loops alone.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch.nn import functional
from torch.utils.data import DataLoader

from studio.analysis.analyze import analyze
from studio.datasets.dataset import Split
from studio.network.build import build
from studio.training.control import Control
from studio.training.data.batches import DeviceData
from studio.training.events import EpochDone
from studio.training.plan import read_plan
from studio.training.trainer import train
from tests.benchmarks.turns import Contender, ratios, rounds
from tests.benchmarks.workloads import WORKLOADS, Workload


@dataclass(frozen=True)
class Task:
    """One workload on so many threads."""

    name: str
    threads: int
    precision: str = "float32"
    clock: str = "wall"

    @property
    def now(self) -> Callable[[], float]:
        return time.process_time if self.clock == "cpu" else time.perf_counter

    @property
    def workload(self) -> Workload:
        return WORKLOADS[self.name]

    @property
    def samples(self) -> int:
        return self.workload.batch * self.workload.steps


def main() -> None:
    """Print the median and the quartiles of the ratios for each workload."""
    arguments = _arguments()
    for name in arguments.workloads:
        exact = Task(name, arguments.threads, clock=arguments.clock)
        with ExitStack() as stack:
            contenders = {
                "by hand": stack.enter_context(Contender(by_hand, exact)),
                "exact": stack.enter_context(Contender(ours, exact)),
                "fastest": stack.enter_context(Contender(ours, replace(exact, precision="auto"))),
            }
            for contender in contenders.values():
                contender.run()
            found = list(rounds(contenders, arguments.rounds, foreign=arguments.foreign, tries=3))
        base = statistics.median(pair["by hand"] for pair in found)
        sys.stdout.write(f"{name}: by hand {base:,.0f} samples/s\n")
        for kind in ("exact", "fastest"):
            shares = ratios(found, kind, "by hand")
            lower, middle, upper = statistics.quantiles(shares, n=4)
            sys.stdout.write(f"  {kind}: {middle:.2f} ({lower:.2f} to {upper:.2f})\n")
        sys.stdout.flush()


def ours(task: Task) -> Callable[[], float]:
    """Train with our trainer; return samples per second."""
    work = task.workload
    dataset = work.data(task.samples)
    nothing = np.empty(0, dtype=np.int64)
    data = DeviceData.of(dataset, Split(np.arange(task.samples), nothing, nothing))
    plan = read_plan(
        {
            "epochs": 2,
            "batch_size": work.batch,
            "threads": task.threads,
            "precision": task.precision,
            "device": "cpu",
        }
    )
    graph = work.graph()
    report = analyze(graph)

    def measure() -> float:
        began: list[float] = []
        for event in train(build(graph, report), data, plan, Control()):
            if isinstance(event, EpochDone):
                began.append(task.now())
        return task.samples / (began[1] - began[0])

    return measure


def by_hand(task: Task) -> Callable[[], float]:
    """Train with the loop that PyTorch's own examples show; return samples per second."""
    torch.set_num_threads(task.threads)
    torch.manual_seed(0)
    work = task.workload
    network = work.module()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    samples = work.samples(work.data(task.samples))
    batches = DataLoader(samples, batch_size=work.batch, shuffle=True)

    def epoch() -> float:
        network.train()
        shown = 0.0
        for index, (x, y) in enumerate(batches):
            optimizer.zero_grad()
            loss = functional.cross_entropy(network(x), y)
            loss.backward()
            optimizer.step()
            if index % 10 == 0:
                shown += loss.item()
        return shown

    def measure() -> float:
        epoch()
        began = task.now()
        epoch()
        return task.samples / (task.now() - began)

    return measure


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workloads", nargs="*", default=[*WORKLOADS])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall")
    parser.add_argument(
        "--foreign", type=float, default=0.1, help="share others may take of the machine"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
