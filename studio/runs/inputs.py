"""What somebody wants to have predicted: files, folders, rows and texts as samples."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.catalogue.shape import Shape
from studio.datasets.dataset import Array
from studio.datasets.pictures.reading import SUFFIXES, read_picture
from studio.datasets.rows import parse_row, read_rows
from studio.datasets.source import Source, read_source
from studio.errors import DataError, FileError
from studio.runs.info import RunInfo
from studio.wording import _


@dataclass(frozen=True, eq=False)
class Asked:
    """Samples with what they are called."""

    names: tuple[str, ...]
    samples: Array
    """[samples, *axes]: uint8 pixels or float32 measurements, not yet normalized."""


def read_inputs(words: Iterable[str], sample: Shape, info: RunInfo) -> Asked:
    """Return the samples that words name, as the run's own data read them.

    For data that are built in, these are pictures, CSV files, and rows "5.1,3.5,1.4,0.2". Raises
    FileError or DataError for what cannot be read or does not fit the network.
    """
    source = read_source(info.project.data) if info.project.data else None
    if source is not None and source.is_own:
        found = [_own(word, sample, source, info.learned) for word in words]
    else:
        found = [_read(word, sample, info) for word in words]
    if not found:
        raise DataError(
            _("There is nothing to predict."), _("Give a file, a folder, a row or a text.")
        )
    names = tuple(name for asked in found for name in asked.names)
    return Asked(names, np.concatenate([asked.samples for asked in found]))


def _own(word: str, sample: Shape, source: Source, learned: Mapping[str, Any]) -> Asked:
    names, samples = source.samples_of(word, learned)
    if samples.shape[1:] != tuple(sample):
        raise DataError(
            _("The network takes {sample}, but {word} is {given}.").format(
                sample=sample, word=word, given=Shape(*samples.shape[1:])
            )
        )
    return Asked(tuple(names), samples)


def _read(word: str, sample: Shape, info: RunInfo) -> Asked:
    path = Path(word)
    if len(sample) == 3:
        picture = read_picture(path, sample, light_on_dark=info.light_on_dark)
        return Asked((word,), picture[np.newaxis])
    if len(sample) != 1 or sample.dtype != "float32":
        raise DataError(
            _("The network takes {shape}, which is neither a picture nor a row of numbers.").format(
                shape=sample
            )
        )
    columns = info.columns or tuple(f"column {n + 1}" for n in range(sample.size))
    if path.suffix.lower() in SUFFIXES:
        raise DataError(
            _("{path} is a picture, but the network takes a row of {count} numbers.").format(
                path=path, count=len(columns)
            ),
            _("The columns are: {columns}.").format(columns=", ".join(columns)),
        )
    if path.suffix.lower() in {".csv", ".tsv", ".txt"} or _is_file(path):
        rows = read_rows(path, columns)
        return Asked(tuple(f"{word}:{number + 1}" for number in range(len(rows))), rows)
    if not any(letter.isdigit() for letter in word):
        raise FileError(_("There is no file {path}.").format(path=path))
    return Asked((word,), parse_row(word, columns))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a long row of numbers is no possible file name
        return False
