"""Lists that say which files validate and test, one name a line, as testing_list.txt does."""

from collections.abc import Sequence
from pathlib import Path

from studio.datasets.arranging import Placed
from studio.datasets.listing import Listed
from studio.datasets.named_files import Names
from studio.datasets.parting import part_of
from studio.datasets.reading.grid import opened
from studio.errors import FileError

_LARGEST = 16 * 2**20
_MOST_LISTS = 8
_ENOUGH = 0.9
"""Share of the lines of a list that name files which are there."""


def with_listed_parts(
    root: Path, placed: Sequence[Placed], others: Sequence[Listed]
) -> list[Placed]:
    """Return the files with the part that a list among `others` says, where folders say none.

    What is in no list trains.
    """
    lists = [file for file in others if part_of(file.name) and 0 < file.size <= _LARGEST]
    if any(one.part for one in placed) or not lists:
        return list(placed)
    names = Names([one.file for one in placed])
    parts: dict[Listed, str] = {}
    for file in lists[:_MOST_LISTS]:
        parts |= dict.fromkeys(_named(root, file, names), part_of(file.name))
    if not set(parts.values()) - {"train"}:
        return list(placed)
    return [Placed(one.file, one.label, parts.get(one.file, "train")) for one in placed]


def _named(root: Path, file: Listed, names: Names) -> list[Listed]:
    """Return the files that a list names, none where it is no such list."""
    try:
        with opened(root / file.name) as stream:
            lines = [line.strip() for line in stream if line.strip()]
    except FileError:
        return []
    found = [one for line in lines if (one := names.find(line, file.name)) is not None]
    return found if found and len(found) >= _ENOUGH * len(lines) else []
