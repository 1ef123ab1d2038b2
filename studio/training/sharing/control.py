"""How the control of the leading process steers all processes at the same step and clock."""

import math
import time
from dataclasses import replace

import torch

from studio.training.control import Control, Ending, Requests
from studio.training.sharing.team import Team

_APART = 0.02
"""Seconds between two exchanges, if steps are shorter."""
_RARELY = 1000
"""Steps between two exchanges at most."""
_LOOK = 0.05
"""Seconds between two looks at whether a pause is over."""


class SharedControl(Control):
    """What the leading process was asked, known to all since the last exchange.

    Exchanges take place at fixed calls of `has_news`, which every process makes once before each
    step; how many steps there are to the next one is said at each. The clock stands still in
    between, so that all that goes by the clock happens at the same step everywhere.
    """

    def __init__(self, team: Team, inner: Control) -> None:
        super().__init__(clock=lambda: self._now)
        self._team, self._inner = team, inner
        self._now = 0.0
        self._calls, self._next = 0, 1
        self._since = time.perf_counter()
        self._agreed = Requests()
        self._is_paused = False
        self.attended = team.told(inner.attended)
        self.synchronize()

    @property
    def is_paused(self) -> bool:
        """Whether the run is held."""
        return self._is_paused

    @property
    def ending(self) -> Ending:
        """How the run was asked to end by the last exchange, or nothing."""
        return self._agreed.ending

    @property
    def has_news(self) -> bool:
        """Whether anything was asked; from time to time the processes exchange what they know."""
        self._calls += 1
        if self._calls >= self._next:
            self._exchange()
        return self._news

    def pause(self) -> None:
        """Hold the run from the next exchange on, as the run itself asks in all processes."""
        self._inner.pause()

    def take(self) -> Requests:
        """Return what the last exchange brought, once; an ending stays asked."""
        found, ending = self._agreed, self._agreed.ending
        self._agreed = Requests(ending)
        self._news = self._is_paused or bool(ending)
        return found

    def wait_while_paused(self, at_most: float | None = None) -> float:
        """Block until the run may go on or has to end; return the seconds spent waiting."""
        began = self._now
        until = began + (math.inf if at_most is None else at_most)
        while self.is_held and self._now < until:
            time.sleep(_LOOK if self._team.leads else 0)
            inner = self._inner
            # said again and again, so that nobody takes a long pause for a failure
            said = self._team.told((inner.is_paused, inner.clock(), inner.ending))
            self._is_paused, self._now, ending = said
            self._agreed = replace(self._agreed, ending=ending)
        return self._now - began

    def refuse(self, sentence: str) -> None:
        """Say why a request is not followed."""
        self._inner.refuse(sentence)

    @property
    def refusal(self) -> str:
        """Why the last request could not be followed, in one sentence; "" when it was."""
        return self._inner.refusal

    def synchronize(self) -> None:
        """Set all clocks by that of the leading process."""
        self._now = self._team.told(self._inner.clock())

    def _exchange(self) -> None:
        leads, inner = self._team.leads, self._inner
        # in one sum: what only the leading process says, and whether another was asked to stop
        said = [inner.clock(), self._pace(), inner.has_news, 0] if leads else [0, 0, 0, self._stops]
        now, pace, news, stops = self._team.summed(torch.tensor(said, dtype=torch.float64)).tolist()
        if leads and stops and not inner.ending:
            inner.stop()  # whoever started the processes may ask any of them
        self._now, self._calls, self._next = now, 0, int(pace)
        if news:
            asked = (inner.take(), inner.is_paused) if leads else None
            self._agreed, self._is_paused = self._team.told(asked)
            self._news = True

    @property
    def _stops(self) -> bool:
        return bool(self._inner.ending)

    def _pace(self) -> int:
        """Return how many steps lie before the next exchange, by the time that steps take."""
        now = time.perf_counter()
        each, self._since = (now - self._since) / max(1, self._calls), now
        return max(1, min(int(_APART / max(each, 1e-9)), 2 * self._next, _RARELY))
