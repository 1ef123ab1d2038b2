"""The physical lines of a text file: numbered, capped, without zero bytes, and cancelled soon."""

from collections.abc import Iterator
from typing import TextIO

from studio.datasets.reading.faults import Faults
from studio.datasets.watching import Watch

MOST_CHARACTERS = 10 * 2**20
"""A longer line is left out."""
MOST_HELD = 1000
"""How many lines one record may span, and how many characters, before its quote counts as open."""
MOST_HELD_CHARACTERS = 2**20


class OpenQuoteError(Exception):
    """A record goes on for too long."""


class Lines:
    """An iterator over lines that remembers those it gave since `release` and takes some back."""

    def __init__(self, stream: TextIO, faults: Faults, watch: Watch | None, size: int) -> None:
        self.faults = faults
        self.number = 0
        """Of the line given last, counted from 1."""
        self.held: list[str] = []
        self._held_characters = 0
        self._stream, self._watch, self._size = stream, watch, size
        self._read = self._seen = 0
        self._back: list[str] = []
        """Lines taken back, the next one last."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.pop() if self._back else self._fresh()
        if not line:
            raise StopIteration
        self.number += 1
        self.held.append(line)
        if len(self.held) > 1:
            self._held_characters += len(line)
            if len(self.held) > MOST_HELD or self._held_characters > MOST_HELD_CHARACTERS:
                raise OpenQuoteError
        return line

    def release(self) -> None:
        """Forget the lines given; the record they make is whole."""
        self.held.clear()
        self._held_characters = 0

    def take_back(self) -> None:
        """Take back all lines given since `release` but the first, to be given once more."""
        again = self.held[1:]
        self.number -= len(again)
        self._back.extend(reversed(again))
        self.release()

    def _fresh(self) -> str:
        line = self._stream.readline(MOST_CHARACTERS)
        self._read += len(line)
        self._seen += 1
        if self._watch is not None and not self._seen % 1024:
            self._watch.tell(min(self._read, self._size), self._size)
        if len(line) == MOST_CHARACTERS and not line.endswith("\n"):
            return self._skipped()
        if "\0" in line or "\ufffd" in line:
            self._note(line)
            line = line.replace("\0", "") or "\n"
        return line

    def _note(self, line: str) -> None:
        number = self.number + 1
        if "\0" in line:
            self.faults.add("nul", number)
        if "\ufffd" in line:
            self.faults.add("encoding", number)

    def _skipped(self) -> str:
        """Pass over the rest of a line that is too long; an empty one stands for it."""
        self.faults.add("long_line", self.number + 1)
        while (part := self._stream.readline(MOST_CHARACTERS)) and not part.endswith("\n"):
            self._read += len(part)
            if self._watch is not None:
                self._watch.tell(min(self._read, self._size), self._size)
        return "\n"
