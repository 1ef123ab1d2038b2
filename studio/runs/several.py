"""What words mean for a network with several Inputs: which each is for, and which belong together.

They are typed "image=cat.png row=1,2", or lie in a table whose columns are called like the Inputs.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from studio.catalogue.inputs import Input
from studio.catalogue.shape import Shape
from studio.datasets.addressing import is_file
from studio.datasets.dataset import Array
from studio.datasets.pictures.reading import read_picture
from studio.datasets.reading.grid import Reading, read_grid
from studio.datasets.rows import parse_row
from studio.datasets.source import Source, read_source
from studio.datasets.writing import Writer
from studio.errors import DataError
from studio.runs.info import RunInfo
from studio.runs.inputs import read_inputs
from studio.wording import _

Words = Mapping[str, str]
"""By Input, what was typed or named for one sample."""


@dataclass(frozen=True, eq=False)
class Reader:
    """Turns words into one sample for each Input of the network of a run."""

    info: RunInfo
    first: str
    """The Input that takes the samples themselves; the others take what comes with them."""
    sample: Shape
    """What it takes."""

    @cached_property
    def inputs(self) -> Mapping[str, Shape]:
        """What each Input takes."""
        nodes = self.info.graph.nodes.items()
        return {n: node.layer.shape() for n, node in nodes if isinstance(node.layer, Input)}

    @cached_property
    def source(self) -> Source | None:
        """Where the samples of the run come from, if that is known."""
        data = self.info.project.data
        return read_source(data) if data else None

    @cached_property
    def writer(self) -> Writer | None:
        """How the tokens are read and said that the network predicts, if it predicts such."""
        return self.source.writer(self.info.learned) if self.source is not None else None

    @property
    def written(self) -> str:
        """The Input that takes what is written so far; empty if nothing is written."""
        return "" if self.writer is None else self.writer.input or self.first

    def one(self, name: str, word: str) -> Array:
        """Return one sample [*axes] for one Input, of a file, a row, ids or a text.

        Raises FileError or DataError for what cannot be read or does not fit.
        """
        if self.writer is not None and name == self.written:
            return self.writer.sample(self.writer.ids(word))
        if name == self.first:
            return self._sample(word)
        return _further(name, word, self.inputs[name])

    def _sample(self, word: str) -> Array:
        asked = read_inputs((word,), self.sample, self.info)
        if len(asked.names) > 1:
            raise DataError(
                _("{word} holds {count} samples, but one is asked about.").format(
                    word=word[:80], count=len(asked.names)
                )
            )
        one: Array = asked.samples[0]
        return one

    def together(self, words: Words) -> Mapping[str, Array]:
        """Return one sample [*axes] for each Input; what is written may be missing, and is empty.

        Raises DataError where another is missing.
        """
        given = {self.written: "", **words} if self.written in self.inputs else words
        missing = [name for name in self.inputs if name not in given]
        if missing:
            raise DataError(
                _("The network takes {inputs}; {missing} is missing.").format(
                    inputs=", ".join(self.inputs), missing=", ".join(missing)
                ),
                _("Write {example}.").format(example=_example(self.inputs)),
            )
        return {name: self.one(name, given[name]) for name in self.inputs}

    def all(self, words: Iterable[str]) -> tuple[tuple[str, ...], Mapping[str, Array]]:
        """Return what the samples are called that words name, and [samples, *axes] by Input.

        Where all but one Input takes what is written, words need not say that they are for that
        one. Raises DataError for other words that do not say which Input they are for.
        """
        words = tuple(words)
        if self._is_alone and not any(_is_named(word, self.inputs) for word in words):
            return self._begun(words)
        asked = list(samples_named(words, tuple(self.inputs)))
        if not asked:
            raise DataError(
                _("There is nothing to predict."),
                _("Write {example}.").format(example=_example(self.inputs)),
            )
        found = [self.together(sample) for sample in asked]
        names = tuple(" ".join(f"{key}={word}" for key, word in one.items()) for one in asked)
        return names, {name: np.stack([one[name] for one in found]) for name in self.inputs}

    @property
    def _is_alone(self) -> bool:
        return set(self.inputs) == {self.first, self.written}

    def _begun(self, words: Iterable[str]) -> tuple[tuple[str, ...], Mapping[str, Array]]:
        """Return samples of which nothing is written yet."""
        asked = read_inputs(words, self.sample, self.info)
        blank = np.stack([self.one(self.written, "")] * len(asked.names))
        return asked.names, {self.first: asked.samples, self.written: blank}


def samples_named(words: Iterable[str], inputs: Sequence[str]) -> Iterator[Words]:
    """Yield the words of each sample: an Input that is named again begins the next one.

    The rows of a table are a sample each. Raises DataError for a word that names no Input.
    """
    sample: dict[str, str] = {}
    for word in words:
        name, _equals, said = word.partition("=")
        is_named = _is_named(word, inputs)
        if sample and (name in sample or not is_named):
            yield sample
            sample = {}
        if is_named:
            sample[name] = said
        elif is_file(word):
            yield from _rows(Path(word), inputs)
        else:
            raise DataError(
                _("“{word}” does not say which of {inputs} it is for.").format(
                    word=word[:80], inputs=", ".join(inputs)
                ),
                _("Write {example}.").format(example=_example(inputs)),
            )
    if sample:
        yield sample


def _is_named(word: str, inputs: Container[str]) -> bool:
    name, equals, _said = word.partition("=")
    return bool(equals) and name in inputs


def _rows(path: Path, inputs: Sequence[str]) -> Iterator[Words]:
    """Yield the rows of a table; files are looked for beside it, too."""
    grid = read_grid(path, Reading(header="yes"))
    named = [name for name in inputs if name in grid.names]
    if not named:
        grid.require(inputs[:1])
    for row in range(len(grid)):
        cells = ((name, str(grid.column(name)[row])) for name in named)
        yield {name: _beside(path, cell) for name, cell in cells}


def _beside(table: Path, cell: str) -> str:
    near = str(table.parent / cell) if cell else cell
    return near if cell and not is_file(cell) and is_file(near) else cell


def _further(name: str, word: str, sample: Shape) -> Array:
    """Return a picture, a row of numbers or ids for an Input beside the first."""
    if sample.dtype == "int64" and len(sample) == 1:
        return _ids(name, word, sample[0])
    if len(sample) == 3:
        return read_picture(Path(word), sample)
    if len(sample) == 1:
        found: Array = parse_row(word, tuple(f"{name} {n + 1}" for n in range(sample.size)))[0]
        return found
    raise DataError(
        _("{input} takes {shape}, which can be neither typed nor named.").format(
            input=name, shape=sample
        )
    )


def _ids(name: str, word: str, length: int) -> Array:
    parts = word.replace(",", " ").split()
    if len(parts) > length or not all(part.isascii() and part.isdigit() for part in parts):
        raise DataError(
            _("{input} takes up to {count} ids, such as 3 1 4, but “{word}” was given.").format(
                input=name, count=length, word=word[:80]
            )
        )
    found = np.zeros(length, np.int64)
    found[: len(parts)] = [min(int(part), 2**62) for part in parts]
    return found


def _example(inputs: Iterable[str]) -> str:
    return " ".join(f"{name}=…" for name in inputs)
