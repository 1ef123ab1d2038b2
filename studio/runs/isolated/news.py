"""How the process of a run tells its news without ever waiting for whoever reads them."""

import json
import os
import threading
from collections import deque
from typing import Any

_LARGEST = 8 << 20
"""Bytes that may wait for a reader; who reads no faster reads the log instead."""

_APART_S = 0.1
"""Between two writings; each wakes threads on both sides, which a training on all cores feels."""

DROPPED: dict[str, Any] = {"dropped": True}
"""What comes after the last event that was told; all later ones are in the log only."""


class Teller:
    """Writes lines to a pipe on a thread of its own, ten times a second.

    A reader that falls too far behind gets no more events. Heartbeats and refusals never pile up:
    only the latest of each waits.
    """

    def __init__(self, pipe: int, largest: int = _LARGEST) -> None:
        self._pipe, self._largest = pipe, largest
        self._turn = threading.Condition()
        self._lines: deque[bytes] = deque()
        self._latest: dict[str, bytes] = {}
        self._size = 0
        self._dropped = self._hushed = self._done = False
        self._last_call = threading.Event()
        self._thread = threading.Thread(target=self._write_all, name="news", daemon=True)
        self._thread.start()

    def event(self, line: str) -> None:
        """Tell an event, if events are still told."""
        with self._turn:
            if self._dropped:
                return
            if self._size > self._largest:
                self._lines.clear()
                self._size = 0
                self._dropped = True
                line = json.dumps(DROPPED)
            self._add(line.encode() + b"\n")

    def tell(self, kind: str, value: object) -> None:
        """Tell something else; a newer value of a kind takes the place of one still waiting."""
        with self._turn:
            if not self._hushed:
                self._latest[kind] = json.dumps({kind: value}).encode() + b"\n"
                self._turn.notify()

    def hush(self) -> None:
        """Tell nothing any more; whoever read has turned away."""
        with self._turn:
            self._dropped = self._hushed = True
            self._lines.clear()
            self._latest.clear()
            self._end()

    def close(self, patience_s: float = 2.0) -> None:
        """Wait a little until everything is told."""
        with self._turn:
            self._end()
        self._thread.join(patience_s)

    def _add(self, line: bytes) -> None:
        self._lines.append(line)
        self._size += len(line)
        self._turn.notify()

    def _end(self) -> None:
        self._done = True
        self._last_call.set()
        self._turn.notify()

    def _write_all(self) -> None:
        while (content := self._next()) is not None:
            try:
                while content:
                    content = content[os.write(self._pipe, content) :]
            except OSError:  # nobody reads any more
                self.hush()
            self._last_call.wait(_APART_S)
        os.close(self._pipe)

    def _next(self) -> bytes | None:
        """Return what waits, events before the rest; None after the last of all."""
        with self._turn:
            while not (self._lines or self._latest or self._done):
                self._turn.wait()
            if not (self._lines or self._latest):
                return None
            content = b"".join([*self._lines, *self._latest.values()])
            self._lines.clear()
            self._latest.clear()
            self._size = 0
            return content
