"""Pictures in IDX files, as MNIST, Fashion-MNIST, KMNIST and EMNIST have them."""

import contextlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np

from studio.catalogue.shape import Shape
from studio.datasets.addressing import files_in
from studio.datasets.arrays.building import built, regrouped
from studio.datasets.arrays.idx_files import Found, before_part, found_in, home_of, is_idx
from studio.datasets.arrays.shaping import shaped
from studio.datasets.dataset import Array, Dataset, Facts
from studio.datasets.idx import read_idx
from studio.datasets.labeling import answers
from studio.datasets.naming import shown
from studio.datasets.pictures.reading import read_picture
from studio.datasets.pictures.sniffing import pictures_of
from studio.datasets.reading.placed import FromFolder
from studio.datasets.repeats import Sifting
from studio.datasets.source import SOURCES
from studio.datasets.watching import Watch
from studio.errors import DataError, StudioError
from studio.fields import text
from studio.wording import _, marked


@SOURCES.file("idx")
class Idx(Sifting, FromFolder):
    """Pictures and labels in IDX files, the format of MNIST and its relatives."""

    title = marked("IDX files")
    is_own = True
    light_on_dark = True

    prefix: str = text(
        default="",
        hint="How the names of the files begin, where several sets lie in one folder.",
        label="Names begin with",
    )

    @classmethod
    def found(cls, path: Path) -> tuple[float, Self] | None:
        """Return how surely a folder, or that of a file, holds IDX files; less of odd ones."""
        if path.is_file() and not is_idx(path):
            return None
        folder = home_of(path) if path.is_dir() else path.parent
        if folder is None:
            return None
        prefixes = ("", before_part(path.name)) if path.is_file() else ("",)
        for prefix in prefixes:
            with contextlib.suppress(StudioError, OSError):
                found_in(folder, prefix)
                return 0.9, cls(folder=str(folder), prefix=prefix)
        return 0.5, cls(folder=str(folder))

    def facts(self) -> Facts:
        """Return what the headers and the labels say; the pictures are not read."""
        try:
            files = self._files()
            stamps = [labels.path.stat() for _samples, labels in files]
            return _facts(files, tuple((one.st_size, one.st_mtime_ns) for one in stamps))
        except (StudioError, OSError):
            return Facts(Shape(1, 28, 28), 0)

    def prepared(self, learned: Mapping[str, Any], watch: Watch) -> Dataset:
        """Read all files; what their names call test and validation are the parts.

        Raises FileError for a file that is damaged, DataError if they do not belong together.
        """
        files = self._files()
        parts = []
        for number, (samples, labels) in enumerate(files):
            watch.tell(number, len(files))
            values = shaped(read_idx(samples.path), _layout(samples.header.axes))
            parts.append((samples.part, values, read_idx(labels.path)))
        dataset = built(
            parts,
            "classes",
            learned,
            name=shown(Path(self.folder).name),
            about=_(self.about()),
            target_name="label",
        )
        return self.sifted(*regrouped(dataset, watch))

    def sample(self, word: str, learned: Mapping[str, Any]) -> Array:
        """Return a picture file as one sample, bright on dark as these pictures are."""
        return read_picture(Path(word), self.facts().sample, light_on_dark=True)

    def named(self, word: str) -> Sequence[str]:
        """Return the pictures of a folder."""
        return files_in(word, pictures_of)

    def _files(self) -> tuple[tuple[Found, Found], ...]:
        files = found_in(self.place, self.prefix)
        empty = [one for one, _labels in files if not all(one.header.axes)]
        if empty:
            raise DataError(
                _("{path} holds no picture.").format(path=shown(str(empty[0].path))),
                _("Choose the original file, plain or gzipped."),
            )
        return files


def _layout(axes: tuple[int, ...]) -> str:
    return "picture" if len(axes) > 2 else "table"


@lru_cache(maxsize=16)
def _facts(files: tuple[tuple[Found, Found], ...], _stamps: tuple[tuple[int, int], ...]) -> Facts:
    header = files[0][0].header
    nothing = np.zeros((1, *header.axes[1:]), header.dtype.newbyteorder("="))
    labels = np.concatenate([read_idx(labels.path) for _samples, labels in files])
    return Facts(
        Shape(*shaped(nothing, _layout(header.axes)).shape[1:]),
        sum(samples.header.axes[0] for samples, _labels in files),
        answers(labels, "classes").classes,
    )
