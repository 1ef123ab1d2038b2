"""How samples that lie in a mapped file are read by their numbers, whatever becomes of the file.

A program that looks into a mapping after somebody cut the file is ended by the system, and whatever
it looked at counts as its memory. A file that is read merely says that something is missing.
"""

import math
import mmap
import os
import threading
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array
from studio.errors import FileError
from studio.wording import _

_PIECE = 128
"""Samples that are looked at at once; few enough to stay in the cache of a processor."""


class Stored:
    """Samples in a file, which stays open: who removes it takes nothing away."""

    def __init__(self, path: Path, offset: int, shape: Sequence[int], dtype: npt.DTypeLike) -> None:
        """Open a file that holds samples of one kind from a place on.

        Raises FileError if it is not there or too short.
        """
        self.shape = tuple(shape)
        """[samples, *axes]"""
        self.dtype: np.dtype[np.generic] = np.dtype(dtype)
        self._path, self._offset = path, offset
        self._each = math.prod(self.shape[1:]) * self.dtype.itemsize
        self._turn = threading.Lock()
        try:
            self._stream = path.open("rb", buffering=0)
            size = os.fstat(self._stream.fileno()).st_size
        except OSError as error:
            raise self._gone() from error
        weakref.finalize(self, self._stream.close)
        if size < offset + self.bytes:
            raise self._gone()

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def bytes(self) -> int:
        """What all samples take."""
        return len(self) * self._each

    def none(self) -> Array:
        """Return no samples [0, *axes] of the same kind."""
        return np.empty((0, *self.shape[1:]), self.dtype)

    def read(self, rows: Sequence[int], into: Array) -> None:
        """Fill `into` [rows, *axes] with samples by their numbers; from any thread.

        Raises FileError if they cannot be read any more.
        """
        view = into.reshape(-1).view(np.uint8).data
        for first, place, count in _runs(rows):
            piece = view[place * self._each : (place + count) * self._each]
            try:
                found = self._read(piece, self._offset + first * self._each)
            except OSError as error:
                raise self._gone() from error
            if found != len(piece):
                raise self._gone()

    def _read(self, piece: memoryview, place: int) -> int:
        if hasattr(os, "preadv"):
            return os.preadv(self._stream.fileno(), [piece], place)
        with self._turn:
            self._stream.seek(place)
            return self._stream.readinto(piece) or 0

    def _gone(self) -> FileError:
        return FileError(
            _(
                "The prepared samples in {path} are not there any more, or only a part of them."
            ).format(path=self._path),
            _("Start again: they are prepared anew."),
        )


def stored(values: Array) -> Stored | None:
    """Return how samples of a mapped file are read, None for an array that is none.

    Raises FileError if the file is not there any more.
    """
    base: object = values.base  # a view of a mapping has that as its base
    if not isinstance(values, np.memmap) or not isinstance(base, mmap.mmap):
        return None
    if values.ndim < 2 or not values.flags.c_contiguous or not values.filename:
        return None
    return Stored(Path(values.filename), values.offset, values.shape, values.dtype)


def pieces(values: Array, rows: npt.NDArray[np.int64]) -> Iterator[Array]:
    """Yield samples by their numbers, a few at a time; those in a mapped file are read.

    Raises FileError if they cannot be read any more.
    """
    file = stored(values)
    for start in range(0, len(rows), _PIECE):
        some = rows[start : start + _PIECE]
        if file is None:
            yield values[some]
            continue
        found = np.empty((len(some), *file.shape[1:]), file.dtype)
        file.read(some.tolist(), found)
        yield found


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield where neighbors lie that are asked for one after the other: number, place, count."""
    start = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or rows[place] != rows[place - 1] + 1:
            yield rows[start], start, place - start
            start = place
