"""Samples made up for a benchmark, as a source that the process of a run knows as well."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from studio.catalogue.shape import Shape
from studio.datasets.dataset import Dataset, Facts
from studio.datasets.source import SOURCES, Source
from studio.datasets.watching import Watch
from studio.fields import integer, text


@SOURCES.file("arrays")
class Arrays(Source):
    """Two arrays in a folder: inputs.npy and the class numbers in targets.npy."""

    title = "Arrays"

    folder: str = text(default="", hint="Where the arrays lie.", label="Folder")
    classes: int = integer(default=2, low=2, hint="How many classes there are.", label="Classes")

    def facts(self) -> Facts:
        """Return what the headers of the files say."""
        inputs = np.load(Path(self.folder) / "inputs.npy", mmap_mode="r")
        ids = inputs.dtype == np.int64
        shape = Shape(*inputs.shape[1:], dtype="int64" if ids else "float32")
        return Facts(shape, len(inputs), self._names)

    def load(self, learned: Mapping[str, Any] | None = None, watch: Watch | None = None) -> Dataset:
        """Read both arrays."""
        folder = Path(self.folder)
        inputs, targets = np.load(folder / "inputs.npy"), np.load(folder / "targets.npy")
        return Dataset("arrays", inputs, targets, classes=self._names)

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(map(str, range(self.classes)))


def written(dataset: Dataset, folder: Path) -> Arrays:
    """Write a data set into a folder and return the source that reads it."""
    np.save(folder / "inputs.npy", dataset.inputs)
    np.save(folder / "targets.npy", dataset.targets)
    return Arrays(folder=str(folder), classes=len(dataset.classes))
