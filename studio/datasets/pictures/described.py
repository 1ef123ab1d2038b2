"""Tables of pictures that are written as one JSON object.

They are lists of pictures and of annotations on them, as those of COCO (Lin et al. 2014) and
iNaturalist, or objects with the name of each file as a key.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from studio.datasets.places import unreadable
from studio.datasets.reading.grid import Grid
from studio.datasets.reading.objects import cell_of

_HEAD = 2**16
_MOST_BYTES = 2**25
_SMALL, _SPARSE = 2**20, 8
"""A larger file has so many bytes a comma at least: each value takes memory."""
_NAMES = ("file_name", "filename", "file", "name", "path")


def described_in(path: Path) -> Grid | None:
    """Return the file and what is said of it, row by row; None for a file of another form.

    Raises FileError if the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
            if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
                return None
            content = head + stream.read(_MOST_BYTES)
    except OSError as error:
        raise unreadable(path, error) from error
    is_dense = len(content) > _SMALL and content.count(b",") * _SPARSE > len(content)
    if len(content) > _MOST_BYTES or is_dense:
        return None
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    images, notes = found.get("images"), found.get("annotations")
    if isinstance(images, list) and isinstance(notes, list):
        return _of_lists(images, notes, found.get("categories"))
    return _of_keys(found)


def _of_lists(images: Iterable[Any], notes: Iterable[Any], categories: Any) -> Grid | None:
    """Return the rows of annotations: the file, and the sentence or the class that each has."""
    files = _by_id(images, _NAMES)
    classes = _by_id(categories if isinstance(categories, list) else (), ("name",))
    word = "caption" if any(isinstance(one, dict) and "caption" in one for one in notes) else ""
    rows = [
        (files.get(str(one.get("image_id")), ""), _said(one, word, classes))
        for one in notes
        if isinstance(one, dict)
    ]
    return _grid(("file", word or "class"), rows)


def _said(note: Mapping[str, Any], word: str, classes: Mapping[str, str]) -> str:
    if word:
        return cell_of(note.get(word))
    number = cell_of(note.get("category_id"))
    return classes.get(number, number)


def _by_id(items: Iterable[Any], names: Sequence[str]) -> dict[str, str]:
    """Return the first of some fields by the id of what has it."""
    return {
        str(item["id"]): next((cell_of(item[name]) for name in names if name in item), "")
        for item in items
        if isinstance(item, dict) and "id" in item
    }


def _of_keys(found: Mapping[str, Any]) -> Grid | None:
    """Return a row for each key: with the value, or with the fields of the object it leads to."""
    fields = [value if isinstance(value, dict) else {"label": value} for value in found.values()]
    names = tuple(dict.fromkeys(name for one in fields for name in one))
    if not names or len(fields) < len(names):
        return None
    cells = ([cell_of(one.get(name)) for name in names] for one in fields)
    return _grid(("file", *names), [(key, *row) for key, row in zip(found, cells, strict=True)])


def _grid(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Grid | None:
    """Return a table whose rows are numbered from 1."""
    text: Any = np.dtypes.StringDType()
    if not rows or len(set(names)) < len(names):
        return None
    columns = tuple(np.array(column, dtype=text) for column in zip(*rows, strict=True))
    return Grid(tuple(names), columns, np.arange(1, len(rows) + 1))
