"""Rows written as JSON: an object on each line, or a list of objects, their keys as columns."""

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
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
_WRAP = re.compile(r"\{[^{}\[\]]{0,2000}\[\s*(?=\{)")


@dataclass(frozen=True)
class Objects(Dialect):
    """How JSON objects become rows: a key is a column, what is no text is written as JSON."""

    is_wrapped: bool = False
    """Whether they stand in a list within an object: {"version": 1, "data": [{…}, {…}]}."""

    def cells(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Yield the cells of each object in the order of the names; one for what is no object."""
        for found in _objects(lines, is_wrapped=self.is_wrapped):
            yield [cell_of(found.get(name)) for name in self.names] if found else ["?"]


def objects_in(text: str) -> Objects | None:
    """Return how the JSON objects at the beginning of a file become rows, None if it has none."""
    start = text.lstrip()
    if not start.startswith("{") and not start[1:].lstrip().startswith("{"):
        return None
    lines = start.splitlines(keepends=True)
    is_wrapped = _WRAP.match(start) is not None and not _is_first_of_many(lines)
    known: list[dict[str, Any]] = []
    for found in itertools.islice(_objects(lines, is_wrapped=is_wrapped), _SEEN):
        if found is None:
            break
        known.append(found)
    names = dict.fromkeys(name for found in known for name in found)
    if len(names) < 2 or (len(known) == 1 and any(map(_is_column, known[0].values()))):
        return None
    return Objects("", quoted=False, header=False, names=tuple(names), is_wrapped=is_wrapped)


def _is_column(value: Any) -> bool:
    """Return whether a value holds several, as each key of a table written column by column."""
    return isinstance(value, list | dict) and len(value) > 1


def _is_first_of_many(lines: Sequence[str]) -> bool:
    """Return whether the first line is a whole object, and others follow."""
    try:
        _DECODER.raw_decode(lines[0])
    except (ValueError, RecursionError):
        return False
    return len(lines) > 1


def _objects(lines: Iterable[str], *, is_wrapped: bool) -> Iterator[dict[str, Any] | None]:
    """Yield every object, None for lines that neither are one nor go on with one."""
    rest, count = "", 0
    ends = f"{_ENDS}}}" if is_wrapped else _ENDS
    for line in lines:
        rest, count = f"{rest}{line}".lstrip(_BETWEEN), count + 1
        if is_wrapped and (wrap := _WRAP.match(rest)):
            rest, is_wrapped = rest[wrap.end() :], False
        if is_wrapped:
            continue
        while rest.startswith("{") and line.rstrip(_ENDS).endswith("}"):
            try:
                found, end = _DECODER.raw_decode(rest)
            except (ValueError, RecursionError):
                break
            yield _unfolded(found)
            rest, count = rest[end:].lstrip(_BETWEEN), 0
        is_open = rest.startswith("{") and count < _MOST_LINES and len(rest) < _MOST_CHARACTERS
        if not is_open:
            if rest.strip(ends):
                yield None
            rest, count = "", 0


def _unfolded(found: dict[str, Any]) -> dict[str, Any]:
    """Return what an object is about: of one that holds another and nothing else, that one."""
    inner = next(iter(found.values())) if len(found) == 1 else None
    return inner if isinstance(inner, dict) else found


def cell_of(value: Any) -> str:
    """Return a value as a cell; halves of characters, which JSON can spell, become U+FFFD."""
    if value is None:
        return ""
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return said.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
