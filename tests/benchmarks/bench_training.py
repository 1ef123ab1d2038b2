"""How many samples per second our trainer reaches beside a hand-written PyTorch loop.

Run `python -m tests.benchmarks.bench_training FOLDER` with the folder of the four MNIST files. Both
train the same network from the same pictures, in turns and each in a process of its own: ours tells
the C library to keep memory, which would help the other one, too. The ratio of each pair counts;
a pair during which other programs took more than a tenth of the machine is measured again.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset

from studio.analysis.analyze import analyze
from studio.datasets.dataset import Dataset, Split
from studio.datasets.source import read_source
from studio.graph.file import read_project
from studio.graph.model import Graph
from studio.network.build import build
from studio.paths import resources
from studio.training.control import Control
from studio.training.data.batches import DeviceData
from studio.training.events import EpochDone, Started
from studio.training.plan import Plan, read_plan
from studio.training.trainer import train

BATCH = 128


@dataclass(frozen=True)
class Task:
    """Pictures to train on, and how."""

    dataset: Dataset
    rows: np.ndarray
    threads: int

    @property
    def plan(self) -> Plan:
        return read_plan({"epochs": 1, "batch_size": BATCH, "threads": self.threads})


def main() -> None:
    """Print the ratio of each pair, and their quartiles, as JSON."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        pictures = unpacked(arguments, Path(folder))
        with (
            Contender(ours, arguments, pictures) as first,
            Contender(by_hand, arguments, pictures) as second,
        ):
            first.run(), second.run()  # warms up
            pairs = _calm_pairs(first, second, arguments)
    ratios = sorted(ours_rate / hand_rate for ours_rate, hand_rate in pairs)
    lower, middle, upper = statistics.quantiles(ratios, n=4)
    sys.stdout.write(
        json.dumps(
            {
                "ours": [round(pair[0]) for pair in pairs],
                "by_hand": [round(pair[1]) for pair in pairs],
                "ratios": [round(ratio, 2) for ratio in ratios],
                "lower_quartile": round(lower, 2),
                "median": round(middle, 2),
                "upper_quartile": round(upper, 2),
            }
        )
        + "\n"
    )


def unpacked(arguments: argparse.Namespace, folder: Path) -> Path:
    """Write the pictures as plain arrays, so that both processes begin alike with a plain load.

    How a process has used its memory before decides how the C library treats it later.
    """
    dataset = read_source({"type": "mnist", "folder": str(arguments.folder)}).load()
    samples = arguments.steps * BATCH
    np.save(folder / "inputs.npy", dataset.inputs[:samples])
    np.save(folder / "targets.npy", dataset.targets[:samples])
    return folder


def _calm_pairs(
    first: "Contender", second: "Contender", arguments: argparse.Namespace
) -> list[tuple[float, float]]:
    pairs: list[tuple[float, float]] = []
    for _try in range(10 * arguments.rounds):
        began, busy = time.perf_counter(), _busy()
        (rate, cpu), (other_rate, other_cpu) = first.run(), second.run()
        seconds = (time.perf_counter() - began) * (os.cpu_count() or 1)
        if (_busy() - busy - cpu - other_cpu) / seconds < 0.1:
            pairs.append((rate, other_rate))
        if len(pairs) == arguments.rounds:
            return pairs
    raise SystemExit("The machine is too busy with other programs for a fair comparison.")


def _busy() -> float:
    """Return the seconds all cores have worked since the machine started; 0 where unknown."""
    path = Path("/proc/stat")
    if not path.exists():
        return 0.0
    user, nice, system = path.read_text().split()[1:4]
    return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")


class Contender:
    """A process that runs one of the two loops whenever it is its turn."""

    def __init__(
        self, loop: Callable[[Task], float], arguments: argparse.Namespace, pictures: Path
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(loop, arguments, pictures, theirs), daemon=True
        )

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._pipe.send(False)
        self._process.join()

    def run(self) -> tuple[float, float]:
        """Return samples per second, and the seconds of processor time this took."""
        self._pipe.send(True)
        rate, cpu = self._pipe.recv()
        return rate, cpu


def _serve(
    loop: Callable[[Task], float], arguments: argparse.Namespace, pictures: Path, pipe: Connection
) -> None:
    inputs, targets = (np.load(pictures / f"{name}.npy") for name in ("inputs", "targets"))
    dataset = Dataset("digits", inputs, targets, classes=tuple("0123456789"))
    task = Task(dataset, np.arange(len(dataset)), arguments.threads)
    while pipe.recv():
        began = time.process_time()
        rate = loop(task)
        pipe.send((rate, time.process_time() - began))


def ours(task: Task) -> float:
    """Return the samples per second of our trainer, without evaluations."""
    graph = _graph()
    network = build(graph, analyze(graph))
    nothing = np.empty(0, dtype=np.int64)
    data = DeviceData.of(task.dataset, Split(task.rows, nothing, nothing))
    began = 0.0
    for event in train(network, data, task.plan, Control()):
        if isinstance(event, Started):
            began = time.perf_counter()
        if isinstance(event, EpochDone):
            return len(task.rows) / (time.perf_counter() - began)
    raise AssertionError


def by_hand(task: Task) -> float:
    """Return the samples per second of the loop that PyTorch's own examples show."""
    torch.set_num_threads(task.threads)
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(5408, 10)
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    batches = DataLoader(Pictures(task), batch_size=BATCH, shuffle=True)
    total = 0.0
    network.train()
    began = time.perf_counter()
    for x, y in batches:
        optimizer.zero_grad()
        loss = functional.cross_entropy(network(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return len(task.rows) / (time.perf_counter() - began)


class Pictures(TorchDataset[tuple[torch.Tensor, int]]):
    """Normalizes each picture when it is asked for, as PyTorch's tutorials do.

    They read MNIST as Pillow pictures, turn each into a tensor between 0 and 1 and normalize it
    (`datasets.MNIST`, `ToTensor`, `Normalize`); this is the same work without torchvision.
    """

    def __init__(self, task: Task) -> None:
        self._inputs = task.dataset.inputs[task.rows, 0]
        self._targets = task.dataset.targets[task.rows]

    def __len__(self) -> int:
        return len(self._inputs)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        picture = np.array(Image.fromarray(self._inputs[index]), copy=True)
        channels = torch.from_numpy(picture)[:, :, None].permute(2, 0, 1).contiguous()
        x = channels.to(torch.float32).div(255).clone()
        mean, std = torch.as_tensor([0.1307]), torch.as_tensor([0.3081])
        if (std == 0).any():
            raise ValueError
        x = x.sub_(mean[:, None, None]).div_(std[:, None, None])
        return x, int(self._targets[index])


def _graph() -> Graph:
    """Return the network of the articles: 54,410 parameters."""
    return read_project(resources() / "templates" / "mnist-cnn.layerwise").graph


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
