"""Small networks and data sets on which training is quick."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from studio.analysis.analyze import analyze
from studio.catalogue import CATALOGUE
from studio.datasets.dataset import Dataset, Split
from studio.graph.model import Graph, Node, Wire
from studio.graph.spelling import graph_from_json
from studio.network.build import build
from studio.network.network import Network
from studio.training.control import Control
from studio.training.data.batches import DeviceData
from studio.training.plan import read_plan
from studio.training.trainer import train


def chain(**layers: tuple[str, dict[str, Any]]) -> Graph:
    """Return layers one after the other, given as name=(key, settings)."""
    nodes: dict[str, Node] = {}
    before: str | None = None
    for name, (key, settings) in layers.items():
        sources = (Wire(before),) if before else ()
        nodes[name] = Node(CATALOGUE[key](**settings), sources)
        before = name
    return Graph(nodes)


def made(graph: Graph, seed: int = 0) -> Any:
    """Return the network; its layers are attributes by the names of the nodes."""
    return build(graph, analyze(graph), seed)


def mlp(hidden: int = 16, classes: int = 3) -> Graph:
    return chain(
        row=("input", {"sample": (4,)}),
        first=("linear", {"out_features": hidden}),
        act=("relu", {}),
        last=("linear", {"out_features": classes}),
        scores=("output", {}),
    )


def cnn() -> Graph:
    """Return a network with what freezing must mind: batch norm and dropout."""
    return chain(
        image=("input", {"sample": (1, 8, 8)}),
        conv=("conv2d", {"out_channels": 4, "kernel_size": 3}),
        norm=("batch_norm2d", {}),
        act=("relu", {}),
        pool=("max_pool2d", {"kernel_size": 2}),
        drop=("dropout", {"p": 0.25}),
        flat=("flatten", {}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )


def rows(samples: int = 96, *, seed: int = 0) -> Dataset:
    """Return three classes of four numbers, easily told apart."""
    random = np.random.default_rng(seed)
    targets = np.arange(samples, dtype=np.int64) % 3
    centers = np.array([[2, 0, 0, 1], [0, 2, 0, -1], [0, 0, 2, 0]], np.float32)
    noise = random.standard_normal((samples, 4), dtype=np.float32) * 0.3
    return Dataset("toy", centers[targets] + noise, targets, classes=("a", "b", "c"))


def pictures(samples: int = 96, *, seed: int = 0) -> Dataset:
    """Return 8 × 8 pictures of three classes: a bright band at the top, in the middle, below."""
    random = np.random.default_rng(seed)
    targets = np.arange(samples, dtype=np.int64) % 3
    inputs = random.integers(0, 60, (samples, 1, 8, 8), dtype=np.uint8)
    for index, target in enumerate(targets):
        inputs[index, :, 1 + 2 * target : 3 + 2 * target] += 150
    return Dataset("bands", inputs, targets, classes=("a", "b", "c"))


def numbers(samples: int = 96, *, seed: int = 0) -> Dataset:
    """Return values that depend on four numbers in a straight line, far from zero."""
    random = np.random.default_rng(seed)
    inputs = random.standard_normal((samples, 4), dtype=np.float32)
    targets = (100 + 20 * inputs[:, :1] - 10 * inputs[:, 1:2]).astype(np.float32)
    return Dataset("line", inputs, targets)


def three_inputs(samples: int = 128) -> Dataset:
    """Return samples whose class takes three inputs to tell: (number > 0) xor word, xor a wave."""
    random = np.random.default_rng(0)
    numbers = (50 + 9 * random.standard_normal((samples, 3))).astype(np.float32)
    words = random.integers(2, 6, (samples, 2))
    waves = (random.standard_normal((samples, 2, 5)) * [[1000], [1]]).astype(np.float32)
    targets = (numbers[:, 0] > 50) + 2 * (words[:, 0] > 3)
    return Dataset(
        "both",
        numbers,
        targets.astype(np.int64),
        classes=("a", "b", "c", "d"),
        more_inputs={"words": words, "wave": waves},
    )


def three_to_one(order: tuple[str, ...] = ("numbers", "words", "wave")) -> Graph:
    """Return a network that takes these, its Inputs in this order."""
    inputs = {
        "numbers": {"type": "input", "shape": [3]},
        "words": {"type": "input", "shape": [2], "dtype": "int64"},
        "wave": {"type": "input", "shape": [2, 5]},
    }
    return graph_from_json(
        {name: inputs[name] for name in order}
        | {
            "wide": {"type": "linear", "out_features": 12, "from": ["numbers"]},
            "letters": {"type": "embedding", "num_embeddings": 6, "embedding_dim": 4}
            | {"from": ["words"]},
            "flat": {"type": "flatten", "from": ["letters"]},
            "long": {"type": "flatten", "from": ["wave"]},
            "all": {"type": "concat", "dim": 1, "from": ["wide", "flat", "long"]},
            "norm": {"type": "batch_norm1d", "from": ["all"]},
            "act": {"type": "relu", "from": ["norm"]},
            "last": {"type": "linear", "out_features": 4, "from": ["act"]},
            "scores": {"type": "output", "from": ["last"]},
        }
    )


def parts(dataset: Dataset, validation: int = 16, test: int = 16) -> Split:
    order = np.arange(len(dataset), dtype=np.int64)
    train_part = len(dataset) - validation - test
    return Split(*np.split(order, [train_part, train_part + validation]))


def device_data(dataset: Dataset, validation: int = 16, test: int = 16) -> DeviceData:
    return DeviceData.of(dataset, parts(dataset, validation, test))


class Ticking:
    """A clock that says a thousandth of a second more each time it is asked."""

    def __init__(self) -> None:
        self._ticks = itertools.count()

    def __call__(self) -> float:
        return next(self._ticks) / 1000


def running(
    network: Network, dataset: Dataset, control: Control | None = None, **plan: Any
) -> Iterator[Any]:
    """Train with a clock that always ticks alike; see `train` for the events that come."""
    settings = {"epochs": 2, "batch_size": 16, "threads": 1} | plan
    start, folder = settings.pop("start", None), settings.pop("folder", None)
    return train(
        network,
        device_data(dataset),
        read_plan(settings),
        control or Control(Ticking()),
        folder=folder,
        start=start,
    )
