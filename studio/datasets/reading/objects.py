"""Rows written as JSON: an object on each line, or a list of objects, their keys as columns."""

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from studio.datasets.reading.dialect import Dialect

_SEEN = 200
"""Objects that are looked at for the names of the columns."""
_BETWEEN = " \t\r\n,["
_ENDS = " \t\r\n,]"
_MOST_LINES = 200
"""Lines and characters of one object."""
_MOST_CHARACTERS = 2**19
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Objects(Dialect):
    """How JSON objects become rows: a key is a column, what is no text is written as JSON."""

    def cells(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Yield the cells of each object in the order of the names; one for what is no object."""
        for found in _objects(lines):
            yield [_cell(found.get(name)) for name in self.names] if found else ["?"]


def objects_in(text: str) -> Objects | None:
    """Return how the JSON objects at the beginning of a file become rows, None if it has none."""
    start = text.lstrip()
    if not start.startswith("{") and not start[1:].lstrip().startswith("{"):
        return None
    names: dict[str, None] = {}
    for found in itertools.islice(_objects(text.splitlines(keepends=True)), _SEEN):
        if found is None:
            break
        names |= dict.fromkeys(found)
    return Objects("", quoted=False, header=False, names=tuple(names)) if len(names) > 1 else None


def _objects(lines: Iterable[str]) -> Iterator[dict[str, Any] | None]:
    """Yield every object, None for lines that neither are one nor go on with one."""
    rest, count = "", 0
    for line in lines:
        rest, count = f"{rest}{line}".lstrip(_BETWEEN), count + 1
        while rest.startswith("{") and line.rstrip(_ENDS).endswith("}"):
            try:
                found, end = _DECODER.raw_decode(rest)
            except (ValueError, RecursionError):
                break
            yield found
            rest, count = rest[end:].lstrip(_BETWEEN), 0
        is_open = rest.startswith("{") and count < _MOST_LINES and len(rest) < _MOST_CHARACTERS
        if not is_open:
            if rest.strip(_ENDS):
                yield None
            rest, count = "", 0


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
