"""The pictures of a folder that could be read, each with its file, class and part."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.catalogue.shape import Shape
from studio.datasets.arranging import Placed
from studio.datasets.dataset import Array
from studio.datasets.faulting import class_problems, missing_in_parts
from studio.datasets.pictures.decoding import Decoded, Seen, decoded
from studio.datasets.pictures.faults import failures, oddities
from studio.datasets.problems import Problem
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.wording import _


@dataclass(frozen=True, eq=False)
class Samples:
    """Prepared pictures and where they come from."""

    root: Path
    asked: tuple[Placed, ...]
    """All that were to be read."""
    decoded: Decoded

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """File, class and part of each sample."""
        return tuple(self.asked[place] for place in self.decoded.places)

    @property
    def pixels(self) -> Array:
        """[samples, channels, height, width] uint8."""
        return self.decoded.pixels

    @property
    def seen(self) -> tuple[Seen, ...]:
        """What each picture was."""
        return self.decoded.seen

    @cached_property
    def names(self) -> list[str]:
        """The files below the folder."""
        return [one.file.name for one in self.placed]

    @cached_property
    def labels(self) -> list[str]:
        """The class of each."""
        return [one.label for one in self.placed]

    @cached_property
    def parts(self) -> list[str]:
        """The publisher's part of each, "" if none are given."""
        return [one.part for one in self.placed]

    def numbers(self, part: str) -> npt.NDArray[np.int64] | None:
        """Return which samples the publisher put in a part, None if there is no such part."""
        found = [number for number, name in enumerate(self.parts) if name == part]
        return np.array(found, dtype=np.int64) if found else None

    def without(
        self, numbers: Collection[int], shape: Shape, fit: str, watch: Watch | None
    ) -> "Samples":
        """Return the samples but for some; those in a mapped file are written anew."""
        stay = [number for number in range(len(self.placed)) if number not in numbers]
        placed = tuple(self.placed[number] for number in stay)
        if isinstance(self.pixels, np.memmap):
            return read_samples(self.root, placed, shape, fit, watch)
        seen = tuple(self.seen[number] for number in stay)
        return Samples(
            self.root, placed, Decoded(self.pixels[stay], tuple(range(len(stay))), seen, ())
        )

    def problems(self) -> tuple[Problem, ...]:
        """Return what could not be read, and what is odd about the others."""
        asked = [one.file.name for one in self.asked]
        return (*failures(asked, self.decoded), *oddities(self.names, self.seen))

    def oddities_of(self, classes: Sequence[str]) -> tuple[Problem, ...]:
        """Return which classes have too few samples, in all or in one of the parts."""
        counts = Counter(self.labels)
        present: dict[str, set[str]] = {
            part: {one.label for one in self.placed if one.part == part}
            for part in ("train", "validation", "test")
            if part in self.parts
        }
        return (
            *class_problems({name: counts[name] for name in classes}),
            *missing_in_parts(classes, present),
        )


def read_samples(
    root: Path, placed: Sequence[Placed], shape: Shape, fit: str, watch: Watch | None
) -> Samples:
    """Return all pictures that can be read; raises DataError if none can."""
    read = Samples(
        root, tuple(placed), decoded(root, [one.file for one in placed], shape, fit, watch)
    )
    if not read.decoded.places:
        reasons = [sentence for _number, _kind, sentence in read.decoded.failed]
        raise DataError(
            _("None of the {count} pictures can be read.").format(count=len(placed)),
            next(iter(reasons), ""),
        )
    return read
