"""What files of lines are called that are a class each, or the parts of one long text."""

import re
from collections.abc import Sequence
from pathlib import Path

from studio.datasets.parting import PARTS, part_of

_PART = "|".join(map(re.escape, PARTS))
_BESIDE = re.compile(rf"(?:^|[\W_]+)(?:{_PART})$|^(?:{_PART})[\W_]+", re.IGNORECASE)
"""The word for a part at the beginning or the end of a piece of a name."""


def kinds_of(names: Sequence[str]) -> list[str]:
    """Return what tells files apart by their names: pieces between dots that not all have.

    They are pos of rt-polarity.pos beside rt-polarity.neg; words for parts do not count.
    """
    pieces = [[_BESIDE.sub("", piece) for piece in name.split(".")] for name in names]
    shared = set.intersection(*map(set, pieces)) | {""} if pieces else set()
    return [".".join(piece for piece in some if piece not in shared) for some in pieces]


def parts_of_one(files: Sequence[Path]) -> dict[str, Path]:
    """Return the files of one text by their part, nothing where they are something else."""
    parts = {part_of(file.name): file for file in files}
    is_one = "train" in parts and "" not in parts and 1 < len(parts) == len(files)
    return parts if is_one and len(set(kinds_of([file.name for file in files]))) == 1 else {}
