"""CIFAR-10 and CIFAR-100: 60,000 small color pictures, from the files their author published."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from studio.catalogue.shape import Shape
from studio.datasets.addressing import files_in
from studio.datasets.cifar.forms import (
    Files,
    Layout,
    class_names,
    count_of,
    files_of,
    is_batch,
    read_part,
)
from studio.datasets.dataset import Array, Dataset, Facts
from studio.datasets.faulting import problem
from studio.datasets.pictures.reading import read_picture
from studio.datasets.pictures.sniffing import pictures_of
from studio.datasets.problems import Problem
from studio.datasets.reading.placed import FromFolder
from studio.datasets.source import SOURCES
from studio.datasets.watching import Watch
from studio.errors import DataError, StudioError
from studio.fields import choice
from studio.wording import _, marked

_SAMPLE = Shape(3, 32, 32)
_TEN = Layout(
    train="data_batch_[0-9]+",
    test="test_batch",
    label_bytes=1,
    label_column=0,
    label_key="labels",
    names_key="label_names",
    names_file="batches.meta.txt",
    meta_file="batches.meta",
    classes=10,
    batches=5,
)
_TEN_NAMES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)


class Cifar(FromFolder):
    """Small color pictures in batches."""

    is_own = True

    names: ClassVar[tuple[str, ...]] = ()

    @property
    def layout(self) -> Layout:
        """How the files are laid out."""
        raise NotImplementedError

    @classmethod
    def found(cls, path: Path) -> tuple[float, Self] | None:
        """Return 1 if the folder, or that of the file, has batches that begin as they should."""
        folder = path if path.is_dir() else path.parent
        layout = cls().layout
        files = files_of(folder, layout)
        if not files.train or (path.is_file() and path not in (*files.train, *files.test)):
            return None
        return (1.0, cls(folder=str(folder))) if is_batch(files.train[0], layout) else None

    def facts(self) -> Facts:
        """Return how many pictures the files hold, or what was published while there are none."""
        try:
            files = self._files()
            samples = sum(count_of(path, self.layout) for path in (*files.train, *files.test))
            return Facts(_SAMPLE, samples, self._classes(files))
        except (StudioError, OSError):
            return Facts(_SAMPLE, 60_000, self._standard())

    def prepared(self, learned: Mapping[str, Any], watch: Watch) -> Dataset:
        """Read all batches; the test part is the published one.

        Raises FileError for a file that is damaged, DataError for labels that do not exist.
        """
        files = self._files()
        paths = (*files.train, *files.test)
        parts, origins = [], []
        for number, path in enumerate(paths):
            watch.tell(number, len(paths))
            parts.append(read_part(path, self.layout))
            count = len(parts[-1][1])
            origins += [f"{path.name}: {index + 1}" for index in range(count)]
        inputs = np.concatenate([pixels for pixels, _labels in parts]).reshape(-1, *_SAMPLE)
        targets = np.concatenate([labels for _pixels, labels in parts])
        train = sum(len(labels) for _pixels, labels in parts[: len(files.train)])
        return Dataset(
            name=_(self.title),
            inputs=inputs,
            targets=targets,
            classes=self._classes(files),
            test=np.arange(train, len(targets), dtype=np.int64) if files.test else None,
            about=_(self.about()),
            origins=tuple(origins),
            problems=self._problems(files),
        )

    def sample(self, word: str, learned: Mapping[str, Any]) -> Array:
        """Return a picture file as one sample [3, 32, 32]."""
        return read_picture(Path(word), _SAMPLE, fit="crop")

    def named(self, word: str) -> Sequence[str]:
        """Return the pictures of a folder."""
        return files_in(word, pictures_of)

    def _files(self) -> Files:
        folder = self.place
        files = files_of(folder, self.layout)
        if not files.train:
            raise DataError(
                _("{folder} has no file {name}.").format(
                    folder=folder, name=self.layout.train.replace("[0-9]+", "1")
                ),
                _("Choose the folder into which the published archive was unpacked."),
            )
        return files

    def _standard(self) -> tuple[str, ...]:
        return self.names or tuple(f"class {n}" for n in range(self.layout.classes))

    def _classes(self, files: Files) -> tuple[str, ...]:
        return class_names(files.train[0].parent, self.layout, self._standard())

    def _problems(self, files: Files) -> tuple[Problem, ...]:
        absent = [f"{n} / {self.layout.batches}" for n in [len(files.train)]]
        return (
            *problem(
                "missing_batch",
                "warning",
                _("Some batches are missing; those that are there are used."),
                _("Fetch the others as well."),
                absent if len(files.train) < self.layout.batches else (),
            ),
            *problem(
                "missing_test",
                "warning",
                _("The published test part is missing; one is taken from the training pictures."),
                _("Fetch it as well."),
                () if files.test else (self.layout.test,),
            ),
        )


@SOURCES.file("cifar10")
class Cifar10(Cifar):
    """CIFAR-10: 60,000 color pictures of 32 × 32 pixels in ten classes; 10,000 are for the test."""

    title = marked("CIFAR-10")
    names = _TEN_NAMES

    @property
    def layout(self) -> Layout:
        """How the files are laid out."""
        return _TEN


@SOURCES.file("cifar100")
class Cifar100(Cifar):
    """CIFAR-100: as CIFAR-10, but in 100 classes, which fall into 20 coarse ones."""

    title = marked("CIFAR-100")

    classes: str = choice(
        default="fine",
        options=("fine", "coarse"),
        hint="Fine: 100 classes; coarse: the 20 groups they fall into.",
        label="Kind of classes",
    )

    @property
    def layout(self) -> Layout:
        """How the files are laid out."""
        fine = self.classes == "fine"
        return Layout(
            train="train",
            test="test",
            label_bytes=2,
            label_column=1 if fine else 0,
            label_key=f"{self.classes}_labels",
            names_key=f"{self.classes}_label_names",
            names_file=f"{self.classes}_label_names.txt",
            meta_file="meta",
            classes=100 if fine else 20,
            batches=1,
        )
