"""Which files CIFAR consists of, as bytes or as Python batches, and what each of them holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from studio.datasets.cifar.batches import LARGEST, read_batch
from studio.datasets.dataset import Array
from studio.datasets.naming import order, shown
from studio.datasets.places import require_file, some_of, unreadable
from studio.errors import DataError, FileError
from studio.wording import _, byte_size, full

PIXELS = 3 * 32 * 32
_PICKLE = 0x80


@dataclass(frozen=True)
class Layout:
    """How one of the sets is laid out."""

    train: str
    """A pattern of the names of training files, without an ending."""
    test: str
    label_bytes: int
    label_column: int
    """Which of the label bytes counts."""
    label_key: str
    """The same in a Python batch."""
    names_key: str
    names_file: str
    meta_file: str
    classes: int
    batches: int
    """How many training files there are."""


@dataclass(frozen=True)
class Files:
    """The files of a set that are there, in order."""

    train: tuple[Path, ...]
    test: tuple[Path, ...]


def files_of(folder: Path, layout: Layout) -> Files:
    """Return the training and test files of a folder, or of the one in it that has them."""
    for place in (folder, *_folders(folder)):
        names = sorted(_names(place), key=order)
        train = [place / name for name in names if _matches(layout.train, name)]
        test = [place / name for name in names if _matches(layout.test, name)]
        if train:
            return Files(_one_form(train), _one_form(test))
    return Files((), ())


def is_batch(path: Path, layout: Layout) -> bool:
    """Return whether a file begins as one of the set."""
    try:
        require_file(path)
        with path.open("rb") as stream:
            first = stream.read(2)
        if len(first) == 2 and first[0] == _PICKLE:
            return first[1] in range(1, 6)
        size = path.stat().st_size
    except (OSError, FileError):
        return False
    record = PIXELS + layout.label_bytes
    return size > 0 and size % record == 0 and first[layout.label_column] < layout.classes


def count_of(path: Path, layout: Layout) -> int:
    """Return how many samples a file holds; raises FileError or DataError if it is none."""
    stat = path.stat()
    return _count(path, layout, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=64)
def _count(path: Path, layout: Layout, _size: int, _stamp: int) -> int:
    return len(read_part(path, layout)[1])


def read_part(path: Path, layout: Layout) -> tuple[Array, Array]:
    """Return the pixels [n, 3072] uint8 and labels [n] int64 of one file.

    Raises FileError for a file that is damaged, DataError for labels that do not exist.
    """
    is_pickle = _first(path) == _PICKLE
    pixels, labels = _of_python(path, layout) if is_pickle else _of_bytes(path, layout)
    wrong = np.flatnonzero((labels < 0) | (labels >= layout.classes))
    if len(wrong):
        raise DataError(
            _("{path}: the label of picture {number} is {label}, but there are {count}.").format(
                path=shown(str(path)),
                number=full(int(wrong[0]) + 1),
                label=int(labels[wrong[0]]),
                count=layout.classes,
            ),
            _("Fetch the file anew."),
        )
    return pixels, labels


def class_names(folder: Path, layout: Layout, standard: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the classes, from the file beside the batches if it is whole."""
    binary, python = folder / layout.names_file, folder / layout.meta_file
    names: list[str] = []
    try:
        if binary.is_file() and binary.stat().st_size < 1 << 16:
            words = binary.read_text(encoding="utf-8", errors="replace").splitlines()
            names = [word.strip() for word in words if word.strip()]
        elif python.is_file():
            names = _words(read_batch(python).get(layout.names_key))
    except (OSError, FileError):
        names = []
    usable = len(names) == layout.classes == len(set(names))
    return tuple(map(shown, names)) if usable else tuple(standard)


def _words(value: Any) -> list[str]:
    is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return value if is_list else []


def _of_bytes(path: Path, layout: Layout) -> tuple[Array, Array]:
    record = PIXELS + layout.label_bytes
    size = path.stat().st_size
    if not size or size % record or size > LARGEST:
        raise FileError(
            _("{path} has {size}, which is no whole number of pictures of {record}.").format(
                path=shown(str(path)), size=f"{full(size)} B", record=byte_size(record)
            ),
            _("Fetch the file anew."),
        )
    try:
        rows = np.fromfile(path, dtype=np.uint8)[: size // record * record].reshape(-1, record)
    except (OSError, ValueError) as error:
        raise unreadable(path, OSError(5, str(error))) from error
    return rows[:, layout.label_bytes :], rows[:, layout.label_column].astype(np.int64)


def _of_python(path: Path, layout: Layout) -> tuple[Array, Array]:
    batch = read_batch(path)
    pixels, labels = batch.get("data"), batch.get(layout.label_key)
    if (
        not isinstance(pixels, np.ndarray)
        or not isinstance(labels, list)
        or pixels.shape != (len(labels), PIXELS)
        or any(type(label) is not int for label in labels)
    ):
        raise FileError(
            _("{path} is no CIFAR batch: it needs {labels} and as many rows of {pixels}.").format(
                path=shown(str(path)), labels=layout.label_key, pixels=full(PIXELS)
            ),
            _("Fetch the file anew."),
        )
    return pixels, np.array(labels, dtype=np.int64)


def _first(path: Path) -> int:
    require_file(path)
    try:
        with path.open("rb") as stream:
            return int.from_bytes(stream.read(1), "big")
    except OSError as error:
        raise unreadable(path, error) from error


def _matches(pattern: str, name: str) -> bool:
    return re.fullmatch(rf"(?:{pattern})(?:\.bin)?", name) is not None


def _one_form(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the binary files where both forms lie side by side."""
    binary = tuple(path for path in paths if path.suffix == ".bin")
    return binary or tuple(paths)


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in some_of(folder) if path.is_file()]
    except OSError:
        return []


def _folders(folder: Path) -> list[Path]:
    try:
        named = (path for path in some_of(folder) if "cifar" in path.name.lower())
        return sorted(path for path in named if path.is_dir())
    except OSError:
        return []
