"""Sentences on pictures as ids of words: what was said so far, and the word that follows."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.datasets.writing import Writer

MARKS = ("<padding>", "<unknown>", "<start>", "<end>")
NOTHING = -100
"""The answer where a sentence is over: no loss is taken there."""
MOST_WORDS = 10_000
LONGEST = 40
_PADDING, _UNKNOWN, _START, _END = range(4)
_WORD = re.compile(r"\w+|[^\w\s]")

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Words:
    """The words that are known, by their id."""

    vocabulary: tuple[str, ...]
    length: int
    """How many ids a sentence has, the end included."""

    @classmethod
    def learned(cls, sentences: Iterable[str]) -> "Words":
        """Return the words that occur at least twice, the most frequent first."""
        split = [_words(sentence) for sentence in sentences]
        counts = Counter(word for words in split for word in words)
        often = sorted(
            (word for word, times in counts.items() if times > 1),
            key=lambda word: (-counts[word], word),
        )
        length = min(LONGEST, max(map(len, split), default=0)) + 1
        return cls((*MARKS, *often[: MOST_WORDS - len(MARKS)]), length)

    @property
    def writer(self) -> Writer:
        """How a sentence is written."""
        places = {word: place for place, word in enumerate(self.vocabulary)}
        return Writer(
            lambda text: [places.get(word, _UNKNOWN) for word in _words(text)],
            lambda ids: " ".join(self.vocabulary[number] for number in ids if number > _END),
            self.length,
            "caption",
            (_START,),
            _END,
        )

    def said(self, sentences: Sequence[str]) -> tuple[Ids, Ids]:
        """Return [sentences, length] the words so far, and the word that follows each of them."""
        places = {word: place for place, word in enumerate(self.vocabulary)}
        before = np.full((len(sentences), self.length), _PADDING, dtype=np.int64)
        after = np.full((len(sentences), self.length), NOTHING, dtype=np.int64)
        for row, sentence in enumerate(sentences):
            words = _words(sentence)[: self.length - 1]
            ids = [places.get(word, _UNKNOWN) for word in words]
            before[row, : len(ids) + 1] = [_START, *ids]
            after[row, : len(ids) + 1] = [*ids, _END]
        return before, after


def _words(sentence: str) -> list[str]:
    return _WORD.findall(sentence.casefold())
