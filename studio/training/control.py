"""How a running training is steered from another thread: pause, stop, freeze, change the rate.

The window or the command line calls the verbs; the trainer looks between two steps. Nothing here
knows torch or Qt.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from studio.graph.model import Frozen
from studio.training.ticks.tick import Tick

Ending = Literal["", "stopped", "finished early"]
Clock = Callable[[], float]


@dataclass(frozen=True)
class Requests:
    """What was asked since the trainer looked last."""

    ending: Ending = ""
    frozen: Mapping[str, Frozen] | None = None
    """Path of a layer or block → its new state, for those that change."""
    scale: float = 1.0
    """By how much to multiply the learning rate from now on."""
    ticks: tuple[Tick, ...] | None = None
    """The ticks to go by from now on, if they are to be others."""

    batch_size: int | None = None
    """How many samples a step is to see from now on, if that is to change."""

    @property
    def asks(self) -> bool:
        """Whether anything is to be changed."""
        changes = self.ticks is not None or self.batch_size is not None
        return bool(self.frozen) or self.scale != 1.0 or changes


class Control:
    """The reins of one run; every method may be called from any thread.

    `clock` tells the seconds by which the run measures itself and spaces its reports. `attended`
    says that somebody is there who may answer when the run waits.
    """

    def __init__(self, clock: Clock = time.perf_counter, *, attended: bool = False) -> None:
        self.clock = clock
        self.attended = attended
        self._turn = threading.Condition()
        self._paused = False
        self._ending: Ending = ""
        self._frozen: dict[str, Frozen] = {}
        self._scale = 1.0
        self._ticks: tuple[Tick, ...] | None = None
        self._batch_size: int | None = None
        self._news = False
        self._refusal = ""
        self._left = False
        self._heard: Callable[[], object] = _nobody

    def stop(self) -> None:
        """Save a checkpoint and end the run; also wakes a paused run."""
        self._end("stopped")

    def finish_early(self) -> None:
        """Evaluate, save and end the run as if it were its last step; also wakes a paused run."""
        self._end("finished early")

    def pause(self) -> None:
        """Hold the run before its next step; the network stays in memory."""
        with self._turn:
            self._paused = True
            self._told()

    def resume(self) -> None:
        """Let a paused run go on."""
        with self._turn:
            self._paused = False
            self._told()

    @property
    def is_paused(self) -> bool:
        """Whether the run is held."""
        with self._turn:
            return self._paused

    @property
    def is_held(self) -> bool:
        """Whether the run has to wait: a paused one that is asked to end has not."""
        return self.is_paused and not self.ending

    @property
    def ending(self) -> Ending:
        """How the run was asked to end, or nothing."""
        with self._turn:
            return self._ending

    def set_frozen(self, frozen: Mapping[str, Frozen]) -> None:
        """Freeze or thaw layers and blocks, by path, before the next step; others stay."""
        with self._turn:
            self._frozen |= frozen
            self._told()

    def scale_rate(self, factor: float) -> None:
        """Multiply the learning rate by `factor` from the next step on; calls multiply."""
        with self._turn:
            self._scale *= factor
            self._told()

    def set_batch_size(self, size: int) -> None:
        """Let a step see so many samples from the next one on; the epoch goes on with the rest."""
        with self._turn:
            self._batch_size = size
            self._told()

    def set_ticks(self, ticks: Sequence[Tick]) -> None:
        """Go by other ticks from the next step on; those that came already stay."""
        with self._turn:
            self._ticks = tuple(ticks)
            self._told()

    def leave(self) -> None:
        """Follow the run no longer; one that has a process of its own goes on by itself."""
        with self._turn:
            self._left = True
            self._told()

    @property
    def is_left(self) -> bool:
        """Whether nobody follows the run any more."""
        with self._turn:
            return self._left

    def call_on_news(self, receiver: Callable[[], object]) -> None:
        """Call `receiver`, which must not wait, whenever something is asked (the run's side)."""
        with self._turn:
            self._heard = receiver

    @property
    def refusal(self) -> str:
        """Why the last request could not be followed, in one sentence; "" when it was."""
        with self._turn:
            return self._refusal

    def refuse(self, sentence: str) -> None:
        """Say why a request is not followed (the trainer's side); "" takes it back."""
        with self._turn:
            self._refusal = sentence

    @property
    def has_news(self) -> bool:
        """Whether anything was asked since `take`; without a lock, cheap enough for every step."""
        return self._news

    def take(self) -> Requests:
        """Return what was asked since the last call (the trainer's side); an ending stays asked."""
        with self._turn:
            frozen = dict(self._frozen) or None
            size = self._batch_size
            found = Requests(self._ending, frozen, self._scale, self._ticks, size)
            self._frozen, self._scale, self._ticks, self._batch_size = {}, 1.0, None, None
            self._news = self._paused or bool(self._ending)
            return found

    def wait_while_paused(self, at_most: float | None = None) -> float:
        """Block until the run may go on or has to end; return the seconds spent waiting.

        A pause may last longer than it is waited `at_most`; see `is_held`.
        """
        with self._turn:
            began = self.clock()
            self._turn.wait_for(lambda: not self.is_held, at_most)
            return self.clock() - began

    def _end(self, ending: Ending) -> None:
        with self._turn:
            self._ending = ending
            self._told()

    def _told(self) -> None:
        self._news = True
        self._turn.notify_all()
        self._heard()


def _nobody() -> None:
    """Hear nothing."""
