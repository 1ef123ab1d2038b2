"""Pairs of sentences of somebody's own: a sentence and its translation, or two with a class."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from studio.catalogue.shape import Shape
from studio.datasets.addressing import lines_in
from studio.datasets.dataset import Array, Dataset
from studio.datasets.known import KnownText
from studio.datasets.naming import class_order
from studio.datasets.problems import Problem
from studio.datasets.reading.delimited import Delimited
from studio.datasets.reading.parted import MOST_SEEN, Parted, training_file
from studio.datasets.reading.placed import FromFile
from studio.datasets.source import SOURCES
from studio.datasets.split import split
from studio.datasets.texts.encoder import END, PADDING, START, UNKNOWN, Encoder
from studio.datasets.texts.matched import Matched, matched
from studio.datasets.texts.padding import padded, usual_length
from studio.datasets.texts.paired import (
    PairColumns,
    SentenceColumns,
    are_alike,
    pair_columns,
    twins,
)
from studio.datasets.texts.sniffing import sampled
from studio.datasets.texts.tokenized import Tokenized
from studio.datasets.watching import Watch
from studio.datasets.writing import Writer
from studio.errors import DataError
from studio.wording import _, marked

SEPARATOR = "<sep>"
_FEW = 6
"""Columns of a file of pairs at most, unless their names tell what they are."""
_DOUBTFUL = 0.5
NOTHING = -100
"""The class number that losses pass over: where a sentence has ended already."""
_WRITTEN = (PADDING, UNKNOWN, START, END)
_JOINED = (PADDING, UNKNOWN, SEPARATOR)


@SOURCES.file("pairs")
class Pairs(Tokenized, SentenceColumns, Parted, Delimited, FromFile):
    """Pairs of sentences of your own, one pair a row: translations, or two texts with a class."""

    title = marked("Sentence pairs")
    is_own = True
    empty = Shape(1, dtype="int64")
    takes = "text"
    writes = "target"

    def prepared(self, learned: Mapping[str, Any], watch: Watch) -> Dataset:
        """Read the pairs and encode them; `learned` is empty where nothing was learned before."""
        grid = self.rows(self.place, self.reading, watch)
        columns = pair_columns(grid, self.first_column, self.second_column, self.label_column)
        problems = list(grid.problems)
        lines = matched(grid, columns, self.spelled, learned.get("classes"), problems)
        if columns.label:
            return self._compared(lines, columns, learned, problems, watch)
        return self._translated(lines, columns, learned, problems, watch)

    def sample(self, word: str, learned: Mapping[str, Any]) -> Array:
        """Return the ids [length] of the first sentence; two to compare have a tab between."""
        one: Array = self._encoded((word,), learned)[0]
        return one

    def samples_of(self, word: str, learned: Mapping[str, Any]) -> tuple[Sequence[str], Array]:
        """Return the ids [samples, length] of what is typed, or of each line of a file."""
        names, lines = lines_in(word, self.encoding)
        return names, self._encoded(lines, learned)

    def known(self, text: str, learned: Mapping[str, Any]) -> KnownText | None:
        """Return how much of the first sentence, as it was typed, was learned."""
        most = int(learned["lengths"][0])
        return Encoder(learned["first"]).known(text, most, lowercase=self.lowercase)

    def writer(self, learned: Mapping[str, Any]) -> Writer | None:
        """Return how the second sentence is written; None where pairs have a class."""
        if "second" not in learned:
            return None
        encoder = Encoder(learned["second"])
        start, end = (_WRITTEN.index(mark) for mark in (START, END))
        return Writer(
            lambda text: encoder.ids(self.spelled(text)),
            encoder.text,
            int(learned["lengths"][1]),
            self.writes,
            (start,),
            end,
        )

    def _encoded(self, lines: Sequence[str], learned: Mapping[str, Any]) -> Array:
        if not learned:
            raise DataError(_("Nothing was learned of these pairs yet."), _("Train on them first."))
        encoder = Encoder(learned["first"])
        parts = [[encoder.ids(self.spelled(part)) for part in line.split("\t")] for line in lines]
        ids = [part[0] if "second" in learned else _joined(part) for part in parts]
        return padded(ids, int(learned["lengths"][0]))

    @classmethod
    def found(cls, path: Path) -> tuple[float, Self] | None:
        """Return how surely a file holds pairs: two columns of words that hardly repeat."""
        file = training_file(path)
        grid = sampled(file) if file else None
        if file is None or grid is None:
            return None
        if len(grid.names) > _FEW and not (grid.is_named and twins(grid.names)):
            return None
        try:
            columns = pair_columns(grid.narrowed(MOST_SEEN))
        except DataError:
            return None
        alike = are_alike(grid, columns)
        if len(grid.names) > _FEW and not alike:
            return None
        translated = _DOUBTFUL if grid.is_named and not alike else 0.8
        sure = translated if not columns.label else 0.9 if alike else _DOUBTFUL
        return sure, cls(file=str(file)).beside(path, grid)

    def _translated(
        self,
        lines: Matched,
        columns: PairColumns,
        learned: Mapping[str, Any],
        problems: list[Problem],
        watch: Watch,
    ) -> Dataset:
        """Return sentences with what is written after them, one token ahead of what is seen."""
        draft = _draft(lines, groups=_grouped(lines.first))
        train = split(draft, self).train.tolist()
        found = dict(learned) or {
            "first": self.vocabulary([lines.first[row] for row in train], watch, _WRITTEN),
            "second": self.vocabulary([lines.second[row] for row in train], watch, _WRITTEN),
        }
        readers = Encoder(found["first"]), Encoder(found["second"])
        first = readers[0].all_ids(lines.first, watch)
        second = readers[1].all_ids(lines.second, watch)
        if "lengths" not in found:
            found["lengths"] = [
                self.max_length or usual_length([first[row] for row in train]),
                self.max_length or usual_length([second[row] for row in train]) + 1,
            ]
        lengths = found["lengths"]
        cut = [line[: lengths[1] - 1] for line in second]
        return replace(
            draft,
            name=_(self.title),
            inputs=padded(first, lengths[0]),
            targets=padded([[*line, 3] for line in cut], lengths[1], filler=NOTHING),
            classes=readers[1].vocabulary,
            target_name=columns.second,
            origins=lines.origins,
            texts=[f"{one} → {two}" for one, two in zip(lines.first, lines.second, strict=True)],
            vocabulary=readers[0].vocabulary,
            learned=found,
            more_inputs={"target": padded([[2, *line] for line in cut], lengths[1])},
            problems=tuple(problems),
        )

    def _compared(
        self,
        lines: Matched,
        columns: PairColumns,
        learned: Mapping[str, Any],
        problems: list[Problem],
        watch: Watch,
    ) -> Dataset:
        """Return both sentences as one sequence, a separator between, and the class of the pair."""
        found = dict(learned) or {"classes": list(class_order(set(lines.labels)))}
        places = {name: number for number, name in enumerate(found["classes"])}
        targets = np.array([places[name] for name in lines.labels], np.int64)
        draft = _draft(lines, targets, tuple(found["classes"]))
        train = split(draft, self).train.tolist()
        if "first" not in found:
            both = [side[row] for side in (lines.first, lines.second) for row in train]
            found["first"] = self.vocabulary(both, watch, _JOINED)
        encoder = Encoder(found["first"])
        sides = [encoder.all_ids(side, watch) for side in (lines.first, lines.second)]
        ids = [_joined(pair) for pair in zip(*sides, strict=True)]
        if "lengths" not in found:
            found["lengths"] = [self.max_length or usual_length([ids[row] for row in train])]
        return replace(
            draft,
            name=_(self.title),
            inputs=padded(ids, found["lengths"][0]),
            target_name=columns.label,
            origins=lines.origins,
            texts=[f"{one} | {two}" for one, two in zip(lines.first, lines.second, strict=True)],
            vocabulary=encoder.vocabulary,
            learned=found,
            problems=tuple(problems),
        )


def _joined(parts: Sequence[Sequence[int]]) -> list[int]:
    """Return sequences as one, with separators between."""
    ids = list(parts[0])
    for part in parts[1:]:
        ids += [2, *part]
    return ids


def _draft(
    lines: Matched,
    targets: Array | None = None,
    classes: tuple[str, ...] = (),
    groups: Array | None = None,
) -> Dataset:
    """Return a data set without ids, which is all that is needed to split it."""
    count = len(lines.first)
    return Dataset(
        "",
        np.zeros((count, 1), np.int64),
        np.zeros((count, 1), np.float32) if targets is None else targets,
        classes,
        validation=lines.of_part("validation"),
        test=lines.of_part("test"),
        groups=groups,
    )


def _grouped(sentences: Sequence[str]) -> Array:
    """Return a number for each sentence, so that all translations of one lie in one part."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(one, len(known)) for one in sentences], np.int64)
