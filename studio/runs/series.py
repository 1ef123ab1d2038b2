"""A table of numbers that only grows, in which older views stay valid while it does."""

from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.float64]


class _Store:
    """Memory that several lengths of the same series share."""

    def __init__(self, columns: int, room: int) -> None:
        self.rows = np.empty((room, columns))
        self.used = 0


class Series:
    """Rows of numbers as a value: `extended` answers with a longer one at amortized constant cost.

    Two continuations of the same series are kept apart by copying; the usual single one is not
    copied.
    """

    def __init__(self, columns: int, store: _Store | None = None, length: int = 0) -> None:
        self._store = store or _Store(columns, 64)
        self._length = length

    def __len__(self) -> int:
        return self._length

    @property
    def columns(self) -> int:
        """How many numbers a row has."""
        return self._store.rows.shape[1]

    @property
    def table(self) -> Table:
        """All rows as a read-only view, [rows, columns]."""
        view = self._store.rows[: self._length]
        view.flags.writeable = False
        return view

    def extended(self, rows: Sequence[Sequence[float]] | Table) -> Self:
        """Return the series with more rows at its end."""
        if not len(rows):
            return self
        length = self._length + len(rows)
        store = self._store
        if store.used != self._length or length > len(store.rows):
            store = _Store(self.columns, max(64, 2 * length))
            store.rows[: self._length] = self._store.rows[: self._length]
        store.rows[self._length : length] = rows
        store.used = length
        return type(self)(self.columns, store, length)

    def cut(self, length: int) -> Self:
        """Return the series with only its first rows."""
        return type(self)(self.columns, self._store, min(length, self._length))
