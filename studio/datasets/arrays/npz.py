"""NumPy arrays of one's own: an NPZ file, or NPY files in a folder."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np

from studio.catalogue.shape import Shape
from studio.datasets.arrays.building import built, regrouped
from studio.datasets.arrays.choosing import Pair, pairs
from studio.datasets.arrays.numpy_files import Head, heads, is_numpy, values_of
from studio.datasets.arrays.shaping import LAYOUTS, shaped
from studio.datasets.dataset import Array, Dataset, Facts
from studio.datasets.labeling import TASKS, answers
from studio.datasets.naming import shown
from studio.datasets.reading.placed import FromPath
from studio.datasets.reading.sole import sole_file
from studio.datasets.repeats import Sifting
from studio.datasets.source import SOURCES
from studio.datasets.watching import Watch
from studio.errors import DataError, StudioError
from studio.fields import choice, text
from studio.wording import _, marked


@SOURCES.file("npz")
class Npz(Sifting, FromPath):
    """NumPy arrays: one with the samples, one with what is to be predicted."""

    title = marked("NumPy arrays")
    is_own = True

    inputs: str = text(
        default="",
        hint="The array with the samples; empty: found by name, such as x or x_train, or by size.",
        label="Array of samples",
    )
    targets: str = text(
        default="",
        hint="The array with the answers; empty: found by name, such as y or y_train, or by size.",
        label="Array of answers",
    )
    layout: str = choice(
        default="auto",
        options=LAYOUTS,
        hint="What the axes are; auto takes four, and three of bytes or of squares, as pictures.",
        label="Layout",
    )
    task: str = choice(
        default="auto",
        options=TASKS,
        hint="Whether the answers are classes or numbers; auto takes few whole ones as classes.",
        label="Answers",
    )

    @classmethod
    def found(cls, path: Path) -> tuple[float, Self] | None:
        """Return how surely a file or folder has arrays of samples and answers."""
        try:
            file = sole_file(path)
            path = path if file is None else file
            if not path.is_dir() and not is_numpy(path):
                return None
            found = heads(path)
            pairs(found)
        except (StudioError, OSError):
            return None
        place = path if path.is_dir() or found[0].member else path.parent
        return (0.9, cls(path=str(place))) if found else None

    def facts(self) -> Facts:
        """Return what the headers and the answers say; the samples are not read."""
        try:
            chosen = self._pairs()
            stamps = [pair.targets.file.stat() for pair in chosen]
            looked_at = tuple((one.st_size, one.st_mtime_ns) for one in stamps)
            return _facts(self.layout, self.task, chosen, looked_at)
        except (StudioError, OSError):
            return Facts(Shape(1), 0)

    def prepared(self, learned: Mapping[str, Any], watch: Watch) -> Dataset:
        """Read the arrays; the parts they are named after are kept.

        Raises FileError for a file that is damaged or lies, DataError for arrays that do not fit.
        """
        chosen = self._pairs()
        parts = [
            (
                pair.part,
                shaped(pair.samples(watch), self.layout),
                values_of(pair.targets, watch),
            )
            for pair in chosen
        ]
        dataset = built(
            parts,
            self.task,
            learned,
            name=shown(Path(self.path).name),
            about=_(self.about()),
            target_name=shown(chosen[0].targets.name),
        )
        return self.sifted(*regrouped(dataset, watch))

    def sample(self, word: str, learned: Mapping[str, Any]) -> Array:
        """Return one sample of an NPY file that holds nothing else."""
        found = [head for head in heads(Path(word)) if head.file == Path(word)]
        if len(found) != 1:
            raise DataError(
                _("{path} does not hold one array.").format(path=word), _("Give an NPY file.")
            )
        one: Array = shaped(values_of(found[0], None)[np.newaxis], self.layout)[0]
        return one

    def _pairs(self) -> tuple[Pair, ...]:
        found: tuple[Head, ...] = heads(self.place)
        return pairs(found, self.inputs, self.targets)


@lru_cache(maxsize=16)
def _facts(
    layout: str, task: str, chosen: tuple[Pair, ...], _stamps: tuple[tuple[int, int], ...]
) -> Facts:
    kind = chosen[0].inputs.dtype.newbyteorder("=")
    sample = shaped(np.zeros((1, *chosen[0].axes[1:]), kind), layout)
    raw = [values_of(pair.targets, None) for pair in chosen]
    found = answers(np.concatenate(raw), task)
    return Facts(
        Shape(*sample.shape[1:], dtype="int64" if sample.dtype == np.int64 else "float32"),
        sum(pair.axes[0] for pair in chosen),
        found.classes,
        outputs=1 if found.classes else found.values.shape[1],
    )
