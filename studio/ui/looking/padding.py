"""Which steps of a sequence say something: what only fills up is not worth its room."""

from collections.abc import Sequence


def saying(words: Sequence[str], steps: int) -> slice:
    """Return the steps from the first word to the last; all of them where no words are known."""
    said = [at for at, word in enumerate(words) if word]
    if not said or len(words) != steps:
        return slice(0, steps)
    return slice(said[0], said[-1] + 1)
