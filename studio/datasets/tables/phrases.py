"""How a column of short texts becomes inputs: one for each word that many rows have in common."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array
from studio.datasets.tables.numerals import MISSING, missing_in
from studio.datasets.texts.tokens import words

Floats = npt.NDArray[np.float32]

_MOST_WORDS = 100
_FEWEST_ROWS = 10
"""In fewer rows, a word says who they are rather than what they have in common."""
_SHARE = 0.02
"""Of the training rows that have a word at least."""
_SAMPLE = 2_000
_SOME_WORDS = 2.5
"""Words that cells have on average where they are texts, however short."""
_REPEATED = 0.6
"""Share of the words that are different ones, at most, where texts speak of the same things."""


def is_worded(cells: Sequence[str]) -> bool:
    """Return whether cells of several words have many of those in common, as names and titles."""
    sample = cells[:: max(1, len(cells) // _SAMPLE)]
    if sum(len(cell.split()) for cell in sample) < _SOME_WORDS * len(sample):
        return False
    found = [word for cell in sample for word in words_of(cell)]
    return len(set(found)) <= _REPEATED * len(found)


def words_of(cell: str) -> Iterator[str]:
    """Yield the words of a cell in small letters, without numbers and marks."""
    return (word for word in words(cell.casefold()) if word[0].isalpha())


def learn_words(cells: Array, many_missing: float) -> dict[str, Any]:
    """Return which words of the training cells [rows] become inputs, as JSON.

    An input says whether a cell is empty where a share of `many_missing` of them are.
    """
    counts = Counter(word for cell in cells.tolist() for word in _told(cell))
    fewest = max(_FEWEST_ROWS, _SHARE * len(cells))
    often = [word for word in counts if fewest <= counts[word] <= len(cells) - fewest]
    often.sort(key=lambda word: (-counts[word], word))
    indicator = bool(missing_in(cells).sum() > many_missing * len(cells))
    return {"words": sorted(often[:_MOST_WORDS]), "indicator": indicator}


def worded(learned: Mapping[str, Any], cells: Array) -> Floats:
    """Return which words cells [rows] have: [rows, words], and whether they are empty."""
    places = {word: place for place, word in enumerate(learned["words"])}
    found = np.zeros((len(cells), len(places)), np.float32)
    for row, cell in enumerate(cells.tolist()):
        found[row, [places[word] for word in _told(cell) if word in places]] = 1
    if not learned["indicator"]:
        return found
    empty = missing_in(cells).astype(np.float32)
    return np.concatenate([found, empty[:, np.newaxis]], axis=1)


def _told(cell: str) -> set[str]:
    return set() if cell in MISSING else set(words_of(cell))
