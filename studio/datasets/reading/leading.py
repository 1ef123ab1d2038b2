"""Texts that each stand on a line behind their class: __label__sports A late goal …, 1 A dull film.

Format of the first kind: fastText (Joulin et al. 2017).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from studio.datasets.reading.dialect import Dialect, is_number

_MARK = "__label__"
_FEWEST = 20
"""Lines from which on the first words may be classes, which are met ten times each."""
_TIMES = 10


@dataclass(frozen=True)
class Leading(Dialect):
    """How lines become a class and a text: the first word, without the mark of fastText."""

    names: tuple[str, ...] = ("label", "text")

    def cells(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Yield class and text of each line; of several marked classes, the first."""
        for line in lines:
            label, _blank, text = line.strip().partition(" ")
            while text.startswith(_MARK):
                _more, _blank, text = text.partition(" ")
            yield [label.removeprefix(_MARK), text.strip()]


def marked_in(text: str) -> Leading | None:
    """Return how lines become classes and texts where nearly all begin with __label__."""
    lines = _lines(text)
    marked = sum(line.startswith(_MARK) for line in lines)
    return _LEADING if marked and marked >= 0.95 * len(lines) else None


def leading_in(text: str) -> Leading | None:
    """Return how lines become classes and texts where a few first words look like classes.

    They are whole numbers, or words that no text says.
    """
    pairs = [line.partition(" ")[::2] for line in _lines(text)]
    labels = {label for label, _text in pairs}
    if len(pairs) < _FEWEST or not 1 < len(labels) <= len(pairs) / _TIMES:
        return None
    if not all(map(_is_worded, (said for _label, said in pairs))):
        return None
    words = {word for _label, said in pairs for word in said.split()}
    return _LEADING if all(map(str.isdecimal, labels)) or not labels & words else None


_LEADING = Leading("", quoted=False, header=False)


def _lines(text: str) -> Sequence[str]:
    return [line.strip() for line in text.split("\n")[:1000] if line.strip()]


def _is_worded(said: str) -> bool:
    words = said.split()
    return len(words) > 1 and sum(map(is_number, words)) * 2 < len(words)
