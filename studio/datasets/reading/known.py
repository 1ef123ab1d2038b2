"""What is remembered of files that were read, so that facts are there at once."""

import json
from pathlib import Path

from studio.datasets.dataset import Dataset, Facts
from studio.datasets.source import Source, source_json

_MOST = 32
_known: dict[str, Facts] = {}


def facts_of(source: Source, place: Path) -> Facts:
    """Return the facts of a source whose file or folder is `place`, reading it if need be.

    Raises DataError or FileError for what cannot be read.
    """
    key = _key(source, place)
    if key not in _known:
        remember(source, place, source.load())
    return _known[key]


def remember(source: Source, place: Path, dataset: Dataset) -> None:
    """Keep the facts of what was read."""
    while len(_known) >= _MOST:
        _known.pop(next(iter(_known)))
    _known[_key(source, place)] = dataset.facts


def _key(source: Source, place: Path) -> str:
    try:
        found = place.stat()
        stamp = (found.st_size, found.st_mtime_ns)
    except OSError:
        stamp = (-1, -1)
    return json.dumps([source_json(source), str(place), stamp], sort_keys=True, default=str)
