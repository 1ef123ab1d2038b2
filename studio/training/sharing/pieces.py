"""Which samples of a batch are the share of one process."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Piece:
    """Neighboring samples of a batch that one process computes at once."""

    start: int
    stop: int
    is_idle: bool = False
    """Whether there are fewer samples than processes, so that this one's counts for nothing."""

    def __len__(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True)
class Cutting:
    """Cuts batches into parts, as many as the plan asks for, and each part into shares.

    The shares of one part together are the part that a single process would compute, so that what
    is normalized over a batch is normalized over the same samples.
    """

    rank: int
    size: int
    parts: int = 1
    least: int = 1
    """How many samples a part needs."""

    def pieces(self, samples: int) -> tuple[Piece, ...]:
        """Return the share of this process in a batch: one piece of every part."""
        parts = max(1, min(self.parts, samples // self.least))
        return tuple(self._piece(*_bounds(0, samples, parts, part)) for part in range(parts))

    def share(self, batch: Tensor) -> Tensor:
        """Return the samples [share, …] that this process computes, idle ones too."""
        return _joined([batch[piece.start : piece.stop] for piece in self.pieces(len(batch))])

    def own(self, batch: Tensor) -> Tensor:
        """Return the samples that only this process counts; there may be none."""
        pieces = [piece for piece in self.pieces(len(batch)) if not piece.is_idle]
        return _joined([batch[piece.start : piece.stop] for piece in pieces] or [batch[:0]])

    def _piece(self, start: int, stop: int) -> Piece:
        first, last = _bounds(start, stop - start, self.size, self.rank)
        return Piece(first, last) if first < last else Piece(start, start + 1, is_idle=True)


def _bounds(start: int, length: int, count: int, index: int) -> tuple[int, int]:
    """Return where one of `count` nearly equal parts begins and ends; the first are larger."""
    each, more = divmod(length, count)
    first = start + index * each + min(index, more)
    return first, first + each + (index < more)


def _joined(found: Sequence[Tensor]) -> Tensor:
    return found[0] if len(found) == 1 else torch.cat(list(found))
