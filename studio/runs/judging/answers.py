"""What a network answered for each sample of a part, beside the truth: kept in one file."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from studio.errors import DataError, FileError
from studio.storage import write_bytes
from studio.wording import _

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

_LEAST = 1e-12
"""Below this a share is taken for this, as a logarithm has to be finite."""


@dataclass(frozen=True, eq=False)
class Answers:
    """One answer for each sample: a share for each class, or numbers in their own units."""

    samples: Indices
    """[n] numbers of the samples in their data set."""
    truth: npt.NDArray[Any]
    """[n] int64 class numbers, or [n, outputs] float32 values."""
    scores: Floats
    """[n, classes] shares from 0 to 1, or [n, outputs] values."""
    classes: tuple[str, ...] = ()
    """Empty when numbers are predicted."""

    def __len__(self) -> int:
        return len(self.samples)

    @cached_property
    def answered(self) -> npt.NDArray[Any]:
        """[n] the likeliest class of each sample, or the values themselves."""
        return self.scores.argmax(axis=1) if self.classes else self.scores

    @cached_property
    def confidence(self) -> Floats:
        """[n] the share of the class that was answered; raises DataError for numbers."""
        self.require_classes()
        return np.asarray(self.scores.max(axis=1, initial=0.0))

    @cached_property
    def is_right(self) -> npt.NDArray[np.bool_]:
        """[n] whether the likeliest class is the true one; raises DataError for numbers."""
        self.require_classes()
        return np.asarray(self.answered == self.truth)

    @cached_property
    def losses(self) -> npt.NDArray[np.float64]:
        """[n] how bad each answer is: -ln of the share of the true class, or mean squared error."""
        if self.classes:
            shares = self.scores[np.arange(len(self)), self.truth].astype(np.float64)
            return np.asarray(-np.log(np.maximum(shares, _LEAST)))
        return np.asarray(np.square(self.scores.astype(np.float64) - self.truth).mean(axis=1))

    def require_classes(self) -> None:
        """Raise DataError if numbers are predicted."""
        if not self.classes:
            raise DataError(_("These data have numbers to predict, no classes."))


def write_answers(path: Path, answers: Answers, notes: Mapping[str, str] | None = None) -> None:
    """Write answers as safetensors, whole or not at all; raises FileError if that fails."""
    content = {"samples": answers.samples, "truth": answers.truth, "scores": answers.scores}
    names = {f"class {number}": name for number, name in enumerate(answers.classes)}
    write_bytes(path, save(content, {**names, **(notes or {})}))


def read_answers(path: Path) -> Answers:
    """Return what `write_answers` wrote; raises FileError for what is no such file."""
    try:
        with safe_open(path, "numpy") as file:
            notes = file.metadata() or {}
            values = {name: file.get_tensor(name) for name in ("samples", "truth", "scores")}
    except (OSError, SafetensorError) as error:
        raise FileError(
            _("{path} does not hold the answers of a run.").format(path=path)
        ) from error
    names = (f"class {number}" for number in range(len(notes)))
    classes = tuple(notes[name] for name in names if name in notes)
    return Answers(**values, classes=classes)
