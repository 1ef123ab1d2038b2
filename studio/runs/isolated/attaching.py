"""How a run that goes on in another process is found again: followed, steered, and its end told."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from studio.errors import FileError
from studio.runs.isolated.catching_up import LogTail, without_old_ends
from studio.runs.isolated.deaths import cause, ended_by_death, last_words, silence
from studio.runs.isolated.life import Living, living, require_living
from studio.runs.isolated.orders import Order, Reins, append_order
from studio.runs.isolated.patience import LIMIT_S, Patience
from studio.runs.isolated.process import dump, kill_group
from studio.training.control import Control
from studio.training.events import Ended, Event, StepDone

_LOOK_S = 0.05
_SETTLE_S = 1.0


def attached(run: Path, control: Control, *, patience_s: float = LIMIT_S) -> Iterator[Event]:
    """Yield what the log of a run holds, then what comes, until the run ends; orders are followed.

    After `control.leave()` the run goes on alone and the events just stop. A process that dies or
    hangs is told as by `isolated`. Raises TrainingError if no process writes the run.
    """
    life = require_living(run)
    if life.paused:
        control.pause()
    yield from _Follower(run, life, control, Patience(patience_s)).events()


class _Follower:
    """Reads the log of a run while another process writes it."""

    def __init__(self, run: Path, life: Living, control: Control, patience: Patience) -> None:
        self._run, self._control, self._patience = run, control, patience
        self._life: Living | None = life
        self._reins = Reins(control)
        self._orders: deque[Order] = deque()
        self._tail = LogTail(run)
        self._asked = threading.Event()
        self._last: StepDone | None = None
        self._ended = False
        control.call_on_news(self._asked.set)

    def events(self) -> Iterator[Event]:
        """Yield events until the run has ended or is left alone."""
        while not self._ended and not self._control.is_left:
            is_alive = self._is_alive()  # before the log is read: what it holds then is all
            for event in without_old_ends(self._tail.new()):
                yield self._counted(event)
            yield from self._looked_after(is_alive=is_alive)
        if self._ended:
            self._wait_for_the_process()

    def _looked_after(self, *, is_alive: bool) -> Iterator[Event]:
        """Pass orders on; tell the end of a process that cannot tell it."""
        if self._ended:
            return
        if not is_alive:
            yield self._counted(self._death())
        elif self._patience.wait():
            yield self._counted(self._given_up())
        else:
            self._steer()

    def _steer(self) -> None:
        """Pass on what is asked, once the disk takes it, and wait a moment for more."""
        self._orders += self._reins.orders()
        try:
            while self._orders:
                append_order(self._run, self._orders[0])
                self._orders.popleft()
        except FileError as error:
            self._control.refuse(str(error))
        self._asked.wait(_LOOK_S)
        self._asked.clear()

    def _is_alive(self) -> bool:
        before, self._life = self._life, living(self._run)
        if self._life is None or not self._life.is_alive:
            return False
        if before is None or before.beat != self._life.beat:
            self._patience.heard()
        if before is None or before.refusal != self._life.refusal:
            self._control.refuse(self._life.refusal)
        return True

    def _counted(self, event: Event) -> Event:
        self._patience.follow(event)
        self._last = event if isinstance(event, StepDone) else self._last
        self._ended = isinstance(event, Ended)
        return event

    def _death(self) -> Ended:
        return ended_by_death(self._run, cause(None, complaint=last_words(self._run)), self._last)

    def _given_up(self) -> Ended:
        """End a process that does not answer, if it is on this computer."""
        if self._life is not None and self._life.is_here:
            dump(self._life.pid)
            self._asked.wait(_SETTLE_S)
            kill_group(self._life.pid)
        return ended_by_death(self._run, silence(self._patience.silent_s), self._last)

    def _wait_for_the_process(self) -> None:
        """Let a process that has told its end leave the run to others."""
        until = time.monotonic() + _SETTLE_S
        while (life := living(self._run)) and life.is_alive and time.monotonic() < until:
            time.sleep(_LOOK_S)
