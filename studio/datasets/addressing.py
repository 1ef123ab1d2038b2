"""Which new samples somebody names with one word: a file, those of a folder, lines of a text."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from studio.datasets.listing import Listed, Listing, listed
from studio.datasets.naming import shown
from studio.datasets.reading.grid import opened
from studio.errors import DataError
from studio.wording import _


def is_file(word: str) -> bool:
    """Return whether a word is the name of a file; a text may be too long to be one."""
    try:
        return Path(word).is_file()
    except (OSError, ValueError):
        return False


def files_in(word: str, wanted: Callable[[Listing], Iterable[Listed]]) -> Sequence[str]:
    """Return the wanted files of a folder, or the word itself where it is none.

    Raises DataError for a folder without such a file.
    """
    root = Path(word)
    if not root.is_dir():
        return (word,)
    files = [str(root / file.name) for file in wanted(listed(root))]
    if not files:
        raise DataError(_("{folder} holds nothing to predict.").format(folder=shown(word)))
    return files


def lines_in(word: str, encoding: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return what the lines of a text file are called, and what they say; else the word itself.

    Empty lines are left out. Raises FileError for what is no text, DataError for an empty one.
    """
    if not is_file(word):
        return (word,), (word,)
    with opened(Path(word), encoding) as stream:
        lines = {f"{word}:{number}": line for number, line in enumerate(stream, 1) if line.strip()}
    if not lines:
        raise DataError(_("{path} is empty.").format(path=shown(word)))
    return tuple(lines), [line.rstrip("\r\n") for line in lines.values()]
