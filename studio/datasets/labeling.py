"""Answers as somebody stored them made classes or numbers: names, whole numbers, one of many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array
from studio.datasets.faulting import class_problems, missing_in_parts
from studio.datasets.naming import class_order, shown
from studio.datasets.problems import Problem
from studio.errors import DataError
from studio.wording import _

TASKS = ("auto", "classes", "numbers")
_MOST_CLASSES = 1000
"""Whole numbers that take more values than this are understood as numbers."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Class numbers [samples] int64 with names, or [samples, outputs] float32 without."""

    values: Array
    classes: tuple[str, ...] = ()

    def problems(
        self, parts: Mapping[str, npt.NDArray[np.int64] | None] | None = None
    ) -> tuple[Problem, ...]:
        """Return what is odd about the classes, also in the parts a publisher gave."""
        if not self.classes:
            return ()
        counts = np.bincount(self.values, minlength=len(self.classes)).tolist()
        present = {
            part: [self.classes[number] for number in np.unique(self.values[numbers])]
            for part, numbers in (parts or {}).items()
            if numbers is not None
        }
        odd = class_problems(dict(zip(self.classes, counts, strict=True)))
        return (*odd, *missing_in_parts(self.classes, present))


def answers(values: Array, task: str, known: Sequence[str] = ()) -> Answers:
    """Return answers [samples] or [samples, n] as classes or numbers.

    One-hot rows, words, truth values and whole numbers of up to 1,000 kinds are classes, unless
    `task` says otherwise. `known` are the classes of a run before. Raises DataError for what does
    not fit the task.
    """
    values = values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values
    if values.ndim == 2 and task != "numbers" and _is_one_hot(values):
        values = values.argmax(axis=1)
    is_word = values.dtype.kind in "US"
    if values.ndim > 2 or (is_word and task == "numbers") or (values.ndim == 2 and is_word):
        raise DataError(
            _("The answers are {type} of {axes} axes, which are neither classes nor numbers.")
            .format(type=values.dtype, axes=values.ndim)
        )  # fmt: skip
    if values.ndim == 1 and (task == "classes" or (task == "auto" and _are_classes(values))):
        return _classes(values, known)
    numbers = values.astype(np.float32)
    return Answers(numbers[:, np.newaxis] if numbers.ndim == 1 else numbers)


def _are_classes(values: Array) -> bool:
    if values.dtype.kind in "USb":
        return True
    if values.dtype.kind == "f" and not (np.isfinite(values) & (values == np.rint(values))).all():
        return False
    kinds = len(np.unique(values))
    most = max(2, len(values) // 2) if values.dtype.kind in "iu" else max(2, len(values) // 20)
    return kinds <= min(_MOST_CLASSES, most)


def _classes(values: Array, known: Sequence[str]) -> Answers:
    kinds, numbers = np.unique(values, return_inverse=True)
    names = [_name(kind) for kind in kinds]
    ordered = tuple(known) or class_order(set(names))
    absent = [name for name in names if name not in ordered]
    if absent:
        raise DataError(
            _("Classes that were not learned: {names}.").format(names=", ".join(absent[:10])),
            _("Choose data with the classes that the network was trained on."),
        )
    places = np.array([ordered.index(name) for name in names], dtype=np.int64)
    return Answers(places[numbers.reshape(-1)], tuple(ordered))


def _name(kind: Any) -> str:
    if isinstance(kind, bytes):
        return shown(kind.decode("utf-8", "replace"))
    if isinstance(kind, float | np.floating) and float(kind).is_integer():
        return str(int(kind))
    return shown(str(kind))


def _is_one_hot(values: Array) -> bool:
    if values.dtype.kind not in "biuf" or values.shape[1] < 2:
        return False
    return bool(((values == 0) | (values == 1)).all() and (values.sum(axis=1) == 1).all())
