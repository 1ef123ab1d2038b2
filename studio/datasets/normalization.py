"""How measurements are brought to mean 0 and deviation 1, learned from the training part only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array, Dataset, Split

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Normalization:
    """A mean and a standard deviation for each column, or for each channel of a picture."""

    mean: tuple[float, ...]
    std: tuple[float, ...]
    """Never 0: what does not vary has 1."""
    axis: int = 1
    """Along which the columns or channels lie, counted with the axis of the samples."""

    @classmethod
    def fitted(cls, values: Array, axis: int = 1) -> Self:
        """Return the normalization of samples whose columns or channels lie along `axis`."""
        moments = [_moments(channel) for channel in np.moveaxis(values, axis, 0)]
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
    return None if is_plain else Normalization.fitted(values[split.train], axis)


def _moments(values: Array) -> tuple[float, float]:
    if values.dtype == np.uint8:
        return _pixel_moments(values)
    wide = values.astype(np.float64)
    mean, std = float(wide.mean()), float(wide.std())
    return mean, std if std > 1e-7 * abs(mean) else 0.0  # float32 noise is not variation


def _pixel_moments(values: Array) -> tuple[float, float]:
    total = squares = 0.0
    for start in range(0, len(values), 128):  # small enough to stay in the cache: ten times faster
        part = values[start : start + 128].astype(np.float64).ravel()
        total += float(part.sum())
        squares += float(part @ part)
    mean = total / max(1, values.size)
    return mean, float(np.sqrt(max(0.0, squares / max(1, values.size) - mean**2)))


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
