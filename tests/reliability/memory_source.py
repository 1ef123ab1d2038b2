"""Data of any size that take no time to read: points around three centers."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from studio.catalogue.shape import Shape
from studio.datasets.dataset import Dataset, Facts
from studio.datasets.source import SOURCES, Source
from studio.datasets.watching import Watch
from studio.fields import integer

CLASSES = ("a", "b", "c")


@SOURCES.file("points")
class Points(Source):
    """Points of four numbers around three centers, as many as are asked for."""

    title = "Points"
    count: int = integer(default=100, low=10, high=10_000_000, hint="How many points there are.")

    def facts(self) -> Facts:
        return Facts(Shape(4), self.count, CLASSES)

    def load(self, learned: Mapping[str, Any] | None = None, watch: Watch | None = None) -> Dataset:
        random = np.random.default_rng(0)
        targets = np.arange(self.count, dtype=np.int64) % 3
        inputs = random.standard_normal((self.count, 4), dtype=np.float32)
        inputs[:, :3] += 2 * np.eye(3, dtype=np.float32)[targets]
        return Dataset("points", inputs, targets, classes=CLASSES)


def project(per_epoch: int, epochs: int) -> dict[str, Any]:
    """Return the project file of a network that makes so many steps on points, one at a time."""
    return {
        "layerwise": 1,
        "graph": {
            "row": {"type": "input", "shape": [4]},
            "first": {"type": "linear", "out_features": 16, "from": ["row"]},
            "act": {"type": "relu", "from": ["first"]},
            "last": {"type": "linear", "out_features": 3, "from": ["act"]},
            "scores": {"type": "output", "from": ["last"]},
        },
        "data": {"type": "points", "count": per_epoch * 10 // 8, "validation": 0.1, "test": 0.1},
        "plan": {"epochs": epochs, "batch_size": 1, "threads": 1, "device": "cpu"},
    }
