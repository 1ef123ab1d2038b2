"""What a file or folder somebody brings is: which source reads it, and what is in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.datasets.arrays.choosing import pairs
from studio.datasets.arrays.numpy_files import heads, is_numpy
from studio.datasets.dataset import Dataset, Split
from studio.datasets.foreign import foreign
from studio.datasets.opening import opened
from studio.datasets.places import expanded, require_place
from studio.datasets.problems import Problem, graded
from studio.datasets.source import SOURCES, Source, source_json
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.wording import _


@dataclass(frozen=True, eq=False)
class Inspection:
    """A data set with the source that reads it and the parts it falls into."""

    source: Source
    dataset: Dataset
    split: Split


def recognized(path: Path) -> tuple[Source, ...]:
    """Return the sources that can read a file or folder, the surest first; judged by content.

    Raises FileError if there is nothing there that can be opened.
    """
    place = require_place(expanded(path))
    answers = [answer for cls in SOURCES if (answer := cls.found(place)) is not None]
    answers.sort(key=lambda answer: -answer[0])
    return tuple(source for _sure, source in answers)


def source_of(path: Path) -> Source:
    """Return the source that reads a file or folder.

    Raises DataError if no kind of data is recognized in it.
    """
    found = recognized(path)
    if found:
        return found[0]
    raise strange(path)


def strange(path: Path) -> DataError:
    """Return the refusal of a file or folder in which no kind of data is recognized."""
    if is_numpy(expanded(path)):
        pairs(heads(expanded(path)))  # says what is missing
    said = foreign(expanded(path))
    if said is not None:
        return DataError(said[0].format(path=path), said[1])
    return DataError(
        _("{path} holds no data of a kind that is known.").format(path=path),
        _(
            "Known are folders of pictures, sounds or texts, tables (CSV), NumPy arrays, IDX and "
            "CIFAR files."
        ),
    )


def inspect(source: Source, watch: Watch | None = None) -> Inspection:
    """Read a source as training would; raises DataError or FileError if nothing can be used."""
    return Inspection(source, *opened(source, watch=watch))


def inspection_json(found: Inspection) -> dict[str, Any]:
    """Return what was found, as one JSON object."""
    dataset = found.dataset
    return {
        "kind": found.source.key,
        "source": source_json(found.source),
        "samples": len(dataset),
        "shape": list(dataset.sample),
        "dtype": str(dataset.inputs.dtype),
        "range": _range(dataset),
        "inputs": {name: list(values.shape[1:]) for name, values in dataset.more_inputs.items()},
        "classes": _classes(dataset),
        "outputs": 0 if dataset.classes else _outputs(dataset),
        "target": dataset.target_name,
        "targets": {name: list(one.classes) for name, one in dataset.more_targets.items()},
        "columns": list(dataset.columns),
        "vocabulary": len(dataset.vocabulary),
        "parts": {name: len(getattr(found.split, name)) for name in _PARTS},
        "notes": list(dataset.notes),
        "problems": [problem_json(problem) for problem in graded(dataset.problems)],
    }


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return the JSON form of a problem."""
    return {
        "kind": problem.kind,
        "gravity": problem.gravity,
        "problem": problem.sentence,
        "remedy": problem.remedy,
        "places": list(problem.places),
        "count": problem.count,
        "change": dict(problem.change),
    }


_PARTS = ("train", "validation", "test")


def _classes(dataset: Dataset) -> Mapping[str, int]:
    """Return how many samples each class has; places that have no class count for none."""
    if not dataset.classes:
        return {}
    labels = dataset.targets.ravel()
    counts = np.bincount(labels[labels >= 0], minlength=len(dataset.classes))
    return {name: int(counts[number]) for number, name in enumerate(dataset.classes)}


def _outputs(dataset: Dataset) -> int:
    return int(np.prod(dataset.targets.shape[1:]))


def _range(dataset: Dataset) -> list[float]:
    """Return the least and the greatest value of the inputs."""
    if not dataset.inputs.size:
        return []
    return [float(dataset.inputs.min()), float(dataset.inputs.max())]
