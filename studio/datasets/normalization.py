"""How measurements are brought to mean 0 and deviation 1, learned from the training part only."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array, Dataset, Split
from studio.datasets.stored import pieces

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Normalization:
    """A mean and a standard deviation for each column, or for each channel of a picture."""

    mean: tuple[float, ...]
    std: tuple[float, ...]
    """Never 0: what does not vary has 1."""
    axis: int = 1
    """Along which the columns or channels lie, counted with the axis of the samples."""

    @classmethod
    def fitted(cls, values: Array, axis: int = 1, rows: Numbers | None = None) -> Self:
        """Return the normalization of samples whose columns or channels lie along `axis`.

        Only the samples of some `rows` count. Pixels in a mapped file are read a few at a time.
        """
        if values.dtype == np.uint8:
            moments = _pixel_moments(values, axis, np.arange(len(values)) if rows is None else rows)
        else:
            some = values if rows is None else values[rows]
            moments = [_moments(channel) for channel in np.moveaxis(some, axis, 0)]
        means = tuple(mean for mean, _ in moments)
        return cls(means, tuple(std or 1.0 for _, std in moments), axis)

    def applied(self, values: Array) -> Floats:
        """Return (values - mean) / std in float32."""
        mean, std = self.moments(values.ndim)
        return ((values.astype(np.float32) - mean) / std).astype(np.float32)

    def moments(self, axes: int) -> tuple[Floats, Floats]:
        """Return mean and deviation with as many axes as the samples have with their own."""
        shape = [1] * axes
        shape[self.axis] = -1
        return (
            np.asarray(self.mean, dtype=np.float32).reshape(shape),
            np.asarray(self.std, dtype=np.float32).reshape(shape),
        )


@dataclass(frozen=True)
class Scaling:
    """How inputs and numeric answers are normalized; None leaves them alone."""

    inputs: Normalization | None = None
    """None for ids, which only an embedding can read."""
    targets: Normalization | None = None
    """Only for regression: the network learns normalized answers, metrics are in original units."""
    more: Mapping[str, Normalization | None] = field(default_factory=dict)
    """Of all further inputs by their names."""
    more_targets: Mapping[str, Normalization | None] = field(default_factory=dict)
    """Of all further answers by their fields; None for classes."""

    @classmethod
    def fitted(cls, dataset: Dataset, split: Split) -> Self:
        """Return the scaling learned from the training part and nothing else."""
        return cls(
            _of_inputs(dataset.inputs, split, dataset.channels),
            None if dataset.classes else Normalization.fitted(dataset.targets[split.train]),
            {name: _of_inputs(values, split) for name, values in dataset.more_inputs.items()},
            {
                name: None if answer.classes else Normalization.fitted(answer.values[split.train])
                for name, answer in dataset.more_targets.items()
            },
        )

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        found: dict[str, Any] = {"inputs": _json(self.inputs), "targets": _json(self.targets)}
        for key, parts in (("more", self.more), ("more_targets", self.more_targets)):
            if parts:
                found[key] = {name: _json(value) for name, value in parts.items()}
        return found

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read the JSON form; raises KeyError, TypeError or ValueError if it is not one."""
        more, more_targets = (
            {name: _normalization(item) for name, item in value.get(key, {}).items()}
            for key in ("more", "more_targets")
        )
        inputs, targets = _normalization(value["inputs"]), _normalization(value["targets"])
        return cls(inputs, targets, more, more_targets)


def _of_inputs(values: Array, split: Split, axis: int = 1) -> Normalization | None:
    is_plain = values.dtype == np.int64 or values.ndim <= axis
    return None if is_plain else Normalization.fitted(values, axis, split.train)


def _moments(values: Array) -> tuple[float, float]:
    wide = values.astype(np.float64)
    mean, std = float(wide.mean()), float(wide.std())
    return mean, std if std > 1e-7 * abs(mean) else 0.0  # float32 noise is not variation


def _pixel_moments(values: Array, axis: int, rows: Numbers) -> list[tuple[float, float]]:
    totals = [[0.0, 0.0] for _channel in range(values.shape[axis])]
    for piece in pieces(values, rows):
        for sums, channel in zip(totals, np.moveaxis(piece, axis, 0), strict=True):
            part = channel.astype(np.float64).ravel()
            sums[0] += float(part.sum())
            sums[1] += float(part @ part)
    count = max(1, len(rows) * math.prod(values.shape[1:]) // max(1, len(totals)))
    means = [(total / count, squares / count) for total, squares in totals]
    return [(mean, math.sqrt(max(0.0, square - mean**2))) for mean, square in means]


def _json(value: Normalization | None) -> dict[str, Any] | None:
    if value is None:
        return None
    found: dict[str, Any] = {"mean": list(value.mean), "std": list(value.std)}
    return found if value.axis == 1 else {**found, "axis": value.axis}


def _normalization(value: Any) -> Normalization | None:
    if value is None:
        return None
    mean, std = (tuple(float(item) for item in value[name]) for name in ("mean", "std"))
    if len(mean) != len(std) or not all(std) or not np.isfinite([*mean, *std]).all():
        raise ValueError(value)
    return Normalization(mean, std, int(value.get("axis", 1)))
