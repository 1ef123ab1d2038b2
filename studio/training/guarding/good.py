"""The last state of a run in which all was well, kept in memory to go back to."""

from studio.training.guarding.memory import is_memory
from studio.training.session import Session

_APART, _FARTHEST = 200, 2500
"""Steps between two copies: as few, and as many."""
_SHARE = 0.01
"""What copies may take of the time of the steps between them, by a guess that steps are fast."""
_COPIED, _COMPUTED = 5e9, {"cpu": 2e11, "cuda": 2e14}
"""Bytes copied in a second, and operations computed by each kind of device."""
_FEW = 50
"""The end of an epoch is a good moment even after this part of the way to the next copy."""


class LastGood:
    """A copy of all that a run is, taken by the number of steps alone so that runs repeat."""

    def __init__(self, session: Session) -> None:
        self._session, self._footing = session, session.footing
        self._apart = _apart(session)

    @property
    def due(self) -> int:
        """The step before which the next copy is to be made."""
        return self._footing.due

    @property
    def step(self) -> int | None:
        """The steps made by the copy; None if there is none."""
        return None if self._footing.good is None else self._footing.good.step

    def end_epoch(self) -> None:
        """Let the next copy be made now, unless the latest has only just been."""
        step = self._session.place.step
        if step - (self.step or 0) >= self._apart // _FEW:
            self._footing.due = step

    def keep(self) -> None:
        """Copy the state, which has to be good; where memory is short the copy before stays."""
        footing = self._footing
        footing.due = self._session.place.step + self._apart
        before, footing.good = footing.good, None  # a good state needs none before it
        try:
            footing.good = self._session.captured({})
            footing.good.arrived()
        except (MemoryError, RuntimeError) as error:
            if not is_memory(error):
                raise
            footing.good = before

    def put_back(self) -> bool:
        """Make the run what it was when it was copied; False if there is no copy."""
        good = self._footing.good
        if good is None:
            return False
        session = self._session
        session.stepper.optimizer.state.clear()
        session.tally = session.new_tally()
        session.restore(good)
        self._footing.due = session.place.step + self._apart
        return True


def _apart(session: Session) -> int:
    """Return the steps between two copies; follows from the run alone, not from the clock."""
    parameters = sum(p.numel() for p in session.network.parameters())
    computed = _COMPUTED.get(session.machine.device.type, _COMPUTED["cuda"])
    copy = 2e-4 + 12 * parameters / _COPIED
    step = max(2e-4, 6 * session.network.multiply_adds * session.plan.batch_size / computed)
    return max(_APART, min(round(copy / step / _SHARE), _FARTHEST))
