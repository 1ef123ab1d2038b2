"""The MNIST digits, read from the four files their authors published."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np

from studio.catalogue.shape import Shape
from studio.datasets.dataset import Array, Dataset, Facts
from studio.datasets.idx import read_header, read_idx
from studio.datasets.places import expanded, is_file, some_of, unreadable
from studio.datasets.source import SOURCES, Source
from studio.datasets.watching import Watch
from studio.errors import DataError, StudioError
from studio.fields import text
from studio.wording import _, marked

_CLASSES = tuple("0123456789")
_PUBLISHED = {
    "train-images-idx3-ubyte": (
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "6bbc9ace898e44ae57da46a324031adb",
    ),
    "train-labels-idx1-ubyte": (
        "d53e105ee54ea40749a09fcbcd1e9432",
        "a25bea736e30d166cdddb491f175f624",
    ),
    "t10k-images-idx3-ubyte": (
        "9fb629c4189551a2d022fa330f9573f3",
        "2646ac647ad5339dbf082846283269ea",
    ),
    "t10k-labels-idx1-ubyte": (
        "ec29112dd5afa0611ce80d1b7f02629c",
        "27ae3e4e09519cfbb04c329615203637",
    ),
}
"""The md5 of each published file, gzipped and unpacked."""
_AXES = (3, 1, 3, 1)
"""How many axes each of them has."""
_LABELS = 60_008
"""Bytes of the training labels, unpacked."""


@SOURCES.file("mnist")
class Mnist(Source):
    """70,000 handwritten digits as pictures of 28 × 28 pixels; 10,000 of them are for the test."""

    title = marked("MNIST")
    light_on_dark = True

    folder: str = text(
        default="",
        hint="The folder with the four files train-images-idx3-ubyte.gz and so on, gzipped or not.",
        label="Folder",
    )

    @classmethod
    def found(cls, path: Path) -> tuple[float, Self] | None:
        """Return 1 for the folder, or one of the files, whose training labels are the published."""
        source = cls(folder=str(path if path.is_dir() else path.parent))
        try:
            labels = source._located("train-labels-idx1-ubyte")
            is_whole = all(source._located(name) for name in _PUBLISHED)
            if (
                not is_whole
                or labels.stat().st_size > _LABELS
                or source._remark("train-labels-idx1-ubyte")
            ):
                return None
        except (StudioError, OSError):
            return None
        is_named = path.is_dir() or path.name.removesuffix(".gz") in _PUBLISHED
        return (1.0, source) if is_named else None

    def facts(self) -> Facts:
        """Return what the file headers say, or what was published while the files are not there.

        Raises FileError or DataError for a file whose header is not that of its kind.
        """
        try:
            paths = [self._located(name) for name in _PUBLISHED]
        except StudioError:
            return Facts(Shape(1, 28, 28), 70_000, _CLASSES)
        train, _labels, test, _test_labels = (
            _filled(path, read_header(path, axes).axes)
            for path, axes in zip(paths, _AXES, strict=True)
        )
        return Facts(Shape(1, *train[1:]), train[0] + test[0], _CLASSES)

    def load(self, learned: Mapping[str, Any] | None = None, watch: Watch | None = None) -> Dataset:
        """Read the four files; the test part is the published one.

        Raises FileError for a file that is missing or damaged, DataError if they do not belong
        together.
        """
        images, labels = self._part("train")
        test_images, test_labels = self._part("t10k")
        if images.shape[1:] != test_images.shape[1:]:
            raise DataError(
                _(
                    "The training pictures have {train} pixels, but the test pictures {test}."
                ).format(train=Shape(*images.shape[1:]), test=Shape(*test_images.shape[1:])),
                _("Choose a folder whose four files belong together."),
            )
        return Dataset(
            name=_(self.title),
            inputs=np.concatenate([images, test_images])[:, np.newaxis],
            targets=np.concatenate([labels, test_labels]).astype(np.int64),
            classes=_CLASSES,
            target_name="digit",
            test=np.arange(len(images), len(images) + len(test_images), dtype=np.int64),
            about=_(self.about()),
            notes=tuple(filter(None, map(self._remark, _PUBLISHED))),
        )

    def _part(self, part: str) -> tuple[Array, Array]:
        images_path = self._located(f"{part}-images-idx3-ubyte")
        labels_path = self._located(f"{part}-labels-idx1-ubyte")
        images, labels = read_idx(images_path, 3), read_idx(labels_path, 1)
        _filled(images_path, images.shape)
        _filled(labels_path, labels.shape)
        if len(images) != len(labels):
            raise DataError(
                _("{images} holds {count} pictures, but {labels} holds {others} labels.").format(
                    images=images_path, count=len(images), labels=labels_path, others=len(labels)
                ),
                _("Choose files that belong together."),
            )
        place = int(np.argmax(labels))
        if labels[place] not in range(10):
            raise DataError(
                _("{path}: label {number} is {label}, but digits go from 0 to 9.").format(
                    path=labels_path, number=place + 1, label=int(labels[place])
                )
            )
        return images, labels

    def _located(self, name: str) -> Path:
        """Return the file under any of the names it is found under."""
        if not self.folder:
            raise DataError(
                _("MNIST needs the folder in which its four files lie."),
                _("Choose it in the data panel, or set data.folder."),
            )
        folder = expanded(Path(self.folder))
        dotted = name.replace("-idx", ".idx")
        names = [stem + end for stem in (name, dotted) for end in (".gz", "")]
        for path in map(folder.joinpath, names):
            if is_file(path):
                return path
        found = _names_in(folder)
        raise DataError(
            _("{folder} has no file {name}.gz or {name}.").format(folder=folder, name=name),
            _("It holds {names}.").format(names=", ".join(found))
            if found
            else _("The folder is empty or does not exist."),
        )

    def _remark(self, name: str) -> str:
        path = self._located(name)
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "md5").hexdigest()
        if found in _PUBLISHED[name]:
            return ""
        expected = _PUBLISHED[name][0 if path.suffix == ".gz" else 1]
        return _("{name} is not the published file: its md5 is {found}, not {expected}.").format(
            name=path.name, found=found, expected=expected
        )


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in some_of(folder))[:6] if folder.is_dir() else []
    except OSError as error:
        raise unreadable(folder, error) from error


def _filled(path: Path, axes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the axes of a file; raises DataError if it holds no values along them."""
    if all(axes):
        return axes
    raise DataError(
        _("{path} holds {found} values, which is none.").format(path=path, found=Shape(*axes)),
        _("Choose the original file, plain or gzipped."),
    )
