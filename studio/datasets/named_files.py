"""Which files of a folder are meant by the names that tables and lists give them."""

import itertools
import re
from collections import defaultdict
from collections.abc import Sequence

from studio.datasets.listing import Listed
from studio.datasets.parting import part_of

_COUNTED = re.compile(r"(\.\w{3,4})#\d+$")
"""What numbers the sentences on one picture, as in 1000268201.jpg#0."""


class Names:
    """Finds the file that a cell names: by path, by file name, without ending or capitals."""

    def __init__(self, files: Sequence[Listed]) -> None:
        self._by_path = {file.name: file for file in files}
        self._by_tail: dict[str, list[Listed]] = defaultdict(list)
        self._by_look: dict[str, list[Listed]] = defaultdict(list)
        for file in files:
            tail = file.name.rsplit("/", 1)[-1]
            for word in {tail, tail.rsplit(".", 1)[0]}:
                self._by_tail[word].append(file)
                self._by_look[word.casefold()].append(file)

    def find(self, cell: str, table: str) -> Listed | None:
        """Return the file that a cell of a table names, None if there is no such one.

        Of several with one name, it is the one in the folders that the cell says, or in the part
        that the table's name speaks of.
        """
        folder, _slash, tail = table.rpartition("/")
        word = _COUNTED.sub(r"\1", cell.strip().replace("\\", "/").removeprefix("./"))
        beside = f"{folder}/{word}" if folder else word
        if found := self._by_path.get(beside) or self._by_path.get(word):
            return found
        name = word.rsplit("/", 1)[-1]
        some = self._by_tail.get(name) or self._by_look.get(name.casefold(), [])
        if len(some) > 1:
            said = word.split("/")[:-1]
            most = max(_agreeing(file.folders, said) for file in some)
            some = [file for file in some if _agreeing(file.folders, said) == most]
        if len(some) > 1 and (part := part_of(tail)):
            some = [file for file in some if part in map(part_of, file.folders)]
        return some[0] if len(some) == 1 else None


def _agreeing(folders: Sequence[str], said: Sequence[str]) -> int:
    """Return how many of the innermost folders are the same."""
    pairs = zip(reversed(folders), reversed(said), strict=False)
    return sum(1 for _pair in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
