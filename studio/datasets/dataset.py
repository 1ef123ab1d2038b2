"""What a data set is once it is read: whole arrays in memory, and how they are split."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.catalogue.shape import Shape
from studio.datasets.problems import Problem, unnumbered

Array = npt.NDArray[Any]


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
    more: Mapping[str, Shape] = field(default_factory=dict)
    """The shapes of further inputs by the name of the Input that takes them."""
    ids: int = 0
    """How many different ids samples are made of; 0 where they are none, or it is not known."""


@dataclass(frozen=True, eq=False)
class Answer:
    """One thing that is to be predicted of every sample."""

    values: Array
    """As `Dataset.targets`."""
    classes: tuple[str, ...] = ()
    """Names of the classes; empty when numbers are predicted."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples with their answers, as whole arrays; those of pictures may lie in a mapped file."""

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
    validation: Array | None = None
    """Indices of the validation samples the publisher fixed, if there are any."""
    groups: Array | None = None
    """[samples] int64: samples of one group lie in the same part, as pictures of one person do."""
    is_ordered: bool = False
    """Whether samples follow each other in time: the first train, the last ones judge."""
    channels: int = 1
    """The axis of the inputs along which columns or channels lie; each is normalized by itself."""
    origins: Sequence[str] = ()
    """Where each sample comes from, as people say it: a file, a row; empty if nothing is known."""
    texts: Sequence[str] = ()
    """What each sample says, where samples are texts."""
    cells: Mapping[str, Array] = field(default_factory=dict)
    """What each sample says in every column of its file, by name, where samples are rows."""
    rises: bool = False
    """Whether the first row of a picture is its lowest, as in a spectrogram, and is shown so."""
    vocabulary: tuple[str, ...] = ()
    """Tokens by their id, where samples are ids; the first is padding, the second the unknown."""
    learned: Mapping[str, Any] = field(default_factory=dict)
    """What preparing learned from the training part, as JSON: a vocabulary, means of columns."""
    more_inputs: Mapping[str, Array] = field(default_factory=dict)
    """Further inputs by the name of the Input that takes them."""
    more_targets: Mapping[str, Answer] = field(default_factory=dict)
    """Further answers by the name of the field that a target of the plan says."""
    problems: tuple[Problem, ...] = ()
    """What was found wrong while reading, the gravest first."""

    @property
    def sample(self) -> Shape:
        """The shape of one sample as the network will see it."""
        return _shape(self.inputs)

    @property
    def is_picture(self) -> bool:
        """Whether a sample can be shown as a picture (channels × height × width)."""
        return self.inputs.ndim == 4

    @property
    def facts(self) -> Facts:
        """What the network has to fit."""
        places = self.targets.shape[1:]
        return Facts(
            sample=self.sample,
            samples=len(self),
            classes=self.classes,
            outputs=1 if self.classes else math.prod(places),
            places=places if self.classes else (),
            columns=self.columns,
            more={name: _shape(values) for name, values in self.more_inputs.items()},
            ids=len(self.vocabulary) if self.inputs.dtype == np.int64 else 0,
        )

    def __len__(self) -> int:
        return len(self.inputs)

    def kept(self, rows: npt.NDArray[np.int64]) -> "Dataset":
        """Return only some samples; problems do not name them by their numbers any more."""

        def some(values: Sequence[Any]) -> Sequence[Any]:
            return tuple(values[row] for row in rows.tolist()) if len(values) else values

        def places(part: Array | None) -> Array | None:
            return None if part is None else np.flatnonzero(np.isin(rows, part))

        return replace(
            self,
            inputs=self.inputs[rows],
            targets=self.targets[rows],
            test=places(self.test),
            validation=places(self.validation),
            groups=None if self.groups is None else self.groups[rows],
            origins=some(self.origins),
            texts=some(self.texts),
            cells={name: cells[rows] for name, cells in self.cells.items()},
            more_inputs={name: values[rows] for name, values in self.more_inputs.items()},
            more_targets={
                name: replace(one, values=one.values[rows])
                for name, one in self.more_targets.items()
            },
            problems=unnumbered(self.problems),
        )


def _shape(values: Array) -> Shape:
    return Shape(*values.shape[1:], dtype="int64" if values.dtype == np.int64 else "float32")


@dataclass(frozen=True, eq=False)
class Split:
    """Which samples train, which watch, which judge."""

    train: npt.NDArray[np.int64]
    validation: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64]
