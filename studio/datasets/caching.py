"""Where prepared pixels lie between two openings of the same data: files that are mapped, not read.

A file holds the samples one after the other, then a JSON object that describes them, its length as
eight little-endian bytes, and eight bytes that name the format.
"""

import contextlib
import hashlib
import json
import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from studio.datasets.dataset import Array
from studio.paths import home
from studio.storage import check_of, replacing

MOST_BYTES = 16 * 2**30
"""What all files take together; the ones unused for longest go first."""
_MAGIC = b"LWPIXEL1"
_SUFFIX = ".pixels"
_MOST_WORDS = 512 * 2**20


def cache_folder() -> Path:
    """Return the folder of the prepared pixels; all in it can be made again."""
    return home() / "cache"


def cache_key(*parts: Any) -> str:
    """Return the name under which what JSON `parts` describe is kept."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def kept(key: str) -> tuple[Array, dict[str, Any]] | None:
    """Return mapped pixels [samples, ...] and their description, None if they are not whole."""
    path = cache_folder() / (key + _SUFFIX)
    try:
        with path.open("rb") as stream:
            described = _described(stream, path.stat().st_size)
        if described is None or described.get("key") != key:
            return None
        shape = tuple(described["shape"])
        if not math.prod(shape):
            return np.zeros(shape, np.uint8), described["about"]
        pixels = np.memmap(path, dtype=np.uint8, mode="r", shape=shape)
        with contextlib.suppress(OSError):
            os.utime(path)  # it was used just now
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return pixels, described["about"]


class Keeping:
    """Takes samples in order, and at last what describes them."""

    def __init__(self, stream: BinaryIO, key: str) -> None:
        self._stream, self._key = stream, key
        self._samples = 0

    def add(self, pixels: Array) -> None:
        """Append one sample of uint8."""
        self._stream.write(np.ascontiguousarray(pixels).data)
        self._samples += 1

    def finish(self, sample: tuple[int, ...], about: Mapping[str, Any]) -> None:
        """Write what describes the samples, all of shape `sample`."""
        values = {"key": self._key, "shape": [self._samples, *sample], "about": dict(about)}
        words = json.dumps({**values, "check": check_of(values)}, sort_keys=True).encode()
        self._stream.write(words + len(words).to_bytes(8, "little") + _MAGIC)


@contextlib.contextmanager
def keeping(key: str, size: int) -> Iterator[Keeping]:
    """Yield what takes the samples; they are kept when it is left without an error.

    Raises FileError if the folder cannot be written to or the disk is full; `size` are the bytes
    to come.
    """
    _make_room(size)
    with replacing(cache_folder() / (key + _SUFFIX), lasting=False, size=size) as stream:
        yield Keeping(stream, key)


def _described(stream: BinaryIO, size: int) -> dict[str, Any] | None:
    """Return the description at the end of a file if it fits its length and its own check."""
    stream.seek(max(0, size - 16))
    end = stream.read(16)
    words = int.from_bytes(end[:8], "little")
    if end[8:] != _MAGIC or not 0 < words <= min(size - 16, _MOST_WORDS):
        return None
    stream.seek(size - 16 - words)
    values = json.loads(stream.read(words))
    if not isinstance(values, dict) or values.pop("check", None) != check_of(values):
        return None
    return values if math.prod(values["shape"]) == size - 16 - words else None


def _make_room(size: int) -> None:
    """Remove the files unused for longest until `size` more bytes fit."""
    found = []
    with contextlib.suppress(OSError):
        for path in cache_folder().glob("*" + _SUFFIX):
            with contextlib.suppress(OSError):
                stat = path.stat()
                found.append((stat.st_mtime_ns, stat.st_size, path))
    total = size + sum(one for _used, one, _path in found)
    for _used, one, path in sorted(found):
        if total <= MOST_BYTES:
            return
        with contextlib.suppress(OSError):  # somebody else removed it, or has it open
            path.unlink()
            total -= one
