"""How a run waits while it is paused; a GPU is free for others before long."""

import time
from collections.abc import Iterator

from studio.analysis.room import free_memory
from studio.errors import TrainingError
from studio.training.control import Control
from studio.training.events import Event, Trouble
from studio.training.guarding.memory import is_memory, let_go
from studio.training.keeping import Keeper
from studio.training.reporting import Watch
from studio.training.session import Session
from studio.training.tensors.away import Away
from studio.training.tensors.holding import held_tensors
from studio.wording import _

SOON = 5.0
"""Seconds of a pause after which the memory of the device is given back."""
LEFT = frozenset({"cuda"})
"""The kinds of devices whose memory is."""
_AGAIN = 1.0
"""Seconds between two looks at whether there is room again."""


class Pausing:
    """Spends the pauses of a run; a long one gives the memory of a GPU back.

    `holder` holds all tensors of the run. What is learned is the same to the bit.
    """

    def __init__(
        self, session: Session, control: Control, keeper: Keeper, watch: Watch, holder: object
    ) -> None:
        self._session, self._control = session, control
        self._keeper, self._watch = keeper, watch
        self._holder = holder
        self._device = session.machine.device

    def spent(self) -> Iterator[Event]:
        """Wait until the run may go on or has to end, and yield what is told meanwhile.

        Raises TrainingError if the run has to end and the device has no room for it any more.
        """
        leaves = self._session.plan.pause_leaves_device and self._device.type in LEFT
        self._wait(SOON if leaves else None)
        if self._control.is_held:
            with self._watch.aside():  # nothing is lost if others keep the device
                saved = tuple(self._keeper.keep(self._session, at_once=True))
            yield from saved
            yield from self._spent_away()

    def _spent_away(self) -> Iterator[Event]:
        """Wait for the rest of the pause without the memory of the device."""
        self._session.stepper.drop_shortcut()
        let_go(self._session.network, self._device)
        away = Away(held_tensors(self._holder, strangers=(Control, Keeper)), self._device)
        has_left = self._has_left(away)
        let_go(self._session.network, self._device)
        self._wait()
        if has_left:
            yield from self._come_back(away)

    def _has_left(self, away: Away) -> bool:
        """Whether all numbers lie in the computer's memory now; else they stay where they are."""
        room = free_memory()
        if room is not None and away.bytes > room:
            return False
        try:
            away.leave()
        except (MemoryError, RuntimeError) as error:
            if not is_memory(error):
                raise
            away.come_back()
            return False
        return True

    def _come_back(self, away: Away) -> Iterator[Trouble]:
        """Put everything back on the device; where there is no room yet, wait for that."""
        step, told = self._session.place.step, False
        while not self._is_back(away):
            if not told:
                yield Trouble(step, _("The GPU has no room; the run waits for it."), "memory")
            told = True
            with self._watch.aside():
                time.sleep(_AGAIN)
            self._wait()
        if told:
            yield Trouble(step, _("The GPU has room again."), "memory", over=True)

    def _is_back(self, away: Away) -> bool:
        """Whether everything fits; raises TrainingError if it does not and nobody may wait."""
        try:
            away.come_back()
        except (MemoryError, RuntimeError) as error:
            if not is_memory(error):
                raise
            if not self._control.ending and self._session.sharing.size == 1:
                return False
            away.stay()
            self._session.sharing.give_up(error)
            raise TrainingError(
                _("The GPU has no room for the network any more."),
                _("The run can go on from its last checkpoint."),
            ) from error
        return True

    def _wait(self, at_most: float | None = None) -> None:
        self._watch.pause(self._control.wait_while_paused(at_most))
