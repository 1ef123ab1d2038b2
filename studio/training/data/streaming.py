"""How samples that do not fit on the device are brought there batch by batch."""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from studio.datasets.stored import Stored
from studio.errors import FileError, TrainingError
from studio.training.data.ahead import Ahead
from studio.training.data.room import Rooms

_SLOTS = 4
"""Pieces of memory through which batches go to a GPU: one in use, two filled, one on its way."""
_AT_ONCE = 1024
"""Samples that are read at once where all of them are."""


class SamplesGoneError(TrainingError):
    """Samples cannot be read any more."""


class Streamed:
    """Samples that stay in their file, or in the memory of the computer."""

    def __init__(self, source: Stored | Tensor, device: torch.device) -> None:
        self._source = source
        self.device = device
        """Where they are wanted."""
        self.none = torch.from_numpy(source.none()) if isinstance(source, Stored) else source[:0]
        """[0, *axes]: what kind of samples they are."""

    def __len__(self) -> int:
        return len(self._source)

    @property
    def bytes(self) -> int:
        """What all samples take."""
        return len(self) * self.none.shape[1:].numel() * self.none.element_size()

    @property
    def is_in_file(self) -> bool:
        """Whether samples are read from a file."""
        return isinstance(self._source, Stored)

    def to(self, device: torch.device) -> "Streamed":
        """Return the same for another device."""
        return Streamed(self._source, device)

    def whole(self) -> Tensor:
        """Return all samples on the device; raises SamplesGoneError if they cannot be read."""
        found = self._room(len(self), device=self.device)
        for start in range(0, len(self), _AT_ONCE):
            piece = found[start : start + _AT_ONCE]
            piece.copy_(self.read(torch.arange(start, start + len(piece))))
        return found

    def taken(self, rows: Tensor) -> Tensor:
        """Return samples by their numbers on the device; waits for both.

        Raises SamplesGoneError if they cannot be read any more.
        """
        return self.read(rows.cpu()).to(self.device)

    def read(self, rows: Tensor, into: Tensor | None = None) -> Tensor:
        """Return samples in the memory of the computer, where `rows` lie too; as `taken` else.

        They lie at the beginning of `into` if that is given.
        """
        into = self._room(len(rows)) if into is None else into[: len(rows)]
        if isinstance(self._source, Tensor):
            return torch.index_select(self._source, 0, rows, out=into)
        try:
            self._source.read(rows.tolist(), into.numpy())
        except FileError as error:
            raise SamplesGoneError(error.problem, error.remedy) from error
        return into

    def ahead(self, batches: Sequence[Tensor]) -> Callable[[int], Tensor]:
        """Return what gives the samples of a batch on the device, read before it is asked.

        `batches` are the numbers of the samples of each, in the memory of the computer.
        """
        if self.device.type == "cpu":
            return Ahead(partial(self._begun, Rooms(), batches), len(batches)).__getitem__
        return Carried(self, batches)

    def _begun(self, rooms: Rooms, batches: Sequence[Tensor], place: int) -> Callable[[], Tensor]:
        shape = (len(batches[place]), *self.none.shape[1:])
        return partial(self.read, batches[place], rooms.room(shape, self.none.dtype))

    def slots(self, samples: int) -> list[Tensor]:
        """Return pieces of memory from which a GPU copies by itself, each for some samples."""
        pinned = torch.cuda.is_available()
        return [self._room(samples, pin_memory=pinned) for _slot in range(_SLOTS)]

    def _room(
        self, samples: int, device: torch.device | None = None, *, pin_memory: bool = False
    ) -> Tensor:
        shape = (samples, *self.none.shape[1:])
        return torch.empty(shape, dtype=self.none.dtype, device=device, pin_memory=pin_memory)


class Carried:
    """Batches that go to a GPU through memory from which it copies while steps are computed."""

    def __init__(self, streamed: Streamed, batches: Sequence[Tensor]) -> None:
        slots = streamed.slots(max(map(len, batches), default=0))
        left = [torch.cuda.Event() for _slot in slots]  # type: ignore[no-untyped-call]

        def begun(place: int) -> Callable[[], Tensor]:
            left[place % _SLOTS].synchronize()  # the batch that lay there has to have left
            return partial(streamed.read, batches[place], slots[place % _SLOTS])

        self._device, self._left = streamed.device, left
        self._ahead = Ahead(begun, len(batches))

    def __call__(self, place: int) -> Tensor:
        """Return the samples of a batch; the processor does not wait for the copy."""
        found = self._ahead[place].to(self._device, non_blocking=True)
        self._left[place % _SLOTS].record()
        return found
