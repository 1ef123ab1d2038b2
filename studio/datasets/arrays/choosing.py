"""Which of several arrays are samples and which their answers, by name first, then by content."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from studio.datasets.arrays.numpy_files import Head, values_of
from studio.datasets.dataset import Array
from studio.datasets.naming import shown
from studio.datasets.parting import PARTS
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.wording import _

_INPUTS = {"x", "input", "inputs", "data", "image", "images", "img", "imgs", "feature", "features"}
_TARGETS = {"y", "target", "targets", "label", "labels", "t", "answer", "answers", "class"}
_ROWS = 2
"""Axes of a table, whose samples always are its rows."""


_PARTS = {**PARTS, "va": "validation", "te": "test"}


@dataclass(frozen=True)
class Pair:
    """Samples and answers of one part."""

    part: str
    inputs: Head
    targets: Head
    are_last: bool = False
    """Whether the last axis counts the samples, as MATLAB has it: 32 × 32 × 3 × samples."""

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes of the samples, the one that counts them first."""
        axes = self.inputs.axes
        return (axes[-1], *axes[:-1]) if self.are_last else axes

    def samples(self, watch: Watch | None) -> Array:
        """Return the values of the samples [samples, ...]."""
        values = values_of(self.inputs, watch)
        return np.moveaxis(values, -1, 0) if self.are_last else values


def pairs(heads: Sequence[Head], inputs: str = "", targets: str = "") -> tuple[Pair, ...]:
    """Return the arrays of each part, training first; `inputs` and `targets` name one pair.

    Raises DataError if samples or answers are not found, or their numbers differ.
    """
    if inputs or targets:
        named = {head.name: head for head in heads}
        first = _named(named, inputs) if inputs else _fitting(heads, _named(named, targets))
        found = {"": (first, _named(named, targets) if targets else _answers(heads, first))}
    else:
        found = _by_name(heads) or _by_content(heads)
    order = ("", "train", "validation", "test")
    return tuple(_whole(part, *found[part]) for part in sorted(found, key=order.index))


def _by_name(heads: Sequence[Head]) -> dict[str, tuple[Head, Head]]:
    roles: dict[str, dict[str, Head]] = {}
    for head in heads:
        part, role = _role(head.name)
        if role:
            roles.setdefault(part, {}).setdefault(role, head)
    found = {
        part: (both["inputs"], both["targets"]) for part, both in roles.items() if len(both) == 2
    }
    if "" in found and len(found) > 1:  # x, y beside x_test, y_test
        found["train"] = found.pop("")
    return found if "train" in found or "" in found else {}


def _role(name: str) -> tuple[str, str]:
    words = [word for word in re.split(r"[^a-z]+", name.casefold()) if word]
    if len(words) == 1 and words[0][:1] in {"x", "y"} and words[0][1:] in _PARTS:
        words = [words[0][:1], words[0][1:]]
    part = next((_PARTS[word] for word in words if word in _PARTS), "")
    rest = [word for word in words if word not in _PARTS]
    if {"name", "names"} & set(rest):  # target_names say what classes are called
        return part, ""
    if any(word in _TARGETS for word in rest):
        return part, "targets"
    return part, "inputs" if any(word in _INPUTS for word in rest) else ""


def _by_content(heads: Sequence[Head]) -> dict[str, tuple[Head, Head]]:
    large = [head for head in heads if len(head.axes) > 1]
    if not large:
        raise _nothing(heads)
    inputs = max(large, key=lambda head: math.prod(head.axes))
    return {"": (inputs, _answers(heads, inputs))}


def _answers(heads: Sequence[Head], inputs: Head) -> Head:
    fitting = [
        head
        for head in heads
        if head is not inputs and head.axes and head.axes[0] == inputs.axes[0]
    ]
    if not fitting:
        raise _nothing(heads)
    return min(fitting, key=lambda head: (math.prod(head.axes), head.dtype.kind == "f"))


def _fitting(heads: Sequence[Head], targets: Head) -> Head:
    fitting = [
        head
        for head in heads
        if head is not targets and head.axes[:1] == targets.axes[:1] and head.dtype.kind not in "US"
    ]
    if not fitting:
        raise _nothing(heads)
    return max(fitting, key=lambda head: math.prod(head.axes))


def _named(heads: Mapping[str, Head], name: str) -> Head:
    if name in heads:
        return heads[name]
    raise DataError(
        _("There is no array “{name}”.").format(name=name),
        _("The arrays are: {names}.").format(names=", ".join(map(shown, heads))),
    )


def _whole(part: str, inputs: Head, targets: Head) -> Pair:
    """Return a pair if it fits; raises DataError with both numbers."""
    counts = targets.axes[:1]
    are_last = len(inputs.axes) > _ROWS and inputs.axes[:1] != counts == inputs.axes[-1:]
    if not inputs.axes or not counts or not (are_last or inputs.axes[:1] == counts):
        raise DataError(
            _("“{inputs}” has {count} samples, but “{targets}” has {others}.").format(
                inputs=shown(inputs.name),
                count=(inputs.axes or (1,))[0],
                targets=shown(targets.name),
                others=(targets.axes or (1,))[0],
            ),
            _("Choose arrays that belong together."),
        )
    if not math.prod(inputs.axes) or inputs.dtype.kind not in "biuf":
        raise DataError(
            _("“{name}” holds {axes} values of {type}, which are no samples.").format(
                name=shown(inputs.name),
                axes=" × ".join(map(str, inputs.axes)),
                type=inputs.dtype.name,
            ),
            _("Choose another array."),
        )
    return Pair(part, inputs, targets, are_last)


def _nothing(heads: Sequence[Head]) -> DataError:
    names = ", ".join(f"{shown(head.name)} ({' × '.join(map(str, head.axes))})" for head in heads)
    return DataError(
        _("No two arrays are samples and answers of the same number."),
        _("The arrays are: {names}.").format(names=names)
        if heads
        else _("Choose an NPZ file, or a folder with NPY files."),
    )
