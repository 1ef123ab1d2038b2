"""What a data set is once it is read: whole arrays in memory, and how they are split."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.catalogue.shape import Shape

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples with their answers, as whole arrays."""

    name: str
    inputs: Array
    """[samples, *axes]: uint8 pixels from 0 to 255, float32 measurements, or int64 ids."""
    targets: Array
    """[samples] int64 class numbers, or [samples, outputs] float32 values.

    Sequences and pictures whose places have a class each are [samples, *places] class numbers.
    """
    classes: tuple[str, ...] = ()
    """Names of the classes; empty when numbers are predicted."""
    columns: tuple[str, ...] = ()
    """Names of the input features for a table; empty for pictures."""
    target_name: str = "label"
    test: Array | None = None
    """Indices of the test samples the publisher fixed, if there are any."""
    about: str = ""
    notes: tuple[str, ...] = ()
    """Remarks for the user on what was found while reading, ready to be shown."""

    @property
    def sample(self) -> Shape:
        """The shape of one sample as the network will see it."""
        ids = self.inputs.dtype == np.int64
        return Shape(*self.inputs.shape[1:], dtype="int64" if ids else "float32")

    @property
    def is_picture(self) -> bool:
        """Whether a sample can be shown as a picture (channels × height × width)."""
        return self.inputs.ndim == 4

    def __len__(self) -> int:
        return len(self.inputs)


@dataclass(frozen=True, eq=False)
class Split:
    """Which samples train, which watch, which judge."""

    train: npt.NDArray[np.int64]
    validation: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Facts:
    """What can be said of a source before it is read, from its declaration or a file header."""

    sample: Shape
    samples: int
    classes: tuple[str, ...] = ()
    outputs: int = 1
    places: tuple[int, ...] = ()
    """Where one sample has labels: steps of a sequence, rows and columns of a picture; () for one.
    """
    columns: tuple[str, ...] = ()
    """Names of the input features for a table; empty for pictures."""
